"""Steps at a workbench that nothing real stands on: what they do when the world changes under them."""

from dataclasses import dataclass, field, replace

import pytest

from localai_setup import proofs
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.errors import LocalaiError
from localai_setup.model.proof import AnswerTest
from localai_setup.model.server import Answer, Running
from localai_setup.recipes.loading import load_all
from localai_setup.steps.check_answer import CheckAnswer

CHECK = CheckAnswer("key", "/model.gguf", AnswerTest("What is 2 + 2?", any_of=("4",)))


@dataclass
class FakeServers:
    alive: Running | None

    def running(self, place):
        assert place is None
        return self.alive


@dataclass
class FakeAnswers:
    kept: dict = field(default_factory=dict)

    def ask(self, port, question, api_key, way=None, received=None):
        received("thinking, 7 tokens")
        return Answer(f"port {port} says 4", 10.0)

    def has_template(self, model_path):
        return True

    def prove(self, key, answer):
        self.kept[key] = answer

    def proved(self, key):
        return self.kept.get(key)


@dataclass
class FakeWorkbench:
    serving: FakeServers
    answers: FakeAnswers = field(default_factory=FakeAnswers)


def test_a_server_that_died_before_the_question_is_told_in_words():
    bench = FakeWorkbench(FakeServers(None))
    with pytest.raises(LocalaiError) as caught:
        CHECK.apply(bench, lambda _: None)
    assert caught.value.what == "The server stopped right after it had started."
    assert "localai logs" in caught.value.hint
    assert not CHECK.done(bench)


def test_it_is_told_how_far_the_answer_is():
    progress = []
    CHECK.apply(FakeWorkbench(FakeServers(Running(1, 0.0, 43110, "/model.gguf"))), progress.append)
    assert [one.detail for one in progress] == ["", "thinking, 7 tokens"]
    assert len({one.what for one in progress}) == 1


@pytest.mark.parametrize(("right", "shortfall"), [("4", ""), ("Paris", "none of the words Paris")])
def test_an_answer_that_proves_enough_may_fall_short_of_the_right_one(right, shortfall):
    lenient = replace(CHECK, test=proofs.any_answer(CHECK.test))
    check = replace(lenient, full_test=replace(CHECK.test, any_of=(right,)))
    bench = FakeWorkbench(FakeServers(Running(1, 0.0, 43110, "/model.gguf")))
    check.apply(bench, lambda _: None)
    stated = check.receipt(bench).get("shortfall", "")
    assert shortfall in stated
    assert bool(stated) == bool(shortfall)
    assert "shortfall" not in lenient.receipt(bench)


@dataclass
class Talker(FakeAnswers):
    """Answers every question with words."""

    asked: list = field(default_factory=list)

    def ask(self, port, question, api_key, way=None, received=None):
        self.asked.append(question)
        return Answer("Here is your file.", 10.0)

    def embed(self, port, texts, api_key, served_as=""):
        return [[1.0, 0.0]] * len(texts)


@pytest.mark.parametrize(
    ("use", "what", "hint"),
    [
        (
            "coding",
            "m answered, but it made no tool call: 'Here is your file.'.",
            "With `--for chat`",
        ),
        (
            "extract",
            "m answered, but it answered no JSON: 'Here is your file.'.",
            "With `--for chat`",
        ),
        ("vision", "m answered, but it does not see that the picture shows 2479", "explain vision"),
        ("embeddings", "m answered, but it puts 'The cat sleeps", "explain embeddings"),
        (
            "chat",
            "The model's answer does not prove that it works: it takes no notice",
            "recipes list",
        ),
    ],
)
def test_a_model_that_cannot_do_what_the_use_needs_is_told_with_the_way_out(use, what, hint):
    recipe = load_all(recipe_files.texts()).uses[use]
    check = CheckAnswer("key", "/m.gguf", recipe.test(), recipe.embeddings, use=use, model="m")
    bench = FakeWorkbench(FakeServers(Running(1, 0.0, 43110, "/m.gguf")), Talker())
    with pytest.raises(LocalaiError) as caught:
        check.apply(bench, lambda _: None)
    assert caught.value.what.startswith(what)
    assert hint in caught.value.hint
    assert not check.done(bench)


def test_a_live_server_proves_itself_by_its_answer():
    bench = FakeWorkbench(FakeServers(Running(1, 0.0, 43110, "/model.gguf")))
    CHECK.apply(bench, lambda _: None)
    assert CHECK.receipt(bench) == {"answer": "port 43110 says 4", "tps": 10.0}
