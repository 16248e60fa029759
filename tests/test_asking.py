"""What is asked of a running server, and what becomes of its answer: on a fake one."""

import time
from dataclasses import replace

import pytest

from localai_setup.machine.keeping import recipe_files, statefile
from localai_setup.machine.running import asking
from localai_setup.machine.running.answers import Answer, Answers
from localai_setup.machine.running.receiving import Received
from localai_setup.model.behaviour import Thinking
from localai_setup.model.errors import LocalaiError
from localai_setup.model.examination import Asked
from localai_setup.model.proof import ToolCall
from localai_setup.recipes.loading import load_all

from .fake_server import GOOD, COMPLETE_CALL
from .server_fixtures import HELLO, KEY, QUESTION, quiet_port, servers, setup, start  # noqa: F401  fixtures


def test_a_good_answer_is_listened_to_no_longer_than_needed(setup):
    """The fake server would go on for a minute."""
    start(setup, "endless")
    began = time.monotonic()
    received = asking.ask()
    assert (received.trouble, received.late, received.text) == (None, False, "".join(GOOD))
    assert 1 < received.tps < 1000
    assert time.monotonic() - began < asking.LIMIT_SECONDS
    assert 0 <= received.others <= 1.5


def test_a_bad_answer_is_heard_to_its_end_and_told(setup):
    start(setup, "bad")
    received = asking.ask()
    assert received.text.endswith("bread.")
    assert "none of the words Paris" in received.trouble


def test_an_answer_that_does_not_come_is_late_and_no_trouble(setup, monkeypatch):
    monkeypatch.setattr(asking, "LIMIT_SECONDS", 0.5)
    start(setup, "hangs")
    received = asking.ask()
    assert (received.late, received.trouble, received.tps) == (True, None, None)


def test_a_refusal_is_told(setup):
    start(setup, "refuses")
    assert "500" in asking.ask().trouble


def test_an_answer_that_the_server_cannot_read_names_its_way_out(setup):
    with pytest.raises(LocalaiError) as caught:
        Answers().ask(start(setup, "unreadable").port, QUESTION, KEY)
    assert "cannot read the model's answer" in caught.value.what
    assert "localai explain model-answer-unparsed" in caught.value.hint


def test_nothing_is_asked_where_no_server_runs(setup):
    assert asking.ask() == Asked()


def test_a_whole_answer_comes_with_the_speed_that_the_server_measured(servers):
    port = start(servers).port
    assert Answers().ask(port, QUESTION, KEY) == Answer("".join(GOOD), 12.5, finish="stop")
    assert Answers().embed(port, ["a", "b"], KEY) == [[1.0, 0.0], [0.0, 1.0]]


def test_a_thought_that_takes_too_long_is_broken_off_and_told(servers, monkeypatch):
    monkeypatch.setattr("localai_setup.machine.running.answers.THOUGHT_SECONDS", 0.0)
    progress = []
    port = start(servers, "circles").port
    answer = Answers().ask(port, QUESTION, KEY, Thinking("always"), progress.append)
    assert answer.only_thought
    assert len(answer.thoughts.split()) < 4000
    assert any(words.startswith("thinking, ") for words in progress)


def test_a_tool_call_is_read_from_a_whole_answer(servers):
    answer = Answers().ask(start(servers, "calls").port, QUESTION, KEY)
    assert answer.calls == (ToolCall(**COMPLETE_CALL),)
    assert answer.text == ""


def asked_as(use):
    """The saved set-up, with the proof of this use."""
    found = statefile.load()
    recipe = load_all(recipe_files.texts()).uses[use]
    reported = replace(found.settings, embeddings=recipe.embeddings, reranks=recipe.reranks)
    test = recipe.test(2 if use == "embeddings" else 0)
    statefile.save(replace(found, test=test, settings=reported))


def test_a_tool_call_is_put_together_from_its_pieces(setup):
    asked_as("coding")
    start(setup, "calls")
    received = asking.ask()
    assert received.trouble is None
    assert received.text.startswith('write_file({"path": "kestrel/sum.py"')


def test_words_where_a_tool_call_was_asked_for_are_told(setup):
    asked_as("coding")
    start(setup)
    assert asking.ask().trouble.startswith("it made no tool call: 'The capital")


def test_vectors_are_asked_for_again_and_judged(setup):
    asked_as("embeddings")
    start(setup)
    received = asking.ask()
    assert received.text == "a vector of 2 numbers"
    assert (
        "no nearer to a related sentence (0.00) than to an unrelated one (1.00)" in received.trouble
    )


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
    received = asking.ask()
    assert (received.trouble is None) if trouble is None else trouble in received.trouble
    assert ("answers it first" in received.text) == (trouble is None)


def test_an_answer_comes_piece_by_piece(servers):
    received = Received()
    pieces = Answers().stream(start(servers).port, {"messages": HELLO}, KEY, received)
    assert [piece.text for piece in pieces] == GOOD
    assert received.complete


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
