"""The server that is started once, found again and stopped, and what is asked of it: on a fake one."""

import json
import os
import signal
import socket
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from localai_setup import state
from localai_setup.machine.keeping import folders, recipe_files, statefile
from localai_setup.machine.running import asking, ports, processes, proving, server, waiting
from localai_setup.machine.running.answers import Answer, Answers
from localai_setup.machine.running.receiving import Received
from localai_setup.machine.running.processes import Processes
from localai_setup.machine.running.server import Servers
from localai_setup.model.behaviour import Thinking
from localai_setup.model.errors import LocalaiError
from localai_setup.model.examination import Asked
from localai_setup.model.proof import ToolCall
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.recipes.loading import load_all

from .fake_server import GOOD, WHOLE_CALL
from .test_state import DOCUMENT

PROGRAM = (sys.executable, str(Path(__file__).with_name("fake_server.py")))
KEY = "a-key"
HELLO = [{"role": "user", "content": "What is the capital of France?"}]
QUESTION = {"messages": HELLO, "max_tokens": 16}
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def settings(manner="good", model="/m/a.gguf", context=4096):
    """The fake server reads its manners from the alias."""
    return StartSettings(ServerSettings(context), model, manner, api_key=KEY)


def quiet_port():
    """A first port that nothing else is likely to use, whatever else runs on this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def servers(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    made = Servers(Processes())
    yield made
    made.stop()
    folders.all_folders.cache_clear()


def start(servers, manner="good", model="/m/a.gguf"):
    return servers.start(PROGRAM, settings(manner, model), quiet_port(), "llama.cpp")


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
    told = json.loads(servers.record.read_text())
    servers.record.write_text(json.dumps({**told, "pid": os.getpid()}))
    assert servers.running() is None
    servers.record.write_text(json.dumps(told))


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


# what is asked of it


@pytest.fixture
def setup(servers):
    found = state.from_document(DOCUMENT)
    test = replace(found.test, question=HELLO[0]["content"], any_of=("Paris",), max_tokens=64)
    statefile.save(replace(found, test=test))
    return servers


def test_a_good_answer_is_listened_to_no_longer_than_needed(setup):
    """The fake server would go on for a minute."""
    start(setup, "endless")
    began = time.monotonic()
    heard = asking.ask()
    assert (heard.trouble, heard.late, heard.text) == (None, False, "".join(GOOD))
    assert 1 < heard.tps < 1000
    assert time.monotonic() - began < asking.LIMIT_SECONDS
    assert 0 <= heard.others <= 1.5


def test_a_bad_answer_is_heard_to_its_end_and_told(setup):
    start(setup, "bad")
    heard = asking.ask()
    assert heard.text.endswith("bread.")
    assert "none of the words Paris" in heard.trouble


def test_an_answer_that_does_not_come_is_late_and_no_trouble(setup, monkeypatch):
    monkeypatch.setattr(asking, "LIMIT_SECONDS", 0.5)
    start(setup, "hangs")
    heard = asking.ask()
    assert (heard.late, heard.trouble, heard.tps) == (True, None, None)


def test_a_refusal_is_told(setup):
    start(setup, "refuses")
    assert "500" in asking.ask().trouble


def test_nothing_is_asked_where_no_server_runs(setup):
    assert asking.ask() == Asked()


def test_a_whole_answer_comes_with_the_speed_that_the_server_measured(servers):
    port = start(servers).port
    assert Answers().ask(port, QUESTION, KEY) == Answer("".join(GOOD), 12.5, finish="stop")
    assert Answers().embed(port, ["a", "b"], KEY) == [[1.0, 0.0], [0.0, 1.0]]


def test_a_thought_that_takes_too_long_is_broken_off_and_told(servers, monkeypatch):
    monkeypatch.setattr("localai_setup.machine.running.answers.THOUGHT_SECONDS", 0.0)
    said = []
    port = start(servers, "circles").port
    answer = Answers().ask(port, QUESTION, KEY, Thinking("always"), said.append)
    assert answer.only_thought
    assert len(answer.thoughts.split()) < 4000
    assert any(words.startswith("thinking, ") for words in said)


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


def test_a_tool_call_is_read_from_a_whole_answer(servers):
    answer = Answers().ask(start(servers, "calls").port, QUESTION, KEY)
    assert answer.calls == (ToolCall(**WHOLE_CALL),)
    assert answer.text == ""


def asked_as(use):
    """The saved set-up, with the proof of this use."""
    found = statefile.load()
    recipe = load_all(recipe_files.texts()).uses[use]
    told = replace(found.settings, embeddings=recipe.embeddings, reranks=recipe.reranks)
    test = recipe.test(2 if use == "embeddings" else 0)
    statefile.save(replace(found, test=test, settings=told))


def test_a_tool_call_is_put_together_from_its_pieces(setup):
    asked_as("coding")
    start(setup, "calls")
    heard = asking.ask()
    assert heard.trouble is None
    assert heard.text.startswith('write_file({"path": "kestrel/sum.py"')


def test_words_where_a_tool_call_was_asked_for_are_told(setup):
    asked_as("coding")
    start(setup)
    assert asking.ask().trouble.startswith("it made no tool call: 'The capital")


def test_vectors_are_asked_for_again_and_judged(setup):
    asked_as("embeddings")
    start(setup)
    heard = asking.ask()
    assert heard.text == "a vector of 2 numbers"
    assert "no nearer to a related sentence (0.00) than to an unrelated one (1.00)" in heard.trouble


def test_vectors_that_are_refused_are_told(setup):
    asked_as("embeddings")
    start(setup, "refuses")
    assert asking.ask().trouble == "the server answered 500"


@pytest.mark.parametrize(
    ("manner", "trouble"), [("good", None), ("turned", "no higher than one that does not")]
)
def test_an_order_is_asked_for_again_and_judged(setup, manner, trouble):
    asked_as("rerank")
    start(setup, manner)
    heard = asking.ask()
    assert (heard.trouble is None) if trouble is None else trouble in heard.trouble
    assert ("answers it first" in heard.text) == (trouble is None)


def test_an_answer_comes_piece_by_piece(servers):
    heard = Received()
    pieces = Answers().stream(start(servers).port, {"messages": HELLO}, KEY, heard)
    assert [piece.text for piece in pieces] == GOOD
    assert heard.complete


def test_a_stream_that_breaks_off_says_why(servers):
    port = start(servers, "breaks-off").port
    pieces = Answers().stream(port, {"messages": HELLO}, KEY, Received())
    assert next(pieces).text == GOOD[0]
    with pytest.raises(LocalaiError, match="broke off: out of memory"):
        next(pieces)


def test_a_wrong_key_is_refused_in_words(servers):
    port = start(servers).port
    for ask in (
        lambda: Answers().ask(port, QUESTION, "wrong"),
        lambda: list(Answers().stream(port, {"messages": HELLO}, None, Received())),
    ):
        with pytest.raises(LocalaiError, match="401: Invalid API Key"):
            ask()


def test_a_server_that_is_gone_is_told():
    with pytest.raises(LocalaiError, match="does not answer"):
        Answers().ask(quiet_port(), QUESTION, None)


def test_a_proved_answer_is_kept_until_it_is_forgotten(servers):
    answers = Answers()
    assert answers.proved("a") is None
    answers.prove("a", Answer("Paris", 9.5))
    assert answers.proved("a") == Answer("Paris", 9.5)
    assert answers.proved("b") is None
    answers.prove_vector("c", 384)
    assert "384" in answers.proved("c").text
    answers.forget()
    assert answers.proved("c") is None


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
    brought = {"LD_LIBRARY_PATH": str(tmp_path / "brought")}
    monkeypatch.setattr(proving.library_folders, "environment", lambda: brought)
    program = tmp_path / "llama-server"
    program.write_text('#!/bin/sh\necho "error: it looks in $LD_LIBRARY_PATH" >&2\nexit 1\n')
    program.chmod(0o755)
    assert str(tmp_path / "brought") in proving.prove(str(program)).reason
