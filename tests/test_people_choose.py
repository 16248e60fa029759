"""Our choice beside what people who tried several models settled on, machine by machine."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from localai_setup.machine.keeping import recipe_files
from localai_setup.match import Wish, match
from localai_setup.model.facts import Facts
from localai_setup.probes.gpus import Gpu
from localai_setup.probes.host import Host
from localai_setup.recipes.loading import load_all

from . import typical_machines


PAIRS = yaml.safe_load((Path(__file__).parent / "people_choose.yaml").read_text(encoding="utf-8"))
RECIPES = load_all(recipe_files.texts())
GIB = 1024
#: what people call a line of models, and its members here
LINES = {
    "27b": ("qwen3.6-27b", "qwen3.8-27b"),
    "35b-a3b": ("qwen3.6-35b-a3b", "qwen3-coder-30b-a3b"),
    "9b": ("qwen3.5-9b",),
    "4b": ("qwen3.5-4b",),
    "e2b": ("gemma-4-e2b",),
    "gemma-26b": ("gemma-4-26b-a4b",),
    "120b": ("gpt-oss-120b",),
    "embedding-8b": ("qwen3-embedding-8b",),
}
#: Of 40 at least 34 agree.
LEAST_SHARE = 34 / 40


def gpu(words, *, shared):
    name, vendor, gib, gbps, target = words
    made = typical_machines.inside if shared else typical_machines.card
    if shared:
        one = made(vendor, name, gib * GIB, gbps)
    else:
        one = replace(made(name, gib * GIB, target, gbps), vendor=vendor)
    if vendor == "nvidia":
        return replace(one, compute_capability=target, driver="580.65.06")
    return replace(one, compute_capability=None, driver=None, gfx=target or None)


def facts_of(pair):
    gpus: list[Gpu] = []
    if "card" in pair:
        gpus = [gpu(pair["card"], shared=False)] * pair.get("cards", 1)
    if "shared" in pair:
        gpus = [gpu(pair["shared"], shared=True)]
    system = pair.get("system", "Linux")
    is_arm = system == "Darwin" or pair.get("arm") or "GB10" in str(pair.get("shared"))
    made = typical_machines.arm if is_arm else typical_machines.pc
    found = made(0.97 * pair["ram"] * GIB, pair["cores"], *map(replace, gpus))
    if system == "Darwin":
        return Facts({**found.by_type, Host: Host(system="Darwin", version="15.1")})
    return found


def chosen(pair):
    """Among the models that were out by the date of the source."""
    day = str(pair["date"])
    models = {key: one for key, one in RECIPES.models.items() if one.released <= day}
    leave = pair["leave"] * GIB if "leave" in pair else None
    wish = Wish(pair["use"], leave_mib=leave)
    return match(facts_of(pair), replace(RECIPES, models=models), wish)


@pytest.fixture(scope="module")
def choices():
    return [(pair, chosen(pair)) for pair in PAIRS]


def agrees(pair, found):
    settled = [model for line in pair["settled"] for model in LINES[line]]
    return found.choice is not None and found.choice.model in settled


def test_there_are_forty_pairs_each_with_its_source():
    assert len(PAIRS) >= 40
    assert len({pair["machine"] for pair in PAIRS}) == len(PAIRS)
    assert all(pair["source"] for pair in PAIRS)


def test_at_least_34_of_40_agree(choices):
    agreeing = [pair["machine"] for pair, found in choices if agrees(pair, found)]
    assert len(agreeing) >= LEAST_SHARE * len(PAIRS)


def test_where_we_differ_the_reason_is_written_down(choices):
    for pair, found in choices:
        assert agrees(pair, found) is ("differs" not in pair), pair["machine"]
