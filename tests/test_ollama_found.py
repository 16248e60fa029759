"""An Ollama is found whole, however it came here and wherever it listens; what is told stays here."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from localai_setup import survey
from localai_setup.machine.asking import recorded, recorder
from localai_setup.machine.asking.live import LiveMachine
from localai_setup.machine.asking.recorded import RecordedMachine
from localai_setup.model.reading import Failed, Missing
from localai_setup.model.source import Get
from localai_setup.probes import _ollama_address
from localai_setup.probes.engines import Engines
from localai_setup.probes.ollama import Ollama, OllamaServer
from localai_setup.ui import enginetext

from .readings import machine_of

MACHINES = yaml.safe_load((Path(__file__).parent / "ollama_machines.yaml").read_text("utf-8"))
RECIPES = Path(__file__).parent.parent / "recipes"
UNIX = {"system": "Linux", "release": "6.8.0", "machine": "x86_64", "python": "3.12.3"}


def found(machine) -> Ollama:
    asked = survey.probes_of([Ollama])
    facts = survey.facts(survey.read(machine, asked), asked)
    assert not facts.crashed
    return facts[Ollama]


def reported(server: OllamaServer) -> dict:
    """What a fixture names, without what it leaves out."""
    settings = server.settings
    everything = {
        "address": server.address,
        "state": server.state,
        "version": server.version,
        "open": server.open_to_network,
        "here": server.on_this_machine or None,
        "started_by": server.started_by,
        "owner": server.owner,
        "container": server.container,
        "models": [one.name for one in server.models],
        "remote": [one.name for one in server.models if one.remote],
        "loaded": [[one.name, one.context] for one in server.loaded],
        "models_folder": settings.models_folder,
        "context": settings.context,
        "kv_type": settings.kv_type,
        "keep_alive": settings.keep_alive,
        "parallel": settings.parallel,
        "flash_attention": settings.flash_attention,
    }
    if not server.on_this_machine:
        return {"address": server.address, "state": server.state, "here": False}
    return {name: value for name, value in everything.items() if value or value is False}


@pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in MACHINES])
def test_every_way_in_which_it_comes(case: dict) -> None:
    ollama = found(machine_of({"machine": UNIX, **case}))
    expected = case["finds"]
    servers = [{"here": True, "open": False, **one} for one in expected["servers"]]
    for one in servers:
        if one["here"] is False:
            del one["open"]
    assert [reported(one) for one in ollama.servers] == servers
    assert ollama.installed is expected["installed"]
    assert ollama.version == expected.get("version", "")
    assert ollama.complete is expected.get("complete")


@pytest.mark.parametrize(
    ("value", "address", "here", "everywhere"),
    [
        ("", "127.0.0.1:11434", True, False),
        ("0.0.0.0", "0.0.0.0:11434", True, True),
        (":8090", "0.0.0.0:8090", True, True),
        ("http://127.0.0.1", "127.0.0.1:80", True, False),
        ("https://127.0.0.1:11434/some/path", "127.0.0.1:11434", True, False),
        (' "127.0.0.1:11500" ', "127.0.0.1:11500", True, False),
        ("127.0.0.1:99999", "127.0.0.1:11434", True, False),
        ("localhost:abc", "localhost:11434", True, False),
        ("[::1]:11434", "[::1]:11434", True, False),
        ("::", "[::]:11434", True, True),
        ("192.168.1.7", "192.168.1.7:11434", False, False),
        ("https://gpu.example.org", "gpu.example.org:443", False, False),
    ],
)
def test_odd_values_of_ollama_host(value: str, address: str, here: bool, everywhere: bool) -> None:
    read = _ollama_address.read(value)
    assert (str(read), read.here, read.everywhere) == (address, here, everywhere)


def test_nothing_is_sent_to_another_computer_and_the_program_is_not_run_either() -> None:
    class Watched(RecordedMachine):
        asked: list[str] = []  # noqa: RUF012

        def ask(self, source):
            self.asked.append(source.key)
            return super().ask(source)

    case = {
        "machine": UNIX,
        "readings": {"env:OLLAMA_HOST": {"status": "text", "text": "10.0.0.9"}},
    }
    plain = machine_of(case)
    found(Watched(plain.identity, plain.readings.by_key))
    requests = [key for key in Watched.asked if key.startswith("http:") and "*" not in key]
    assert all("127.0.0.1" in key for key in requests)
    assert "command:ollama --version" not in Watched.asked  # it asks the server for its version


def test_detect_shows_each_engine_with_what_matters() -> None:
    case = next(one for one in MACHINES if one["name"].startswith("a server at the usual port"))
    asked = survey.probes_of([Engines, Ollama])
    facts = survey.facts(survey.read(machine_of({"machine": UNIX, **case}), asked), asked)
    assert enginetext.lines(facts) == [
        "Engine     Ollama 0.33.1 runs at 127.0.0.1:11434",
        "           tale:7b: 7.2B Q4_K_M, 3.8 GB",
        "           giant:cloud: runs at https://ollama.com:443, not on this computer",
    ]


SERVER = """\
import http.server, json, os, sys
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = {"/api/version": {"version": "0.99.0"}, "/api/tags": {"models": [{"name": "tale:7b"}]}}
        body = json.dumps(found.get(self.path, {})).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def stand_in(tmp_path):
    """A process that is called `ollama`, was started with `serve`, and answers on a port of its own."""
    program = tmp_path / "ollama"
    program.symlink_to(os.path.realpath(sys.executable))
    (tmp_path / "serve").write_text(SERVER)
    secret = {"OLLAMA_MODELS": "/srv/m", "OLLAMA_API_KEY": "hidden-key", "DIARY": "dear diary"}
    process = subprocess.Popen(
        [str(program), "serve"],
        cwd=tmp_path,
        env={**os.environ, **secret},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.pid, int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the name of a program is that of its file")
def test_a_live_server_is_found_by_its_process_and_a_recording_finds_the_same(stand_in) -> None:
    pid, port = stand_in
    asked = survey.probes_of([Ollama])
    machine = LiveMachine()
    readings = survey.read(machine, asked)
    live = survey.facts(readings, asked)[Ollama]
    server = next(one for one in live.servers if one.port == port)
    assert (server.state, server.version, server.owner) == ("running", "0.99.0", "you")
    assert [one.name for one in server.models] == ["tale:7b"]
    assert server.settings.models_folder == "/srv/m"
    assert any(one.pid == pid and one.role == "server" for one in live.processes)

    document = json.loads(json.dumps(recorder.document(machine.identity, readings)))
    written = json.dumps(document)
    assert "hidden-key" not in written
    assert "dear diary" not in written
    replayed = survey.facts(survey.read(recorded.machine_of(document), asked), asked)[Ollama]
    again = next(one for one in replayed.servers if one.port == port)
    assert again.settings.models_folder == "/srv/m"
    assert (again.state, again.version, again.models) == (
        server.state,
        server.version,
        server.models,
    )


def test_a_port_that_nobody_has_is_missing_and_a_silent_one_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        silent = LiveMachine().ask(Get(f"http://127.0.0.1:{port}/api/version", 0.2))
    (answer,) = silent.values()
    assert isinstance(answer, Failed)
    assert answer.kind == "timed-out"
    (answer,) = LiveMachine().ask(Get(f"http://127.0.0.1:{port}/api/version")).values()
    assert isinstance(answer, Missing)


def test_a_plan_does_not_count_what_ollama_has_on_this_disk(localai) -> None:
    """Only its size is looked at for a plan; its bytes are, before it is used."""
    blobs = localai.home / ".ollama" / "models" / "blobs"
    blobs.mkdir(parents=True)
    recipe = yaml.safe_load((RECIPES / "models" / "smollm2-135m.yaml").read_text("utf-8"))
    file = recipe["files"][0]
    with (blobs / f"sha256-{file['sha256']}").open("wb") as sparse:
        sparse.truncate(file["bytes"])
    done = localai("plan", "--offline", "--model", "smollm2-135m")
    assert "nothing to fetch" in done.stdout
    assert "is here already and is not fetched: " in done.stdout
