"""`localai chat` with a fake server: what is sent, what is shown, and what stops it."""

import io
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup import state
from localai_setup.commands import _talking, chat
from localai_setup.commands._options import Options
from localai_setup.machine.running.answers import Answers
from localai_setup.model.behaviour import Sampling, Thinking
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.ui import chattext, console

from .fake_server import GOOD, THOUGHT
from .server_fixtures import KEY, servers, start  # noqa: F401  a fixture
from .test_state import DOCUMENT

SWITCHED = Thinking("by-default", "enable_thinking")


class Bench:
    """Keeps what was sent."""

    def __init__(self):
        self.answers, self.sent = Answers(), []
        stream, sent = self.answers.stream, self.sent

        def kept(port, question, key, received):
            sent.append(json.loads(json.dumps(question)))
            return stream(port, question, key, received)

        self.answers.stream = kept


@pytest.fixture
def talking(servers, capsys):  # noqa: F811, ARG001  the streams are those of the test
    console.err.cache_clear()
    console.out.cache_clear()

    def made(manner="thinks", wish=None, way=None, thinks=False):
        setup = replace(state.from_document(DOCUMENT), thinking=way, thinks=thinks)
        running = start(servers, manner)
        return _talking.Talking(Bench(), running, setup, wish)

    yield made
    console.err.cache_clear()
    console.out.cache_clear()


def run(monkeypatch, talking, typed, prompt=None, **flags):
    """The command with this on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    monkeypatch.setattr(chat, "saved", lambda: talking.setup)
    monkeypatch.setattr(chat, "server", lambda _setup, _bench: talking.running)
    monkeypatch.setattr(chat, "Workbench", lambda **_: talking.bench)
    return chat.chat(Options(**flags), chat.ChatRequest(prompt))


def test_thoughts_are_off_unless_they_are_asked_for(talking, capsys):
    quiet = talking()
    assert quiet.ask("Which city?").thoughts == ""
    quiet.wish = True
    assert quiet.ask("Think.").thoughts == "".join(THOUGHT)
    shown = capsys.readouterr()
    assert shown.out == 2 * ("".join(GOOD) + "\n")
    assert "city." not in shown.err
    sent = quiet.bench.sent
    assert [one["chat_template_kwargs"] for one in sent] == [
        {"enable_thinking": False},
        {"enable_thinking": True},
    ]
    assert "reasoning_budget_tokens" in sent[1]
    assert all("temperature" not in one for one in sent)
    assert "reasoning_content" not in json.dumps(sent)


def test_the_use_that_is_for_thinking_thinks(talking):
    assert talking(thinks=True).thinks
    assert not talking(thinks=True, wish=False).thinks
    assert talking(way=Thinking("always")).thinks
    assert not talking(way=Thinking("never"), wish=True).thinks


def test_a_switch_brings_the_sampling_of_the_other_way(talking):
    quiet = talking()
    quiet.setup = replace(
        quiet.setup,
        sampling=Sampling("not-thinking", temperature=0.7, presence_penalty=1.5),
        switched_sampling=Sampling("thinking", temperature=1.0, top_k=20),
    )
    quiet.ask("Which city?")
    quiet.wish = True
    quiet.ask("Think.")
    plain, thinking = quiet.bench.sent
    assert not {"temperature", "top_k", "presence_penalty"} & set(plain)
    assert (thinking["temperature"], thinking["top_k"]) == (1.0, 20)
    assert thinking["presence_penalty"] == 0.0


def test_past_thoughts_are_sent_where_the_publisher_asks_for_it(talking):
    keeps = talking(wish=True, way=replace(SWITCHED, keeps_past=True))
    keeps.ask("Which city?")
    keeps.ask("And now?")
    assert keeps.bench.sent[1]["messages"][1]["reasoning_content"] == "".join(THOUGHT)


def test_what_only_thought_is_told(talking, capsys):
    assert talking("only-thinks").ask("Which city?").text == ""
    assert "only thought" in capsys.readouterr().err


def test_what_is_piped_in_stands_below_the_prompt(talking, monkeypatch, capsys):
    asked = talking("good", way=Thinking("never"))
    assert run(monkeypatch, asked, "diff --git a b\n```\n", "Write a message") is Exit.OK
    sent = asked.bench.sent[0]["messages"][0]["content"]
    assert sent == "Write a message\n\n````\ndiff --git a b\n```\n````"
    assert run(monkeypatch, asked, "Say hello.\n", json=True) is Exit.OK
    reported = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert (reported["answer"], reported["thoughts"], reported["finish"]) == (
        "".join(GOOD),
        None,
        "stop",
    )
    with pytest.raises(LocalaiError, match="There is no question"):
        run(monkeypatch, asked, "")


def test_what_does_not_fit_is_told_with_how_much_would(talking, monkeypatch):
    asked = talking("good", way=Thinking("never"))
    with pytest.raises(LocalaiError, match="too long") as reported:
        run(monkeypatch, asked, "word " * 40_000, "Summarise")
    assert "would fit" in reported.value.why
    assert "--context" in reported.value.hint
    assert not asked.bench.sent


def conversation(monkeypatch, talking, *lines):
    typed = iter([*lines, None])
    monkeypatch.setattr(chattext, "read_words", lambda: next(typed))
    chat._converse(talking)


def test_a_command_is_never_sent_to_the_model(talking, monkeypatch, capsys):
    asked = talking("thinks")
    lines = ["/help", "/hlep me", "/think", "Which city?", "/thoughts", "/system Be brief.",
             "/think off", "Again?", "/context", "/new", "/thoughts"]  # fmt: skip
    conversation(monkeypatch, asked, *lines)
    reported = capsys.readouterr().err
    assert "/system" in reported
    assert "There is no command /hlep" in reported
    assert "It thinks before it answers." in reported
    assert "They ask for a city." in reported
    assert "of 4096 tokens" in reported
    first, second = asked.bench.sent
    assert first["messages"] == [{"role": "user", "content": "Which city?"}]
    assert second["messages"][0] == {"role": "system", "content": "Be brief."}
    assert len(second["messages"]) == 4
    assert asked.talk.messages == [second["messages"][0]]


def test_a_full_context_is_told_with_what_was_left_out(talking, monkeypatch, capsys):
    asked = talking("good", way=Thinking("never"))
    conversation(monkeypatch, asked, "first " * 1500, "second " * 1100)
    reported = " ".join(capsys.readouterr().err.split())
    assert "The context (4096 tokens) is full: the first 2 things said" in reported
    assert asked.bench.sent[1]["messages"][0]["content"].startswith("second")


def test_trouble_in_a_conversation_does_not_end_it(talking, monkeypatch, capsys):
    asked = talking("refuses", way=Thinking("never"))
    conversation(monkeypatch, asked, "Which city?", "/context")
    reported = capsys.readouterr().err
    assert "no slot is free" in reported
    assert "About 0 of" in reported


def test_an_answer_in_circles_is_stopped_also_in_a_thought(talking, capsys):
    asked = talking("circles", wish=True)
    assert asked.ask("Which city?").only_thought
    assert "thought says the same again and again" in capsys.readouterr().err


pexpect = pytest.importorskip("pexpect") if sys.platform != "win32" else None
TERMINAL = """
import sys
from localai_setup.ui import chattext, console
from localai_setup.model.server import Piece
import time
show = chattext.Show(in_full={full})
show.reading(); time.sleep(0.3)
for _ in range(3):
    show.piece(Piece(thought="hm \\x1b[2J")); time.sleep(0.25)
show.piece(Piece(text="Paris\\n")); show.end()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pty")
@pytest.mark.parametrize(
    ("full", "term", "seen", "unseen"),
    [
        (False, "xterm", ["reading…", "Thinking… N s, 3 tokens", "Thought for N s, 3 tokens.", "Paris"], ["hm", "2J"]),
        (True, "xterm", ["hm ", "Paris"], ["Thinking", "\x1b[2J"]),
        (False, "dumb", ["Thought for", "Paris"], ["reading", "\x1b"]),
    ],
)  # fmt: skip
def test_a_terminal_shows_one_line_for_a_thought(full, term, seen, unseen):
    child = pexpect.spawn(
        sys.executable,
        ["-c", TERMINAL.format(full=full)],
        env={**os.environ, "TERM": term},
        encoding="utf-8",
        timeout=30,
    )
    text = re.sub(r"\d+ s,", "N s,", child.read())  # a busy machine takes longer
    assert [one for one in seen if one not in text] == []
    assert [one for one in unseen if one in text] == []


CONVERSATION = """
import signal, sys
# where the tests run in the background of a shell, Ctrl-C was switched off for all children
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {root!r})
from dataclasses import replace
from types import SimpleNamespace
from localai_setup import state
from localai_setup.commands import _talking, chat
from localai_setup.machine.running.answers import Answers
from localai_setup.model.behaviour import Thinking
from tests.test_state import DOCUMENT
setup = replace(state.from_document(DOCUMENT), thinking=Thinking("never"))
bench, running = SimpleNamespace(answers=Answers()), SimpleNamespace(port={port}, api_key={key!r})
chat._converse(_talking.Talking(bench, running, setup))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pexpect needs a pty")
def test_ctrl_c_stops_the_answer_and_keeps_the_conversation(servers):  # noqa: F811
    root = str(Path(__file__).parents[1])
    script = CONVERSATION.format(root=root, key=KEY, port=start(servers, "endless").port)
    environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    child = pexpect.spawn(sys.executable, ["-c", script], env=environment, encoding="utf-8", timeout=30)  # fmt: skip
    child.expect("listens")
    child.expect(">")
    child.send("\x1b[200~Which city?\nSay it.\x1b[201~\r")
    child.expect(GOOD[0])
    child.sendcontrol("c")
    child.expect("Stopped")
    child.expect(">")
    child.sendcontrol("c")
    child.expect("Ctrl-D or /bye")
    child.expect("\x1b\\[\\?2004h.*>")
    child.send("/context\r")
    child.expect(r"About (\d+) of 4096 tokens")
    assert int(child.match[1]) > 20
    child.expect("\x1b\\[\\?2004h.*>")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


PIPED = """
import sys
from localai_setup.ui import chattext
chattext.PATIENCE_SECONDS = 0.3
print(repr(chattext.piped()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes cannot be waited for there")
@pytest.mark.parametrize("late", [True, False])
def test_a_silent_pipe_is_told(late):
    process = subprocess.Popen([sys.executable, "-c", PIPED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    if late:
        assert "Waiting for the end" in process.stderr.readline()
    out, err = process.communicate("a diff\n")
    assert (out, err) == ("'a diff'\n", "")
