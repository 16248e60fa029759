"""A pool kept alive without other machines: `ssh` runs what it is asked here, in the home of the machine named.

The scripts that machines are sent are the real ones; the programs of the build are made here.
"""

import hashlib
import http.server
import io
import json
import os
import signal
import socket
import sys
import tarfile
import threading
import time
import zlib
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import pytest

from localai_setup import cli
from localai_setup.checks.setup import setup_pool_broken
from localai_setup.machine.asking.redact import Redactor
from localai_setup.machine.keeping import folders
from localai_setup.machine.lending import far as far_machine
from localai_setup.machine.lending import pool
from localai_setup.machine.running.processes import Processes
from localai_setup.model.engine import ReleaseFile
from localai_setup.model.errors import LocalaiError
from localai_setup.model.lending import Lender, LenderNow, PoolSetUp
from localai_setup.model.reading import Readings, Text
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.probes.pool import STATE, Pool
from tests.lending_programs import LENDER, SERVER, SSH
from tests.test_schemas import check

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its scripts read /proc here")

NAMES = ("one", "two")


def written(path, text, **values):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.format(python=sys.executable, **values))
    path.chmod(0o755)
    return path


@pytest.fixture
def far(tmp_path, monkeypatch):
    """The homes of the other machines, each empty."""
    root = tmp_path / "far"
    for name in NAMES:
        (root / name).mkdir(parents=True)
    program = written(tmp_path / "bin/ssh", SSH, root=root)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return root


@pytest.fixture
def first_port(tmp_path, monkeypatch):
    """Another than that of the tests that run at the same time, which are on the same computer."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 20_000 + 1_000 * worker + zlib.crc32(bytes(tmp_path)) % 900
    monkeypatch.setattr(far_machine, "FIRST_PORT", first)
    monkeypatch.setattr(pool, "FIRST_PORT", first + 50)
    return first


@pytest.fixture
def home(tmp_path, monkeypatch, first_port):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    folders.all_folders.cache_clear()
    yield tmp_path / "home"
    pool.stop(Processes())
    folders.all_folders.cache_clear()


@pytest.fixture
def saved(tmp_path, home, far, monkeypatch):
    """A pool that was set up once and never brought to the others."""
    place = tmp_path / "mirror/ggml-org/llama.cpp/releases/download/b1"
    place.mkdir(parents=True)
    lender = LENDER.format(python=sys.executable).encode()
    with tarfile.open(place / "llama-b1.tar.gz", "w:gz") as out:
        info = tarfile.TarInfo("llama-b1/rpc-server")
        info.size, info.mode = len(lender), 0o755
        out.addfile(info, io.BytesIO(lender))
    packed = (place / "llama-b1.tar.gz").read_bytes()
    pin = ReleaseFile(
        "ggml-org/llama.cpp", "b1", "llama-b1.tar.gz", len(packed),
        hashlib.sha256(packed).hexdigest(),
    )  # fmt: skip
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "mirror"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("LOCALAI_RELEASES", f"http://127.0.0.1:{server.server_port}")
        program = written(tmp_path / "here/llama-server", SERVER)
        start = StartSettings(ServerSettings(4096, gpu_layers=9), str(program), "toy")
        lenders = tuple(Lender(name, "b1-cpu", (pin,)) for name in NAMES)
        made = PoolSetUp("c0ffee", "llama.cpp", "b1-cpu", (str(program),), start, lenders)
        pool.save(made)
        yield made
        server.shutdown()


def asked(capsys, *arguments):
    code = cli.run([*arguments, "--json"])
    document = json.loads(capsys.readouterr().out)
    check(document)
    return code, document


def states(document):
    return {one["member"]: one["state"] for one in document["members"]}


def until(capsys, fits):
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        document = asked(capsys, "pool")[1]
        if fits(document):
            return document
        time.sleep(0.2)
    pytest.fail(f"{document}\n{pool.log().read_text()}")


def lender_of(far, name):
    return int((far / name / ".localai-pool/c0ffee/lender.pid").read_text())


def named():
    return setup_pool_broken.check(Pool(**vars(pool.state(Processes()))))


def test_what_ends_is_named_and_started_again_and_nothing_is_left(saved, far, home, capsys):
    code, document = asked(capsys, "pool", "up", "--yes")
    assert (code, document["server"], states(document)) == (
        0,
        "answers",
        dict.fromkeys(NAMES, "lends"),
    )
    assert not named() and not list((home / "cache/releases").iterdir())

    os.kill(lender_of(far, "two"), signal.SIGKILL)
    until(capsys, lambda one: one["starts"] == 2 and one["server"] == "answers")

    program = far / "one/.localai-pool/c0ffee/b1-cpu/rpc-server"
    program.write_text(program.read_text() + "\n")
    os.kill(lender_of(far, "one"), signal.SIGKILL)
    until(capsys, lambda one: states(one) == {"one": "other-build", "two": "lends"})
    symptom = named()
    assert "one: has another build" in symptom.what and "two" not in symptom.what
    code, document = asked(capsys, "pool", "up", "--yes")
    assert (code, document["server"]) == (0, "answers")

    left = lender_of(far, "one")
    (far / "one").rename(far / "away")
    os.kill(left, signal.SIGKILL)
    until(capsys, lambda one: states(one)["one"] == "unreachable")
    assert "No route to host" in named().what
    code, document = asked(capsys, "pool", "down", "--yes")
    assert code == 1 and states(document) == {"one": "not-kept"} and "one" in document["left"][0]
    (far / "away").rename(far / "one")
    code, document = asked(capsys, "pool", "down", "--yes")
    assert (code, document["is_set_up"]) == (0, False)
    assert not [*far.glob("*/*")] and not [*far.glob("*/.*")]
    assert not [*(home / "state").glob("pool*json")] and not pool.stop(Processes())


@contextmanager
def listening(port):
    with socket.create_server(("127.0.0.1", port)):
        yield


@contextmanager
def going_out(port):
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), source_address=("127.0.0.1", port)),
    ):
        yield


@pytest.mark.parametrize("held", [listening, going_out])
def test_each_lends_at_a_port_of_its_own_and_a_taken_one_is_passed_over(
    held, saved, first_port, capsys
):
    with held(first_port):
        assert asked(capsys, "pool", "up", "--yes")[0] == 0
    ports = [one.far_port for one in pool.saved().lenders]
    assert len(set(ports)) == len(NAMES) and min(ports) > first_port


def test_a_port_that_another_program_took_meanwhile_is_named(
    saved, first_port, capsys, monkeypatch
):
    monkeypatch.setattr(pool, "LEND_SECONDS", 8.0)
    taken = first_port + 50
    monkeypatch.setattr(pool.ports, "free_ports", lambda _first: iter(range(taken, taken + 9)))
    with (
        socket.create_server(("127.0.0.1", taken)),
        pytest.raises(LocalaiError, match="waits for its port, which another program holds"),
    ):
        cli.run(["pool", "up", "--yes"])


def test_a_keeper_that_is_killed_takes_all_with_it(saved, far, capsys):
    asked(capsys, "pool", "up", "--yes")
    lent = [lender_of(far, name) for name in NAMES]
    os.kill(pool.saved().pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(map(Processes().named, lent)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not any(map(Processes().named, lent))
    assert asked(capsys, "pool")[1]["server"] == "not-kept"


def test_one_that_is_not_reached_is_told_before_anything_starts(saved, far, capsys):
    (far / "two").rmdir()
    with pytest.raises(LocalaiError, match="two could not be used: .*No route to host"):
        cli.run(["pool", "up", "--yes"])
    assert not pool.saved().pid
    assert asked(capsys, "pool")[1]["server"] == "not-kept"
    assert "does not run" in named().what


def test_offline_no_other_machine_is_reached(saved, far, capsys):
    with pytest.raises(LocalaiError, match="offline"):
        cli.run(["pool", "up", "--yes", "--offline"])
    code, document = asked(capsys, "pool", "down", "--yes", "--offline")
    assert code == 1 and set(states(document)) == set(NAMES)
    assert not [*far.glob("*/.*")]


def test_without_a_yes_nothing_is_brought(saved, far):
    with pytest.raises(LocalaiError) as error:
        cli.run(["pool", "up"])
    assert error.value.exit_code == 4
    assert not [*far.glob("*/.*")]


#: what a pool is → what doctor says of it
SYMPTOMS = [
    (Pool(), None),
    (Pool(True, "answers", members=(LenderNow("a", "lends"),)), None),
    (Pool(True, "waits", members=(LenderNow("a", "starts"),)), None),
    (Pool(True, "not-kept"), "does not run"),
    (Pool(True, "waits", members=(LenderNow("a", "tunnel-down"),)), "the tunnel to it is down"),
    (
        Pool(True, "waits", members=(LenderNow("a", "port-taken", "x"),)),
        "another program at the port",
    ),
    (Pool(True, "waits", members=(LenderNow("a", "files-gone"),)), "no longer has the build"),
    (Pool(True, "waits", members=(LenderNow("a", "lender-ended"),)), "lost the program that lends"),
]


@pytest.mark.quick
@pytest.mark.parametrize(("state", "words"), SYMPTOMS)
def test_doctor_names_the_machine_and_what_is_wrong_with_it(state, words):
    found = setup_pool_broken.check(state)
    assert (found is None) if words is None else words in found.what
    assert found is None or found.fixes


@pytest.mark.quick
def test_a_recording_names_no_machine_of_the_pool():
    why = "ssh: connect to host kestrel port 22: No route to host"
    members = [{"member": "brunhilde@kestrel", "state": "unreachable", "why": why}]
    reading = Text(json.dumps({"is_set_up": True, "members": members}))
    readings = Readings({STATE.key: reading})
    text = Redactor.for_readings(readings).text(reading.text)
    assert "kestrel" not in text and "brunhilde" not in text
    assert json.loads(text)["members"][0]["state"] == "unreachable"


@pytest.mark.quick
def test_the_record_of_a_pool_comes_back_as_it_was(home):
    pin = ReleaseFile("o/n", "b1", "f.tar.gz", 1, "0" * 64)
    start = StartSettings(ServerSettings(4096, gpu_split=(1.0, 0.5)), "/m.gguf", "m")
    made = PoolSetUp(
        "c0ffee", "llama.cpp", "b1", ("/p",), start, (Lender("a", "b1", (pin,)),), 1, 2
    )
    pool.save(made)
    assert pool.saved() == made
    pool.record().write_text(json.dumps({**asdict(made), "port": "x"}))
    assert pool.saved() is None
    pool.save(replace(made, pid=os.getpid()))
    assert pool.state(Processes()).server == "not-kept"  # another process has that number now
