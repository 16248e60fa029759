"""`plan` and `init` decide in one place; names that do not exist are refused before the machine is looked at."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from localai_setup.commands import _dry_run, _kept_models, _looking
from localai_setup.commands import init as init_command
from localai_setup.commands._decide import STARTER, Basis, decide
from localai_setup.commands._interview import Interview
from localai_setup.commands._nothing_fits import NothingFitsError
from localai_setup.commands._options import Options
from localai_setup.commands._origins import AllReachable
from localai_setup.commands._request import Request
from localai_setup.machine.keeping import folders, recipe_files
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.recipes.loading import load_all
from localai_setup.ui.conversation import Unattended

from .typical_machines import MACHINES

RECIPES = load_all(recipe_files.texts())
LAPTOP = MACHINES["laptop, 8 GB, no GPU"]
WRONG_NAMES = [
    (Request(use="chatt"), "There is no use called chatt.", "Did you mean `chat`?"),
    (Request(use="flying"), "There is no use called flying.", "`localai recipes list`"),
    (Request(recipe="codding"), "There is no recipe called codding.", "Did you mean `coding`?"),
    (Request(recipe="smollm2-135"), "There is no recipe called smollm2-135.", "`smollm2-135m`"),
    (Request(model="smollm2-13m"), "There is no model called smollm2-13m.", "`smollm2-135m`"),
    (Request(model="qwen"), "There is no model called qwen.", "These are like it: qwen"),
    (
        Request(model="/no/such.gguf"),
        f"{Path('/no/such.gguf')} cannot be read as a GGUF model: it is not there.",
        "Look at the path",
    ),
    (Request(context=10), "A context of 10 tokens is too small.", "at least 256"),
    (
        Request(model="smollm2-135m", context=65536),
        "A context of 65536 tokens is too large for SmolLM2 135M Instruct.",
        "Take at most 8192",
    ),
    (Request(engine="steam"), "localai cannot set up the engine steam.", "`--engine llama.cpp`"),
]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    yield
    folders.all_folders.cache_clear()


def test_init_says_that_it_needs_no_administrator(monkeypatch):
    """A script that gives it the flag of doctor is told that nothing follows from it."""
    lines = []
    monkeypatch.setattr(init_command.console, "say", lines.append)
    asked = Request(use="flying", dry_run=True, allow_system_changes=True)
    with pytest.raises(LocalaiError, match="no use called flying"):
        init_command.init(Options(), asked)
    assert "init needs no administrator" in lines[0]


@pytest.mark.parametrize("dry_run", [True, False])
@pytest.mark.parametrize(("request_", "what", "hint"), WRONG_NAMES)
def test_a_wrong_name_is_refused_before_the_machine_is_looked_at(
    request_, what, hint, dry_run, monkeypatch, tmp_path, capsys
):
    def looked(*_anything):
        raise AssertionError("the machine was looked at")

    monkeypatch.setattr(_looking, "facts", looked)
    # whether an engine that is here has a model of the name is all that is asked
    monkeypatch.setattr(_kept_models, "_facts", lambda _options: Facts())
    asked = Request(**{**vars(request_), "dry_run": dry_run, "yes": True})
    with pytest.raises(LocalaiError) as caught:
        init_command.init(Options(), asked)
    assert caught.value.what == what
    assert hint in caught.value.hint
    assert caught.value.exit_code == Exit.USAGE
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")


@dataclass(frozen=True)
class HubAway:
    hub: str = "http://hub.example does not answer"
    releases: str = ""


def basis(request=None, origins=None, facts=LAPTOP):
    bench = Workbench(offline=False)
    return Basis(facts, RECIPES, request or Request(), bench, origins or AllReachable())


@pytest.mark.parametrize("request_", [Request(), Request(use="chat"), Request(context=2048)])
def test_the_interview_agrees_on_what_the_plan_shows(request_):
    shown = decide(basis(request_)).match
    talk = Interview(basis(request_), Unattended(True))
    assert talk.agreed()
    assert talk.decided.match == shown
    assert talk.plan.choice == shown.choice


def test_without_the_hub_plan_and_init_take_the_same_tiny_model(monkeypatch):
    lines = []
    monkeypatch.setattr(init_command.console, "say", lines.append)
    away = basis(origins=HubAway())
    shown = _dry_run._with_the_hub_as_it_is(away, decide(away)).match
    talk = Interview(away, Unattended(True))
    assert talk.agreed()
    assert shown.choice.recipe == STARTER
    assert talk.decided.match == shown
    assert "so `init` would take the tiny model" in lines[0]


def test_without_the_hub_a_model_that_was_asked_for_is_not_swapped():
    away = basis(Request(use="chat"), HubAway())
    assert decide(away).hub_away == HubAway.hub
    with pytest.raises(LocalaiError, match="has to be fetched from the hub"):
        Interview(away, Unattended(True)).agreed()


def test_what_is_taken_instead_of_the_best_is_what_json_tells():
    decision = decide(basis())
    other = decision.match.alternatives[-1]
    taken = decision.taking(other)
    assert taken.choice is other
    assert decision.choice in taken.match.alternatives
    assert len(taken.match.alternatives) == len(decision.match.alternatives)
    assert decision.taking(decision.choice) is decision


def test_where_nothing_fits_that_is_an_error_with_its_match():
    decision = decide(basis(Request(model="gpt-oss-120b")))
    with pytest.raises(NothingFitsError) as caught:
        decision.required()
    assert caught.value.match is decision.match
