"""What doctor says of an Ollama that nobody needs is worth knowing, and no alarm."""

from __future__ import annotations

import json

import pytest

from localai_setup import survey
from localai_setup.commands._findings import surroundings
from localai_setup.diagnosis.doctor import examine

from .known import KNOWN
from .readings import machine_of

UNIX = {"system": "Linux", "release": "6.8.0", "machine": "x86_64", "python": "3.12.3"}
NO_SERVER = (
    "Warning: could not connect to a running Ollama instance\nWarning: client version is 0.33.1\n"
)
CLIENT = {"command:ollama --version": {"status": "text", "stdout": NO_SERVER}}
VERSION = {"status": "text", "code": 200, "text": '{"version":"0.33.1"}'}


def text(value: object) -> dict:
    return {"status": "text", "text": json.dumps(value)}


def server(port: int) -> dict:
    process = {"pid": 9, "role": "server", "owner": "you", "seconds": 900, "variables": {},
               "program": "/usr/local/bin/ollama"}  # fmt: skip
    return {
        "call:programs.ollama": text([{**process, "listens": [f"127.0.0.1:{port}"]}]),
        f"http:http://127.0.0.1:{port}/api/version": VERSION,
    }


def loaded(port: int, *models: tuple[str, int]) -> dict:
    listed = [{"name": name, "size": 1000, "size_vram": vram} for name, vram in models]
    return {f"http:http://127.0.0.1:{port}/api/ps": text({"models": listed})}


UPDATED = {
    "stat:/usr/local/bin/ollama": {"status": "text", "text": "-rwxr-xr-x root root 51197632"},
    "stat:/usr/local/lib/ollama/*": text("x"),
    "command:ollama --version": {
        "status": "text",
        "stdout": "ollama version is 0.33.1\nWarning: client version is 0.34.0\n",
    },
}
STATE = {"schema": "localai.state/2", "engine": "ollama", "model": "tale", "finished": True}
OURS = {
    "file:<state>/state.json": text(
        {**STATE, "served_as": "localai-tale", "place": {"port": 11434}}
    )
}
OWN = {"file:<state>/state.json": text({**STATE, "place": {}})}
NO_GPU = {"command:nvidia-smi": {"status": "missing"}, "command:lspci -nnk": text("")}


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param(CLIENT, {"ollama-server-not-running": "info"}, id="nobody needs a server"),
        pytest.param(
            {**CLIENT, **OWN}, {"ollama-server-not-running": "fail"}, id="the set-up needs one"
        ),
        pytest.param(
            {**CLIENT, **server(8090)}, {"ollama-client-wrong-port": "info"}, id="another port"
        ),
        pytest.param({**CLIENT, **server(11434)}, {}, id="the usual port"),
        pytest.param(
            {**UPDATED, **server(11434)},
            {"ollama-old-server-running": "warn"},
            id="an update that nobody restarted",
        ),
        pytest.param(
            {**server(11434), **loaded(11434, ("tale:7b", 1000)), **NO_GPU},
            {"ollama-gpu-share-wrong": "info"},
            id="a GPU that is none",
        ),
        pytest.param(
            {**OURS, **server(11434), **loaded(11434, ("localai-tale:latest", 0), ("b:1b", 0))},
            {"setup-other-model-loaded": "info"},
            id="another program's model beside ours",
        ),
        pytest.param(
            {**OURS, **server(11434), **loaded(11434, ("localai-tale:latest", 0))},
            {},
            id="ours alone",
        ),
    ],
)
def test_status(readings: dict, expected: dict) -> None:
    facts = survey.facts(survey.read(machine_of({"machine": UNIX, "readings": readings})))
    found = examine(facts, surroundings(facts), KNOWN).findings
    assert {
        one.id: one.status
        for one in found
        if one.id.startswith("ollama-") or one.id == "setup-other-model-loaded"
    } == expected


def test_no_second_server_is_recommended_where_one_runs_at_another_port() -> None:
    readings = {**CLIENT, **server(8090)}
    facts = survey.facts(survey.read(machine_of({"machine": UNIX, "readings": readings})))
    found = examine(facts, surroundings(facts), KNOWN).findings
    assert not [fix for one in found for fix in one.fixes if "ollama serve" in fix.commands]


CONTAINERS = (
    "command:docker -H unix:///var/run/docker.sock ps -a --no-trunc --filter expose=11434/tcp "
    "--format {{json .}}"
)
STOPPED = {"Names": "old", "Image": "ollama/ollama", "State": "exited", "Status": "Exited (137)"}
DENIED = "permission denied while trying to connect to the Docker daemon socket at unix:///run/x"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            {"status": "text", "stdout": "", "stderr": DENIED, "exit_code": 1}, id="denied"
        ),
        pytest.param(
            {"status": "text", "stdout": json.dumps({**STOPPED, "Ports": ""})}, id="stopped"
        ),
    ],
)
def test_what_the_list_of_containers_says_breaks_nothing(answer: dict) -> None:
    socket = {"status": "text", "text": "srw-rw---- root docker"}
    readings = {"stat:/var/run/docker.sock": socket, CONTAINERS: answer}
    facts = survey.facts(survey.read(machine_of({"machine": UNIX, "readings": readings})))
    found = examine(facts, surroundings(facts), KNOWN).findings
    assert [one.id for one in found if one.status != "info"] == []


@pytest.mark.parametrize("asked", ["show ollama -p Environment", "cat ollama"])
def test_that_a_machine_has_no_systemd_breaks_nothing(asked: str) -> None:
    """A container, an old WSL: what was asked there was whether a service runs Ollama."""
    words = "System has not been booted with systemd as init system (PID 1). Can't operate.\n"
    answer = {"status": "text", "stdout": "", "stderr": words, "exit_code": 1}
    readings = {f"command:systemctl {asked}": answer}
    facts = survey.facts(survey.read(machine_of({"machine": UNIX, "readings": readings})))
    found = examine(facts, surroundings(facts), KNOWN).findings
    assert [one.id for one in found if one.status != "info"] == []
