"""A server that was there before localai and is gone: what it was, and how it is started again."""

from __future__ import annotations

import json

import pytest

from localai_setup import survey
from localai_setup.commands import _repairing
from localai_setup.commands._findings import surroundings
from localai_setup.diagnosis import fixing, unattended
from localai_setup.diagnosis.doctor import examine
from localai_setup.model.finding import Finding, Fix

from .known import KNOWN
from .readings import machine_of
from .test_setup_checks import diagnosis

UNIX = {"system": "Linux", "release": "6.8.0", "machine": "x86_64", "python": "3.12.3"}
MAC = {"system": "Darwin", "release": "25.0.0", "machine": "arm64", "python": "3.12.3"}
SETUP = {"schema": "localai.state/2", "engine": "ollama", "model": "tale", "finished": True,
         "served_as": "localai-tale"}  # fmt: skip


def text(value: object) -> dict:
    return {"status": "text", "text": json.dumps(value)}


def gone(place: dict, more: dict, machine: dict = UNIX) -> Finding | None:
    state = {"file:<state>/state.json": text({**SETUP, "place": {"port": 21434, **place}})}
    facts = survey.facts(survey.read(machine_of({"machine": machine, "readings": state | more})))
    found = examine(facts, surroundings(facts), KNOWN).findings
    assert not {"setup-server-stopped", "ollama-server-not-running"} & {
        one.id for one in found if one.status != "info"
    }
    return next((one for one in found if one.id == "setup-server-gone"), None)


@pytest.mark.parametrize(
    ("place", "was", "command", "needs_root"),
    [
        ({"started_by": "system-service"}, "a service of the system",
         "sudo systemctl start ollama", True),
        ({"started_by": "user-service"}, "a service of your own",
         "systemctl --user start ollama", False),
        ({"started_by": "container", "container": "brain"}, "a container called brain",
         "docker start brain", False),
        ({"started_by": "program", "models_folder": "/srv/my models"}, "started by hand",
         "OLLAMA_HOST=127.0.0.1:21434 OLLAMA_MODELS='/srv/my models' ollama serve", False),
        ({}, "Nobody saw who had started it", "OLLAMA_HOST=127.0.0.1:21434 ollama serve", False),
    ],
)  # fmt: skip
def test_what_it_was_and_how_it_is_started(place, was, command, needs_root):
    found = gone(place, {})
    assert was in found.what
    assert (found.fixes[0].commands, found.fixes[0].needs_root) == ((command,), needs_root)
    assert not fixing.repairable([found])
    assert found.fixes[-1].commands == ("localai init",)


def test_an_app_is_opened():
    assert gone({"started_by": "desktop-app"}, {}, MAC).fixes[0].commands == ("open -a Ollama",)
    assert gone({"started_by": "desktop-app"}, {}).fixes[0].commands == ()


def test_one_that_listens_elsewhere_now_is_named_and_no_second_one_is_started():
    process = {"pid": 9, "role": "server", "owner": "you", "seconds": 900, "variables": {},
               "listens": ["127.0.0.1:8090"]}  # fmt: skip
    running = {
        "call:programs.ollama": text([process]),
        "http:http://127.0.0.1:8090/api/version": {"code": 200, **text({"version": "0.33.1"})},
    }
    found = gone({"started_by": "program"}, running)
    assert "127.0.0.1:8090" in found.what
    assert found.fixes[0].commands == ("localai init --engine ollama --model tale",)


def process(seconds, stopped=False):
    return {
        "call:programs.ollama": text(
            [{"pid": 9, "role": "server", "owner": "you", "seconds": seconds, "variables": {},
              "stopped": stopped, "listens": ["127.0.0.1:21434"]}]
        ),
        "http:http://127.0.0.1:21434/api/version":
            {"status": "failed", "reason": "no answer within 2.5 s", "kind": "timed-out"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "command"),
    [
        ({"started_by": "system-service"}, "sudo systemctl restart ollama"),
        ({"started_by": "container", "container": "brain"}, "docker restart brain"),
        ({"started_by": "program"}, "kill -CONT 9"),
    ],
)
def test_one_that_hangs_is_restarted_by_a_person_alone(place, command):
    found = gone(place, process(900))
    assert "hangs" in found.what
    fix = found.fixes[0]
    assert fix.commands == (command,)
    assert bool(unattended.why_attended(fix)), "never with --yes"


def test_one_that_starts_is_waited_for():
    found = gone({}, process(3))
    assert (found.status, "a moment ago" in found.what) == ("info", True)


def test_one_that_a_signal_holds_is_not_starting_however_young_it_is():
    assert "hangs" in gone({"started_by": "program"}, process(3, stopped=True)).what


@pytest.mark.parametrize("yes", [True, False])
@pytest.mark.parametrize(
    "command",
    ["sudo systemctl start ollama", "systemctl --user start ollama", "docker start brain"],
)
def test_it_is_started_after_an_explicit_yes_alone(monkeypatch, command, yes):
    ran = []
    monkeypatch.setattr(_repairing, "_ran", lambda one, yes: ran.append(one) or True)
    monkeypatch.setattr(_repairing, "_allowed", lambda one, yes: yes)
    fix = Fix("Start it.", (command,), needs_root=command.startswith("sudo"))
    found = Finding("setup-server-gone", "warn", "t", "w", "y", (), (fix,))
    assert bool(_repairing.change_system([found], yes=yes)) == yes
    assert ran == [command] * yes


def test_what_runs_until_it_is_ended_is_never_run_for_somebody():
    fix = Fix("By hand.", ("OLLAMA_HOST=127.0.0.1:1 ollama serve",))
    found = Finding("setup-server-gone", "warn", "t", "w", "y", (), (fix,))
    assert _repairing.change_system([found], yes=True) == []


@pytest.mark.parametrize(
    ("left", "sentence"),
    [
        ([], ""),
        ([12], "Of what it had started process 12 goes on, which holds memory"),
        ([12, 13], "Of what it had started processes 12, 13 go on, which hold memory"),
    ],
)
def test_what_a_killed_watcher_left_behind_is_named(left, sentence):
    found = diagnosis(examined={"process": None, "left_behind": left}).findings
    what = next(one.what for one in found if one.id == "setup-server-stopped")
    assert sentence in what and ("had started" in what) is bool(left)
