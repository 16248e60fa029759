"""Whatever computer a problem is read on, its remedies are shown; those for another system name it."""

from __future__ import annotations

import re

import pytest

from localai_setup.diagnosis.choosing import fitting
from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.findings import finding
from localai_setup.diagnosis.surroundings import SYSTEM_NAMES, Surroundings
from localai_setup.model.finding import Fix, Symptom, Where

from .known import KNOWN, PAGES, PROBLEMS

pytestmark = pytest.mark.quick
READERS = {
    "Debian": Surroundings("linux", "debian", wsl=False, container=False, systemd=True),
    "NixOS in WSL": Surroundings("linux", "nixos", wsl=True, container=False, systemd=False),
    "a container of Alpine": Surroundings("linux", "alpine", False, True, False),
    "a Mac": Surroundings("macos"),
    "Windows": Surroundings("windows", secure_boot=True),
    "a computer of which nothing is known": Surroundings(),
    "a text read in Debian": Surroundings().over(
        Surroundings("linux", "debian", False, False, True)
    ),
    "a text read on a Mac": Surroundings().over(Surroundings("macos")),
    "a text read on Windows": Surroundings().over(Surroundings("windows")),
}
#: page → the systems that it belongs to, where these are not all
BOUND = {name: one.problem.systems for name, one in PROBLEMS.items() if one.problem.systems}


def shown(name: str, around: Surroundings) -> tuple[Fix, ...]:
    return finding(PROBLEMS[name], Symptom(""), around).fixes


@pytest.mark.parametrize("reader", READERS)
def test_no_page_ends_without_a_remedy_because_of_the_readers_system(reader: str) -> None:
    assert [name for name in PROBLEMS if not shown(name, READERS[reader])] == []


@pytest.mark.parametrize("name", sorted(BOUND))
def test_a_page_of_another_system_shows_what_is_to_be_done_there(name: str) -> None:
    for reader in READERS.values():
        if reader.system is None or reader.system in BOUND[name] or reader.left_open:
            continue
        here = {one.text for one in shown(name, reader)}
        for system in BOUND[name]:
            there = shown(name, Surroundings(system))
            for fix in (one for one in there if system in one.where.systems):
                names = " or ".join(SYSTEM_NAMES[one] for one in fix.where.systems)
                is_mine = reader.system in fix.where.systems
                assert (fix.text if is_mine else f"On {names}: {fix.text}") in here


#: (page, a text of it that names no system) of the pages that belong to Windows or macOS alone
ELSEWHERE = [
    (name, one.text)
    for name, page in PAGES.items()
    for one in page.fires
    if page.systems and "linux" not in page.systems
]


def test_enough_texts_are_looked_at() -> None:
    assert len({name for name, _ in ELSEWHERE}) > 25


def is_shortened(fixes: tuple[Fix, ...]) -> bool:
    """Where a text names no engine, those of a page for many engines are only named."""
    return any("name the program in the text" in one.text for one in fixes)


@pytest.mark.parametrize(("name", "text"), ELSEWHERE)
def test_a_text_from_another_computer_ends_in_its_own_remedies(name: str, text: str) -> None:
    found = {one.id: one for one in explain(text, READERS["Debian"], KNOWN).found}
    own = [fix for fix in PROBLEMS[name].problem.fixes if fix.where.systems]
    if name in found and own and not is_shortened(found[name].fixes):
        assert any(set(fix.where.systems) & set(BOUND[name]) for fix in found[name].fixes)


def test_a_remedy_for_this_system_or_any_names_none() -> None:
    fixes = (Fix("Any."), Fix("Here.", where=Where(("linux", "macos"))), Fix("There.", where=Where(("windows",))))  # fmt: skip
    texts = [one.text for one in fitting(READERS["Debian"], fixes, ("windows",))]
    assert texts == ["Any.", "Here.", "On Windows: There."]
    assert [one.text for one in fitting(READERS["Debian"], fixes)] == ["Any.", "Here."]
    texts = [one.text for one in fitting(READERS["a Mac"], fixes[2:])]
    assert texts == [
        "No step is known for macOS. Elsewhere it goes like this:",
        "On Windows: There.",
    ]
    assert fitting(Surroundings(), fixes, ("windows",)) == fixes


def test_no_remedy_names_its_system_twice() -> None:
    texts = [
        fix.text for name in PROBLEMS for reader in READERS.values() for fix in shown(name, reader)
    ]
    assert not {
        one for one in texts if re.match(r"On [\w ]+: (?:On|Under|In) (?:Linux|macOS|Windows)", one)
    }


#: how whoever prints a message is called in a page → its system
PRINTERS = {"windows": r"\bWindows\b", "macos": r"\bmacOS\b|\bMac\b", "linux": r"\bLinux\b"}
PRINTED = [
    (name, system)
    for name, page in PAGES.items()
    for system, words in PRINTERS.items()
    if any(re.search(words, one.printed_by) for one in page.fires)
]


def test_messages_of_every_system_are_known() -> None:
    assert {system for _, system in PRINTED} == set(PRINTERS)


@pytest.mark.parametrize(("name", "system"), PRINTED)
def test_a_page_that_knows_a_systems_message_has_a_step_there(name: str, system: str) -> None:
    """Only Linux's commands under a message of Windows are no remedy."""
    page, fixes = PAGES[name], shown(name, Surroundings(system))
    assert any(system in one.where.systems or not one.where.systems for one in fixes), name
    if page.systems and system not in page.systems:
        assert any(system in one.where.systems for one in fixes), name
