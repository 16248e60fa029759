"""A pool set up, broken and taken away for real: machines in network namespaces over SSH, llama.cpp with RPC.

Needs root, network namespaces, an SSH server, the package index, and a folder with `llama-server`,
`ggml-rpc-server` and their libraries: LOCALAI_TEST_FLEET=1 LOCALAI_TEST_RPC=FOLDER.
"""

import contextlib
import hashlib
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from localai_setup.machine.keeping import recipe_files
from tests import fleet_network
from tests.test_schemas import check

ROOT = Path(__file__).parent.parent
BUILD = "b11512-linux-cpu-x64"
ARCHIVE = "llama-b11512-bin-ubuntu-x64.tar.gz"
FAR = ("lafleet0", "lafleet1")
STARTER = "smollm2-135m"

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not (os.environ.get("LOCALAI_TEST_FLEET") and os.environ.get("LOCALAI_TEST_RPC")),
        reason="LOCALAI_TEST_FLEET=1 LOCALAI_TEST_RPC=FOLDER",
    ),
]


@pytest.fixture(scope="module")
def folder():
    with fleet_network.readable_folder("lapoolup") as made:
        yield made


@pytest.fixture(scope="module")
def mirror(folder):
    """An archive of the build at hand, where releases are looked for; what pins it."""
    place = folder / "mirror/ggml-org/llama.cpp/releases/download/b11512"
    place.mkdir(parents=True)
    with tarfile.open(place / ARCHIVE, "w:gz", compresslevel=1) as out:
        out.add(os.environ["LOCALAI_TEST_RPC"], "llama-b11512")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder / "mirror"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", place / ARCHIVE
        server.shutdown()


@pytest.fixture(scope="module")
def computers(folder):
    """Two that answer with a recording of this one, as localai there would; `ssh` on PATH knows their names."""
    program = [sys.executable, "-m", "localai_setup", "record", str(folder / "recording.json")]
    subprocess.run([*program, "--offline"], cwd=ROOT, check=True, capture_output=True)
    (folder / "recording.json").chmod(0o644)
    with fleet_network.computers(2, folder) as made:
        for one in made:
            _answers(one, folder / "recording.json")
        fleet_network.ssh_that_knows(made, folder)
        yield {one.name: one for one in made}


def _answers(computer, recording):
    script = (
        f"mkdir -p .local/bin; printf '#!/bin/sh\\nexec cat {recording}\\n' >.local/bin/localai"
    )
    home = f"cd {computer.home} && {script} && chmod +x .local/bin/localai"
    fleet_network.inside(computer, "sh", "-c", home)


@pytest.fixture(scope="module")
def localai(folder, computers, mirror):
    """Run a command; its exit code, document and what it output."""
    address, archive = mirror
    pinned = hashlib.sha256(archive.read_bytes()).hexdigest()
    own = folder / "home/config/recipes/engines/llama.cpp.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(_pinned(archive.stat().st_size, pinned))
    environment = {
        **os.environ,
        "PATH": f"{folder}/bin:{os.environ['PATH']}",
        "LOCALAI_HOME": str(folder / "home"),
        "LOCALAI_RELEASES": address,
    }

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "localai_setup", *arguments, "--json"],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        print(done.stderr)
        document = json.loads(done.stdout) if done.stdout.strip() else None
        if document:
            check(document)
        return done.returncode, document, done.stderr

    yield run
    run("pool", "down", "--yes")


def _pinned(size, sha256):
    """The engine's recipe with this archive in place of the one of that name."""
    lines = (recipe_files.shipped_folder() / "engines/llama.cpp.yaml").read_text().splitlines()
    at = lines.index(f"    file: {ARCHIVE}")
    assert lines[at + 1].startswith("    bytes: ")
    lines[at + 1 : at + 3] = [f"    bytes: {size}", f"    sha256: {sha256}"]
    return "\n".join(lines) + "\n"


def _tree(computer):
    return sorted(str(one) for one in computer.home.rglob("*"))


def _lenders(computer):
    found = []
    for pid in fleet_network.processes(computer):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            found += [pid] if b"rpc-server" in words[0] else []
    return found


def _answer(folder, document):
    key = (folder / "home/state/api-key").read_text().strip()
    question = {"messages": [{"role": "user", "content": "Name a colour."}], "max_tokens": 8}
    request = urllib.request.Request(
        f"http://127.0.0.1:{document['port']}/v1/chat/completions",
        json.dumps(question).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)["choices"][0]["message"]["content"]


def _until(localai, fits, seconds=60):
    """How long until the pool stands so, and how it stands then."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        document = localai("pool")[1]
        if fits(document):
            return time.monotonic() - began, document
    pytest.fail(f"not within {seconds} s: {document}")


def _states(document):
    return {one["member"]: one["state"] for one in document["members"]}


def _named_by_doctor(localai):
    code, document, _ = localai("doctor", "--only", "setup-pool-broken", "--offline")
    return code, " ".join(one["what"] for one in document["findings"])


def test_all_of_it(folder, localai, computers):
    first = computers[FAR[0]]
    before = _tree(first)

    code, document, output = localai("pool", "up", "--members", FAR[0], "--model", STARTER, "--yes")
    assert code == 1 and document["verdict"] == "fits-one" and "--anyway" in output
    assert _tree(first) == before

    up = ("pool", "up", "--members", FAR[0], "--model", STARTER, "--anyway")
    code, _, output = localai(*up)
    assert code == 4 and _tree(first) == before
    for words in ("nobody for a key", "127.0.0.1", "login", "one after the other"):
        assert words in output

    code, document, _ = localai(*up, "--yes")
    assert (code, document["server"], _states(document)) == (0, "answers", {FAR[0]: "lends"})
    assert _answer(folder, document)
    assert _lenders(first)
    assert _named_by_doctor(localai)[0] == 0
    assert localai("status")[1]["pool"]["server"] == "answers"

    # the program that lends is killed: named, and lends again
    (pid,) = _lenders(first)
    os.kill(pid, signal.SIGKILL)
    seconds, document = _until(
        localai, lambda one: one["starts"] == 2 and one["server"] == "answers"
    )
    print(f"lends and answers again {seconds:.1f} s after the lender was killed")
    assert _answer(folder, document) and _lenders(first) != [pid]

    # files that are others
    build = first.home / f".localai-pool/{_id(folder)}/{BUILD}"
    library = next(one for one in build.glob("libggml-base.so*") if not one.is_symlink())
    with library.open("ab") as file:
        file.write(b"x")
    os.kill(_lenders(first)[0], signal.SIGKILL)
    _until(localai, lambda one: _states(one) == {FAR[0]: "other-build"})
    code, named = _named_by_doctor(localai)
    assert code == 1 and FAR[0] in named and "build" in named
    code, document, _ = localai("pool", "up", "--yes")
    assert (code, _states(document)) == (0, {FAR[0]: "lends"})

    # the machine is gone
    link = ("ip", "link", "set", f"la-{first.number}")
    fleet_network.run(*link, "down")
    seconds, _ = _until(localai, lambda one: _states(one) == {FAR[0]: "unreachable"})
    print(f"named as not reached {seconds:.1f} s after its network went")
    code, named = _named_by_doctor(localai)
    assert code == 1 and FAR[0] in named and "ssh" in named
    code, document, _ = localai("pool", "down", "--yes")
    assert code == 1 and document["left"] and document["is_set_up"]
    fleet_network.run(*link, "up")

    code, document, _ = localai("pool", "down", "--yes")
    assert (code, document["is_set_up"]) == (0, False)
    assert _tree(first) == before and not _lenders(first)
    assert not list((folder / "home/state").glob("pool*.json*"))


def _id(folder):
    return json.loads((folder / "home/state/pool.json").read_text())["id"]


def test_two_machines_lend_at_once_and_uninstall_undoes_it(folder, localai, computers, mirror):
    """The second one by the record, as no plan here needs two for so small a model."""
    before = {name: _tree(one) for name, one in computers.items()}
    up = ("pool", "up", "--members", FAR[0], "--model", STARTER, "--anyway", "--yes")
    assert localai(*up)[0] == 0
    record = folder / "home/state/pool.json"
    saved = json.loads(record.read_text())
    saved["lenders"].append({**saved["lenders"][0], "member": FAR[1], "far_port": 0})
    saved["start"]["server"] |= {"gpu_layers": 31, "gpu_split": [1.0, 1.0]}
    record.write_text(json.dumps(saved))
    code, document, _ = localai("pool", "up", "--yes")
    assert (code, set(_states(document).values())) == (0, {"lends"})
    assert set(_states(document)) == set(FAR)
    assert _answer(folder, document)
    os.kill(_lenders(computers[FAR[1]])[0], signal.SIGKILL)
    _until(localai, lambda one: one["starts"] == 2 and one["server"] == "answers")
    assert _answer(folder, document)
    code, document, _ = localai("uninstall", "--yes")
    assert code == 0
    assert {name: _tree(one) for name, one in computers.items()} == before
    assert not any(map(_lenders, computers.values()))
