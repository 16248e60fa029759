"""What is left to other programs: usual, asked for, or what they hold now; and what would help more."""

import json

import pytest

from localai_setup.commands._leave import mib
from localai_setup.match import Wish, _room, match, what_would_help
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.probes.host import Host as System

from . import machines
from .accept import printed
from .test_match import RECIPES, machine

pytestmark = pytest.mark.quick
GIB = 1024


@pytest.mark.parametrize(
    ("words", "expected"),
    [("8GB", 8192), ("8 GiB", 8192), ("8", 8192), ("1.5g", 1536), ("512MB", 512), ("0", 0)],
)
def test_sizes_are_read_as_people_write_them(words, expected):
    assert mib(words) == expected


@pytest.mark.parametrize("words", ["", "much", "-8GB", "8 bananas", "GB", "8e99", "9" * 400])
def test_what_is_no_size_is_refused_with_an_example(words):
    with pytest.raises(LocalaiError, match="is no size") as refused:
        mib(words)
    assert "--leave 8GB" in refused.value.hint


def on(system, total_mib, available_mib=None):
    facts = machine(total_mib, available_mib)
    return Facts({**facts.by_type, System: System(system=system)})


@pytest.mark.parametrize(
    ("system", "gib", "left_gib"),
    [
        ("Darwin", 16, 5.6),
        ("Windows", 8, 2.8),
        ("Linux", 16, 4),
        ("Windows", 64, 8),
        ("Linux", 2, 1),
    ],
)
def test_a_desktop_leaves_more_to_its_programs(system, gib, left_gib):
    reserve = _room.host(on(system, gib * GIB)).reserve
    assert reserve.why == "usual"
    assert reserve.mib == pytest.approx(left_gib * GIB)


def test_what_is_asked_for_holds_whatever_programs_hold_now():
    facts = on("Linux", 16 * GIB, 6 * GIB)
    now, asked = _room.host(facts), _room.host(facts, 4 * GIB)
    assert (now.reserve.why, asked.reserve.why) == ("held", "asked")
    assert now.mib < 6 * GIB
    assert asked.mib == 12 * GIB


def test_a_wish_to_leave_more_chooses_what_is_smaller():
    facts = machine(32 * GIB)
    little, much = (
        match(facts, RECIPES, Wish("chat", leave_mib=one)).choice for one in (4096, 28 * GIB)
    )
    assert much.download_bytes < little.download_bytes
    assert much.memory.total_mib + much.memory.process_overhead_mib <= 4 * GIB
    assert match(facts, RECIPES, Wish("chat", leave_mib=64 * GIB)).choice is None


def test_programs_that_have_to_be_closed_are_told():
    facts = machine(32 * GIB, 10 * GIB)
    choice = match(facts, RECIPES, Wish("chat", leave_mib=4 * GIB)).choice
    assert any("Close some programs before it starts" in one for one in choice.notes)
    idle = match(machine(32 * GIB), RECIPES, Wish("chat", leave_mib=4 * GIB)).choice
    assert not any("Close some programs" in one for one in idle.notes)


def test_closing_programs_comes_before_more_memory_and_sizes_are_on_sale():
    helps = what_would_help(machine(31.7 * GIB, 8 * GIB), RECIPES, Wish("chat"))
    assert helps[0].startswith("With other programs closed, which hold 24 GB now, it would be ")
    assert all("of main memory it would be" in one for one in helps[1:])
    roomy = what_would_help(machine(15.6 * GIB), RECIPES, Wish("chat"))
    assert [one.split(" GB")[0] for one in roomy] in (["With 24"], ["With 32"], ["With 48"])


def test_plan_tells_it_in_words_and_in_json():
    recording = next(str(one) for one in machines.own() if "macbook-air" in str(one))
    words = printed("plan", "--replay", recording, "--leave", "9GB")
    assert "9.0 GB of main memory are left to the system and other programs" in words
    left = json.loads(printed("plan", "--replay", recording, "--json"))["choice"]["left_to_others"]
    assert left["why"] in ("usual", "held")
    assert left["mib"] > 0
