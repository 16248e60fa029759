"""A company's mirror may have packages only: the plan is made with what can be had, and says so."""

import pytest

from dataclasses import replace

from localai_setup.commands import _releases
from localai_setup.commands._origins import LiveOrigins
from localai_setup.commands._request import Request
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.match import Wish, match
from localai_setup.model.facts import Facts
from localai_setup.probes.cpu import Cpu
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes.loading import load_all

from . import hub_server
from .typical_machines import MACHINES

RECIPES = load_all(recipe_files.texts())
WITH_CARD, WITHOUT = MACHINES["RTX 3060 12 GB, 32 GB"], MACHINES["laptop, 8 GB, no GPU"]


def planned(facts, request=None, *, offline=False):
    wish = Wish("chat")
    found = match(facts, RECIPES, wish)
    made = _releases.reachable(
        found,
        request or Request(),
        Workbench(offline=offline),
        LiveOrigins(offline),
        lambda: match(facts, RECIPES, replace(wish, from_index=True)),
    )
    return made, found


@pytest.fixture
def away(monkeypatch):
    monkeypatch.setenv("LOCALAI_RELEASES", "http://127.0.0.1:9")


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("offline", [False, True])
def test_the_package_index_is_taken_and_the_choice_says_so(offline, capsys):
    made, _ = planned(WITH_CARD, offline=offline)
    assert made.choice.source.package
    assert made.choice.settings.gpu_layers == 0
    assert "cannot be reached" in made.choice.why_no_gpu
    assert "from the package index" in made.choice.notes[-1]
    # every use is matched before one is chosen: it would be said nine times
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("request_", [Request(engine="llama.cpp"), Request(model="qwen3.5-4b")])
def test_what_was_asked_for_by_name_is_not_swapped(request_):
    with pytest.raises(LocalaiError, match="cannot be reached") as caught:
        planned(WITH_CARD, request_)
    assert "LOCALAI_RELEASES" in caught.value.hint


@pytest.mark.usefixtures("away")
def test_nothing_is_asked_where_nothing_comes_from_there():
    made, found = planned(WITHOUT)
    assert made == found


@pytest.mark.usefixtures("away")
@pytest.mark.parametrize("request_", [Request(), Request(model="qwen3.5-4b")])
def test_for_the_processor_the_wheel_stands_in_whatever_was_asked_for(request_):
    cpu = Cpu(arch="x86_64", features=("avx2", "fma", "f16c", "avx512f"))
    facts = Facts({**WITHOUT.by_type, Cpu: cpu})
    made, found = planned(facts, request_)
    assert found.choice.source.archives
    assert made.choice.source.package
    assert "cannot be reached" in made.choice.notes[-1]


def test_a_mirror_that_answers_changes_nothing(monkeypatch):
    with hub_server.running() as mirror:
        monkeypatch.setenv("LOCALAI_RELEASES", mirror.address)
        made, found = planned(WITH_CARD)
    assert made == found
