"""A server whose model thinks: its thoughts told from the answer, cut short, given time; its own complaints."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from localai_setup import state, thinking
from localai_setup.answers import trouble
from localai_setup.machine.running import asking, fullness, loopback, server, templates
from localai_setup.machine.running.answers import CHAT, Answers
from localai_setup.machine.running.receiving import Received
from localai_setup.model.errors import LocalaiError
from localai_setup.model.proof import AnswerTest, Proof, Tool
from localai_setup.steps.check_answer import CheckAnswer

from .fake_server import GOOD, THOUGHT
from .server_fixtures import KEY, QUESTION, servers, setup, start  # noqa: F401  fixtures
from .test_state import DOCUMENT
from .test_thinking import ALWAYS, SWITCHED


def test_a_template_with_a_switch_is_seen_and_the_thought_switched_off(servers):  # noqa: F811
    port = start(servers, "thinks").port
    assert templates.way_of_thinking(port, KEY) == SWITCHED
    answer = Answers().ask(port, QUESTION, KEY)
    assert (answer.text, answer.thoughts) == ("".join(GOOD), "")


def test_what_the_recipe_says_holds_without_asking(servers):  # noqa: F811
    answer = Answers().ask(start(servers, "thinks").port, QUESTION, KEY, ALWAYS)
    assert (answer.text, answer.thoughts) == ("".join(GOOD), "".join(THOUGHT))


def test_a_server_without_reasoning_content_is_understood(servers):  # noqa: F811
    received = Received()
    asked = Answers().stream(start(servers, "inline").port, QUESTION, KEY, received)
    thought = "".join(piece.thought for piece in asked)
    assert thought == "".join(THOUGHT)
    assert received.answer.text == "".join(GOOD)
    assert received.thought_tokens >= len(THOUGHT)


def test_only_thoughts_are_a_finding_of_their_own(setup, tmp_path):  # noqa: F811
    start(setup, "only-thinks")
    received = asking.ask()
    assert (received.only_thought, received.trouble, received.late) == (True, None, False)
    assert received.thought_tokens == len(THOUGHT)

    class Bench:
        serving, answers = SimpleNamespace(running=lambda _place: setup.running()), Answers()

    step = CheckAnswer("key", str(tmp_path), AnswerTest("Which city?"))
    with pytest.raises(LocalaiError, match="only thought") as reported:
        step.apply(Bench(), lambda _: None)
    assert "switched off" in reported.value.hint


def test_nobody_calls_a_thought_an_empty_answer():
    assert trouble("") == "it is empty"


@pytest.mark.parametrize(
    ("manner", "words"), [("garbled", "talks no sense"), ("flood", "no sense")]
)
def test_a_server_that_talks_no_sense_is_told_so_and_takes_no_memory(servers, manner, words):  # noqa: F811
    with pytest.raises(LocalaiError, match=words):
        Answers().ask(start(servers, manner).port, QUESTION, KEY, thinking.NEVER)


def test_a_reply_without_end_is_given_up(servers):  # noqa: F811
    port = start(servers, "flood").port
    assert loopback.response(port, CHAT, 30.0, api_key=KEY, body=QUESTION) is None


def test_a_slow_machine_gets_time_for_a_thought():
    reported = replace(state.from_document(DOCUMENT), test=AnswerTest("?"))

    def limit(way, tps):
        return asking._limit_seconds(way, replace(reported, measured_tps=tps))

    assert limit(SWITCHED, 1.0) == limit(ALWAYS, 500.0) == asking.LIMIT_SECONDS
    assert limit(ALWAYS, 20.0) == pytest.approx(2 * (256 + 64) / 20.0)
    assert limit(ALWAYS, 1.0) == asking.LIMIT_OF_LONG_SECONDS


def test_an_answer_that_counts_only_when_it_is_whole_gets_time_too():
    """192 tokens of a tool call at 12 tokens per second, twice as long for a busy machine."""
    call = AnswerTest("?", max_tokens=192, proof=Proof(tool=Tool("t", "T", ())))
    reported = replace(state.from_document(DOCUMENT), test=call, measured_tps=12.0)
    assert asking._limit_seconds(SWITCHED, reported) == 32.0


# what the server says where the template is broken (llama.cpp b11549)

UNPARSABLE = """\
0.00.874.833 E common_chat_templates_init: error: parser: Parser Error: Expected }} (Got })
0.00.874.843 E common_chat_templates_init: failed to initialize chat template
0.00.874.869 E srv          init: init: chat template parsing error: std::exception
"""


RAISING = """\
0.00.847.383 E srv          init: init: chat template parsing error: Unable to generate parser for this template. \
Automatic parser generation failed:
Error: Jinja Exception: Only conversations about cheese are allowed
"""


@pytest.mark.parametrize(
    ("log", "reason"),
    [(UNPARSABLE, "Expected }} (Got })"), (RAISING, "Only conversations about cheese are allowed"),
     ("E init: chat template parsing error: ?", "it cannot be read")],
)  # fmt: skip
def test_a_broken_template_is_told_with_its_own_reason(log, reason):
    reported = server.template_trouble(log)
    assert reported.what == f"The model's chat template is broken: {reason}."
    assert reported.hint


def test_another_death_is_no_broken_template():
    assert server.template_trouble("error: failed to load model") is None


@pytest.mark.parametrize(
    ("slots", "full"),
    [
        ([{"n_ctx": 2048, "n_prompt_tokens": 59, "next_token": [{"n_decoded": 20}]}], (79, 2048)),
        ([{"n_ctx": 100, "n_prompt_tokens": 9}, {"n_ctx": 100, "n_prompt_tokens": 50}], (50, 100)),
        ([{"n_ctx": 2048, "is_processing": False}], (0, 2048)),
        ([], None),
        ([{"n_ctx": "2048"}, 7, {"next_token": 3}], None),
        ({"error": {}}, None),
    ],
)
def test_how_full_the_context_is(monkeypatch, slots, full):
    monkeypatch.setattr(loopback, "exchange", lambda *_, **__: (200, json.dumps(slots).encode()))
    found = fullness.fullness(1, None)
    assert (found and (found.used, found.context)) == full


def test_a_thought_that_came_to_nothing_is_tried_again_and_then_answered(servers, setup):  # noqa: F811
    port = start(servers, "needs-cutting").port
    answer = Answers().ask(port, QUESTION, KEY)
    assert (answer.text, answer.only_thought) == ("".join(GOOD), False)
    received = asking.ask()
    assert (received.trouble, received.only_thought, received.text) == (None, False, "".join(GOOD))
