"""What a live machine says of its own set-up: each part is broken and told, on a small file and a fake
server.
"""

import hashlib
import os
import signal
import socket
import sys
from dataclasses import replace

import psutil
import pytest

from localai_setup import state
from localai_setup.machine.keeping import recipe_files, statefile, verified
from localai_setup.machine.running import examine
from localai_setup.machine.running.examine import BUILD_ID
from localai_setup.machine.running.processes import Done

from .server_fixtures import posix, quiet_port, servers, start
from .test_state import DOCUMENT
from .wine import unlike_wine

__all__ = ["servers"]
MODEL = b"GGUF" + bytes(range(250)) * 8


@pytest.fixture
def setup(servers, tmp_path):
    """A set-up whose model is whole; nothing runs."""
    file = tmp_path / "data" / "models" / "tiny.gguf"
    file.parent.mkdir(parents=True)
    file.write_bytes(MODEL)
    made = replace(
        state.from_document(DOCUMENT),
        model_path=str(file),
        model_bytes=len(MODEL),
        model_sha256=hashlib.sha256(MODEL).hexdigest(),
        port=quiet_port(),
        receipts=(),
        steps=(),
    )
    statefile.save(made)
    return made


def changed(setup, **fields):
    made = replace(setup, **fields)
    statefile.save(made)
    return made


def test_a_whole_model_is_hashed_once(setup, monkeypatch):
    assert examine.examine().model is None
    assert verified.knows(examine.Path(setup.model_path), setup.model_sha256)
    hashed = []
    monkeypatch.setattr(
        examine.model_files, "sha256_of", lambda path: hashed.append(path) or setup.model_sha256
    )
    assert examine.examine().model is None
    assert hashed == []
    assert examine.examine(deep=True).model is None
    assert len(hashed) == 1


def gone(path):
    path.unlink()


def half(path):
    path.rename(path.with_name(path.name + ".part"))


def short(path):
    path.write_bytes(MODEL[:-7])


def a_page(path):
    path.write_bytes(b"<!DOCTYPE html><html>Please log in</html>")


def rubbish(path):
    path.write_bytes(b"\x7fELF" + MODEL)


def one_byte_flipped(path):
    path.write_bytes(MODEL[:-1] + b"\x00")


TROUBLES = {
    gone: "it is not there",
    half: "it came only half",
    short: f"it has {len(MODEL) - 7} bytes; {len(MODEL)} were installed",
    a_page: "it is a web page, not a model",
    rubbish: "it does not begin like a GGUF file",
    one_byte_flipped: "its sha256 is not the one that was installed",
}


@pytest.mark.parametrize("hurt", TROUBLES, ids=lambda one: one.__name__)
def test_what_is_wrong_with_a_model_is_told(setup, hurt):
    assert examine.examine().model is None
    hurt(examine.Path(setup.model_path))
    assert examine.examine().model == TROUBLES[hurt]


def test_a_running_server_is_seen_with_its_context(setup, servers):
    running = start(servers)
    changed(setup, port=running.port)
    found = examine.examine()
    assert (found.process, found.context, found.port_holder) == ("running", 4096, None)


def test_a_stopped_program_has_no_process_and_nobody_holds_its_port(setup):
    found = examine.examine()
    assert (found.process, found.context, found.port_holder) == (None, None, None)


@posix
def test_a_server_that_is_held_still_is_told(setup, servers):
    pid = start(servers).pid
    os.kill(pid, signal.SIGSTOP)
    try:
        assert examine.examine().process == "stopped"
    finally:
        os.kill(pid, signal.SIGCONT)


@unlike_wine("names nobody who listens")
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS shows the sockets of root alone")
def test_who_else_listens_on_its_port_is_named(setup):
    with socket.socket() as other:
        other.bind(("127.0.0.1", setup.port))
        other.listen()
        assert f"(process {os.getpid()})" in examine.examine().port_holder


def test_a_program_of_another_user_is_not_taken_for_this_one(setup, monkeypatch):
    """Its socket is seen, its number is not."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", setup.port))
        other.listen()
        nameless = [one._replace(pid=None) for one in psutil.net_connections("tcp")]
        monkeypatch.setattr(psutil, "net_connections", lambda _kind: nameless)
        assert examine.examine().port_holder == "a program of another user"


def builds():
    return [
        build
        for name, text in recipe_files.texts()
        if "engines" in examine.Path(name).parts
        for build in BUILD_ID.findall(text)
    ]


INSTALLED = ({"id": "install-engine", "build": "x"},)


def test_a_newer_build_of_the_same_kind_is_named(setup, monkeypatch):
    monkeypatch.setattr(examine, "_engine_trouble", lambda *_, **__: None)
    monkeypatch.setattr(examine, "_missing_libraries", lambda *_: ())
    known = next(one for one in builds() if one.startswith("b"))
    changed(setup, build=known, steps=INSTALLED)
    assert examine.examine().newer_build is None
    older = f"b1-{known.partition('-')[2]}"
    changed(setup, build=older, steps=INSTALLED)
    assert examine.examine().newer_build == known
    changed(setup, build=older, steps=())
    assert examine.examine().newer_build is None
    changed(setup, build="b1-of-another-kind", steps=INSTALLED)
    assert examine.examine().newer_build is None


def test_without_a_set_up_only_the_machine_is_told(servers):
    found = examine.examine()
    assert (found.model, found.engine, found.process) == (None, None, "unknown")
    assert found.disk.free_mib > 0
    assert found.locks == ()


@pytest.mark.parametrize(
    ("done", "trouble"),
    [
        (Done(0, "", ""), None),
        (Done(-4, "", ""), "its library cannot be loaded (signal 4)"),
        (
            Done(1, "", "ImportError: libx.so"),
            "its library cannot be loaded (ImportError: libx.so)",
        ),
        (
            PermissionError(13, "Permission denied"),
            "its Python cannot be started (Permission denied)",
        ),
    ],
)
def test_an_engine_is_loaded_once_where_no_server_proves_it(setup, monkeypatch, done, trouble):
    def load(*_):
        if isinstance(done, Exception):
            raise done
        return done

    class Installed:
        def done(self, _bench):
            return True

    monkeypatch.setattr(examine, "step_of", lambda _: Installed())
    monkeypatch.setattr(examine, "_missing_libraries", lambda *_: ())
    monkeypatch.setattr(examine.environments, "load", load)
    changed(setup, steps=INSTALLED, program=("/engine/bin/python", "runner.py"))
    assert examine.examine().engine == trouble
    changed(setup, steps=INSTALLED, program=("/usr/bin/llama-server",))
    assert examine.examine().engine is None
