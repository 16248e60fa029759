"""Examples in the tokens of the server itself, and what a template may do to them."""

import json

import pytest

from localai_setup.machine.running import loopback
from localai_setup.machine.tuning import asking
from localai_setup.machine.tuning.asking import Asker
from localai_setup.machine.tuning.tokens import Tokens
from localai_setup.model.errors import LocalaiError
from localai_setup.model.server import Running
from localai_setup.tuning.examples import Example, Turn

pytestmark = pytest.mark.quick

RUNNING = Running(1, 1.0, 43110, "/m.gguf", api_key="k")
EXAMPLE = Example(7, (Turn("system", "Short."), Turn("user", "One?"), Turn("assistant", "1")))


class FakeServer:
    """A template of its own; every letter is a token, and `|` ends a turn."""

    def __init__(self, template) -> None:
        self.template, self.asked = template, []

    def exchange(self, port, path, timeout_seconds, *, api_key=None, body=None):
        assert (port, api_key) == (43110, "k")
        self.asked.append((path, body))
        if path == "/apply-template":
            return 200, json.dumps({"prompt": self.template(body["messages"])}).encode()
        if path == "/tokenize":
            first = [1] if body["add_special"] else []
            return 200, json.dumps({"tokens": [*first, *map(ord, body["content"])]}).encode()
        content = f"answer to {body['messages'][-1]['content']} at {body['lora'][0]['scale']}"
        return 200, json.dumps({"choices": [{"message": {"content": content}}]}).encode()


def plain(messages):
    return "".join(f"{one['role'][0]}:{one['content']}|" for one in messages) + "a:"


def read(monkeypatch, template):
    server = FakeServer(template)
    monkeypatch.setattr(loopback, "exchange", server.exchange)
    return Tokens(RUNNING).row(EXAMPLE), server


def test_the_question_is_given_and_the_answer_with_its_end_is_learned(monkeypatch):
    row, server = read(monkeypatch, plain)
    text = "".join(map(chr, row.tokens[1:]))
    assert text == "s:Short.|u:One?|a:1|"
    assert text[row.given - 1 :] == "1|"
    assert row.tokens[0] == 1
    assert server.asked[0][1]["chat_template_kwargs"]["enable_thinking"] is False


def test_the_last_place_of_a_short_answer_is_meant(monkeypatch):
    """Here the system message holds the answer's text as well."""
    row, _ = read(monkeypatch, lambda messages: "1|" + plain(messages))
    assert "".join(map(chr, row.tokens[row.given :])) == "1|"


#: (what a template does, what is told of it)
UNSUITED = [
    (lambda messages: plain(messages).replace("1", "one"), "changes the answer"),
    (lambda messages: "x" if len(messages) == 4 else plain(messages), "changes the answer"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "words"), UNSUITED)
def test_a_template_that_changes_answers_is_told(monkeypatch, template, words):
    with pytest.raises(LocalaiError) as error:
        read(monkeypatch, template)
    assert words in error.value.what
    assert "line 7" in error.value.what


#: what a server may say in place of an answer
BROKEN = [(500, b"{}"), (200, b"no JSON"), (200, b"[]"), (200, b"{}"), (200, b'{"prompt": 1}')]


@pytest.mark.parametrize("reply", BROKEN, ids=range(len(BROKEN)))
def test_a_server_that_does_not_answer_is_told(monkeypatch, reply):
    monkeypatch.setattr(loopback, "exchange", lambda *_, **__: reply)
    with pytest.raises(LocalaiError, match="cannot turn the examples into tokens"):
        Tokens(RUNNING).row(EXAMPLE)


def test_each_question_is_asked_with_its_system_message_at_a_scale(monkeypatch):
    server = FakeServer(plain)
    monkeypatch.setattr(loopback, "exchange", server.exchange)
    answers = list(Asker(RUNNING).answers([EXAMPLE], [5], 0.0))
    assert answers == ["answer to One? at 0.0"]
    body = server.asked[-1][1]
    assert [one["role"] for one in body["messages"]] == ["system", "user"]
    assert body["max_tokens"] == asking.LEAST_TOKENS
    assert body["temperature"] == 0


@pytest.mark.parametrize(("length", "room"), [(1, 32), (20, 40), (600, 1024)])
def test_an_answer_has_twice_the_room_of_what_was_taught(monkeypatch, length, room):
    server = FakeServer(plain)
    monkeypatch.setattr(loopback, "exchange", server.exchange)
    list(Asker(RUNNING).answers([EXAMPLE], [length], 1.0))
    assert server.asked[-1][1]["max_tokens"] == room


@pytest.mark.parametrize(
    "reply", [(500, b"{}"), (200, b"{}"), (200, b'{"choices": []}'), (200, b"x")]
)
def test_a_proof_that_breaks_off_is_told(monkeypatch, reply):
    monkeypatch.setattr(loopback, "exchange", lambda *_, **__: reply)
    with pytest.raises(LocalaiError, match="The proof stopped"):
        list(Asker(RUNNING).answers([EXAMPLE], [5], 1.0))
