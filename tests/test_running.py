"""The server that is started once, found again and stopped: on a fake one."""

import json
import os
import signal
import socket
import sys
import threading
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from localai_setup.machine.running import (
    ports,
    processes,
    proving,
    server,
    waiting,
)
from localai_setup.machine.running.answers import Answers
from localai_setup.model.errors import LocalaiError

from .server_fixtures import KEY, PROGRAM, posix, quiet_port, servers, settings, start  # noqa: F401  a fixture
from .wine import unlike_wine


def test_it_is_started_once_and_found_again(servers):
    first = start(servers)
    assert first.address == f"http://127.0.0.1:{first.port}/v1"
    assert servers.running() == first
    assert servers.is_ready(first.port)
    assert servers.is_serving(PROGRAM, settings())
    assert start(servers) == first
    assert "loading /m/a.gguf" in servers.start_log()


@posix
def test_one_that_lives_and_answers_late_is_still_the_server(servers):
    """As on a machine that is busy with other things; to start it again would make that worse."""
    first = start(servers)
    os.kill(first.pid, signal.SIGSTOP)
    threading.Timer(
        server.READY_TIMEOUT_SECONDS + 0.5, os.kill, (first.pid, signal.SIGCONT)
    ).start()
    assert not servers.is_ready(first.port)
    assert servers.is_serving(PROGRAM, settings())


def test_it_is_another_one_with_other_settings_model_or_program(servers):
    first = start(servers)
    assert not servers.is_serving(PROGRAM, settings(context=8192))
    assert not servers.is_serving(PROGRAM, settings(model="/m/b.gguf"))
    assert not servers.is_serving((*PROGRAM[:1], "other.py"), settings())
    second = start(servers, model="/m/b.gguf")
    assert second.pid != first.pid
    assert not psutil.pid_exists(first.pid)
    assert servers.running() == second


@pytest.mark.parametrize(
    ("drafter", "log", "is_refused"),
    [("/d.gguf", "bad", True), ("/d.gguf", "", False), ("", "bad", False)],
)
def test_a_server_whose_drafter_cannot_guess_is_stopped_with_the_reason(
    servers, monkeypatch, drafter, log, is_refused
):
    trouble = LocalaiError("The drafter cannot guess.") if log else None
    monkeypatch.setattr(server.drafter_log, "trouble", lambda *_: trouble)
    with pytest.raises(LocalaiError) if is_refused else nullcontext() as caught:
        started = servers.start(
            PROGRAM, replace(settings(), drafter_path=drafter), quiet_port(), "llama.cpp"
        )
        assert servers.running() == started
    assert (servers.running() is None) == is_refused
    assert caught is None or caught.value is trouble


def test_nothing_serves_where_nothing_was_started(servers):
    assert servers.running() is None
    assert not servers.is_serving(PROGRAM, settings())
    assert not servers.stop()
    assert servers.start_log() == ""
    assert servers.last_words() == "there is no log"


def test_it_is_stopped_and_forgotten(servers):
    pid = start(servers).pid
    assert servers.stop()
    assert not psutil.pid_exists(pid)
    assert not servers.record.exists()
    assert servers.running() is None


def test_a_server_that_does_not_leave_is_made_to(servers, monkeypatch):
    monkeypatch.setattr(processes, "GOODBYE_SECONDS", 0.3)
    pid = start(servers, "stubborn").pid
    assert servers.stop()
    assert not psutil.pid_exists(pid)


def test_one_that_dies_is_told_with_its_last_telling_words(servers):
    with pytest.raises(LocalaiError, match=r"exit code 3.*error: failed to load model"):
        start(servers, "dies")
    assert servers.running() is None


@posix
def test_one_that_is_killed_is_told_with_the_signal(servers):
    with pytest.raises(LocalaiError, match="signal SIGKILL"):
        start(servers, "killed")


def test_its_log_begins_anew_while_somebody_reads_the_old_one(servers):
    start(servers)
    with servers.log.open(encoding="utf-8") as reader:
        servers.stop()
        servers.log.write_text("of an earlier one", encoding="utf-8")
        start(servers)
        assert "of an earlier one" not in reader.read()


def test_one_that_never_answers_is_stopped(servers, monkeypatch):
    monkeypatch.setattr(server, "START_TIMEOUT_SECONDS", 0.5)
    with pytest.raises(LocalaiError, match="did not answer within"):
        start(servers, "never-ready")
    assert servers.running() is None
    assert not servers.processes.marked(server.MARK, str(servers.record))


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS hides the environment of processes")
def test_one_whose_record_was_lost_is_found_by_its_mark(servers):
    lost = start(servers).pid
    servers.record.unlink()
    assert servers.running() is None
    assert start(servers).pid != lost
    assert not psutil.pid_exists(lost)


def test_another_process_with_its_number_is_no_server_of_ours(servers):
    start(servers)
    reported = json.loads(servers.record.read_text())
    servers.record.write_text(json.dumps({**reported, "pid": os.getpid()}))
    assert servers.running() is None
    servers.record.write_text(json.dumps(reported))


@pytest.mark.skipif(sys.platform != "linux", reason="psutil adds the time of the boot on Linux")
def test_a_clock_that_is_set_makes_no_other_server_of_it(servers, monkeypatch):
    running = start(servers)
    real = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: real(self) + 3600)
    monkeypatch.setattr(psutil, "boot_time", lambda: 0.0)
    assert servers.running() == running


RECORD = '{"pid": %s, "create_time": 1.0, "port": 43110, "model_path": "/m"}'


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", "3", "null", '{"pid": 1}', "[" * 100_000]
    + [RECORD % pid for pid in ('"x"', "-1", "0", "1e99", "99999999999999999999", "null", "[]")],
)
def test_a_damaged_record_names_no_server(servers, text):
    servers.record.parent.mkdir(parents=True, exist_ok=True)
    servers.record.write_text(text)
    assert servers.running() is None


@pytest.fixture
def taken_port():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_passed_over(taken_port):
    assert taken_port < ports.free_port(taken_port) < taken_port + ports.PORTS


def test_a_port_that_is_taken_while_the_server_starts_is_passed_over(
    servers, taken_port, monkeypatch
):
    """It was free when it was looked at: two programs that start at once see the same one."""
    seen_free = iter([True])
    really = ports.is_free
    monkeypatch.setattr(ports, "is_free", lambda port: next(seen_free, False) or really(port))
    running = servers.start(PROGRAM, settings(), taken_port, "llama.cpp")
    assert taken_port < running.port < taken_port + ports.PORTS


@unlike_wine("names nobody who listens, and then everybody counts as ours")
def test_a_stranger_that_answers_on_the_port_is_not_the_server(servers, httpserver, monkeypatch):
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    seen_free = iter([True])
    really = ports.is_free
    monkeypatch.setattr(ports, "is_free", lambda port: next(seen_free, False) or really(port))
    running = servers.start(PROGRAM, settings(), httpserver.port, "llama.cpp")
    assert running.port != httpserver.port
    assert servers.running() == running


def test_where_all_ports_are_taken_it_says_so(monkeypatch, taken_port):
    monkeypatch.setattr(ports, "PORTS", 1)
    with pytest.raises(LocalaiError, match="are taken"):
        ports.free_port(taken_port)


@pytest.mark.parametrize("stated", ["", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"])
def test_the_engine_s_threads_wait_as_measured_unless_a_person_says_how(monkeypatch, stated):
    for name in waiting.STATED:
        monkeypatch.delenv(name, raising=False)
    if stated:
        monkeypatch.setenv(stated, "7")
    assert waiting.environment() == ({} if stated else {"GOMP_SPINCOUNT": waiting.SPINS})


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_server_s_process_is_told_how_to_wait(servers, monkeypatch):
    for name in waiting.STATED:
        monkeypatch.delenv(name, raising=False)
    started = Path(f"/proc/{start(servers).pid}/environ").read_bytes().split(b"\0")
    assert f"GOMP_SPINCOUNT={waiting.SPINS}".encode() in started


def test_a_chat_template_is_found_wherever_it_stands(tmp_path, monkeypatch):
    from localai_setup.machine.running import answers

    monkeypatch.setattr(answers, "PIECE_BYTES", 64)
    key = (23).to_bytes(8, "little") + b"tokenizer.chat_template"
    for before in range(0, 130, 3):
        file = tmp_path / "m.gguf"
        file.write_bytes(b"x" * before + key + b"y" * 100)
        assert Answers().has_template(str(file)), before
    file.write_bytes(b"x" * 300 + key[:-1])
    assert not Answers().has_template(str(file))


@posix
def test_a_program_is_proved_with_the_libraries_that_were_brought(tmp_path, monkeypatch):
    provided = {"LD_LIBRARY_PATH": str(tmp_path / "brought")}
    monkeypatch.setattr(proving.library_folders, "environment", lambda: provided)
    program = tmp_path / "llama-server"
    program.write_text('#!/bin/sh\necho "error: it looks in $LD_LIBRARY_PATH" >&2\nexit 1\n')
    program.chmod(0o755)
    assert str(tmp_path / "brought") in proving.prove(str(program), "llama.cpp").reason
