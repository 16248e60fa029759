"""What `doctor --json` says of the machine and of the set-up, beside what is wrong."""

import json
from datetime import datetime, timezone

import pytest

from localai_setup import __version__, cli
from localai_setup.commands._diagnosis_document import document
from localai_setup.diagnosis.doctor import Diagnosis
from localai_setup.model.facts import Facts
from localai_setup.model.reading import Readings, Text
from localai_setup.probes import setup

pytestmark = pytest.mark.quick

APACHE = {
    "id": "Apache-2.0",
    "needs_acceptance": False,
    "url": "https://example.org/licence",
    "name": "",
    "commercial": "yes",
    "obligations": [],
}
STATE = {
    "finished": True,
    "model": "small-one",
    "engine": "llama.cpp",
    "build": "b1",
    "measured_tps": 12.5,
    "licence": APACHE,
    "steps": [
        {"id": "install-engine", "build": "b1"},
        {"id": "fetch-model", "file": {"repository": "", "package": {"name": "llm-small"}}},
        {"id": "fetch-projector", "file": {"repository": "someone/else", "package": None}},
    ],
}


def set_up(state):
    key = setup.STATE.key
    parsed = setup.parse(Readings({key: Text(json.dumps(state))} if state else {}))
    facts = Facts({setup.SetUpState: parsed})
    return document("desk-7", facts, Diagnosis((), {}, {}, frozenset()))["set_up"]


def test_the_set_up_is_told_with_its_licence_and_where_its_weights_came_from():
    found = set_up(STATE)
    assert (found["model"], found["engine"], found["build"]) == ("small-one", "llama.cpp", "b1")
    assert (found["finished"], found["answers"], found["measured_tps"]) == (True, None, 12.5)
    assert json.loads(json.dumps(found["licence"])) == APACHE
    assert found["sources"] == ["llm-small"]


def test_nothing_set_up_is_null_and_an_older_state_lacks_what_it_never_had():
    assert set_up(None) is None
    assert set_up({"model": "small-one"})["licence"] is None


def test_a_recorded_machine_has_no_name_and_its_hardware_is_told(capsys):
    cli.run(["doctor", "--replay", "tests/machines/desktop-2x-rtx-3090", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["host"], found["version"]) == (None, __version__)
    taken = datetime.strptime(found["date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert abs((datetime.now(timezone.utc) - taken).total_seconds()) < 300
    assert [one["name"] for one in found["machine"]["gpus"]] == ["NVIDIA GeForce RTX 3090"] * 2
    assert all(one["driver"] for one in found["machine"]["gpus"])
    assert found["machine"]["system"] == "Linux"
