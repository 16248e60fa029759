"""What a model lost by being taught: which questions are asked, what counts as lost, and what follows."""

from types import SimpleNamespace

import pytest

from localai_setup.commands import _losses, _tuning_result
from localai_setup.commands._recipes import load_recipes
from localai_setup.commands._lesson import Proved
from localai_setup.machine.keeping import folders
from localai_setup.machine.tuning import adapters
from localai_setup.model.errors import LocalaiError
from localai_setup.model.server import Answer, Running
from localai_setup.model.tuning import Score, UseCheck
from localai_setup.ui import tunetext
from localai_setup.ui.conversation import Unattended

from .test_taught import START, saved
from .test_training import ADAPTER
from dataclasses import replace

pytestmark = pytest.mark.quick

USES = load_recipes().uses
STARTER = USES["starter"]


class FakeAnswers:
    """An answer for each scale, or a refusal where there is none."""

    def __init__(self, before, after) -> None:
        self.texts, self.asked = {0.0: before, 1.0: after}, []

    def ask(self, port, question, api_key, way):
        assert (port, api_key) == (43110, "k")
        self.asked.append(question)
        text = self.texts[question["lora"][0]["scale"]]
        if text is None:
            raise LocalaiError("The server answered 400: no tools.")
        return Answer(text, None)

    def has_template(self, path):
        return path == "/m.gguf"


def bench(answers, *, ready=True):
    running = Running(1, 1.0, 43110, "/m.gguf", api_key="k")
    serving = SimpleNamespace(running=lambda _: running, is_ready=lambda _, __: ready)
    return SimpleNamespace(answers=answers, serving=serving)


#: answers before and after → (right before, right after, lost, how often it was asked)
ANSWERS = [
    ("Hello!", "Welcome.", (True, True, False, 2)),
    ("Hello!", '{"category": "billing"}', (True, False, True, 2)),
    ("Hello!", "", (True, False, True, 2)),
    ("Hello!", None, (True, False, True, 2)),
    ("Seven.", "Hello!", (False, False, False, 1)),
    (None, "Hello!", (False, False, False, 1)),
]


@pytest.mark.parametrize(("before", "after", "expected"), ANSWERS)
def test_what_was_right_before_and_is_not_any_more_is_lost(before, after, expected):
    answers = FakeAnswers(before, after)
    (found,) = _losses.checks(saved(START), [STARTER], bench(answers), list().append)
    asked = len(answers.asked)
    assert (found.was_right, found.is_right, found.is_lost, asked) == expected
    assert all(one["cache_prompt"] is False for one in answers.asked)


def test_a_server_that_is_gone_is_no_wrong_answer():
    with pytest.raises(LocalaiError):
        _losses.checks(saved(START), [STARTER], bench(FakeAnswers(None, None), ready=False), print)


#: uses of every kind, in another order than in the menu
OFFERED = ("starter", "embeddings", "vision", "rerank", "chat")
#: (the file by which a model sees, which of them are asked)
ASKED = [("", ["chat", "starter"]), ("/eye.gguf", ["chat", "vision", "starter"])]


@pytest.mark.parametrize(("projector", "uses"), ASKED)
def test_a_model_is_asked_for_whatever_it_may_be_able_to_do(projector, uses):
    setup = saved(replace(START, start=replace(START.start, mmproj_path=projector)))
    reported, offered = [], [USES[use] for use in OFFERED]
    found = _losses.checks(setup, offered, bench(FakeAnswers(None, None)), reported.append)
    assert [one.use for one in found] == uses
    assert reported[-1].detail == f"{len(uses)} of {len(uses)}"


def check(use, *, before, after):
    return UseCheck(use, f"Title of {use}", "Which one?", "This one.", "That one.", before, after)


KEPT = check("chat", before=True, after=True)
LOST = check("extract", before=True, after=False)
NEVER = check("coding", before=False, after=False)


class Person:
    """Someone at the terminal who answers always the same."""

    def __init__(self, answer) -> None:
        self.answer, self.asked = answer, []

    def choose(self, question):
        self.asked.append(question)
        return self.answer


#: (what became of the uses, who is asked, whether it is used, questions)
CASES = [
    ((KEPT, NEVER), Person("no"), True, 0),
    ((KEPT, LOST), Person("no"), False, 1),
    ((KEPT, LOST), Person("yes"), True, 1),
]


@pytest.mark.parametrize(("uses", "person", "used", "questions"), CASES)
def test_a_person_decides_whether_a_loss_is_taken(uses, person, used, questions):
    assert _tuning_result.is_accepted(replace(ADAPTER, uses=uses), person) is used
    assert len(person.asked) == questions


def test_where_nobody_is_asked_nothing_is_lost():
    assert not _tuning_result.is_accepted(replace(ADAPTER, uses=(LOST,)), Unattended(yes=True))


def test_what_was_lost_is_shown_with_both_answers(capsys):
    adapter = replace(ADAPTER, uses=(KEPT, LOST, NEVER))
    tunetext.result(adapter, (), (), ())
    tunetext.end(adapter, tunetext.Ended(helped=True, is_used=False))
    shown = " ".join(capsys.readouterr().out.split())
    assert (
        "Of 3 questions that prove the uses 2 were answered right before, and of these 1 after"
        in shown
    )
    assert "lost: Title of extract: Which one? before: This one. after: That one." in shown
    assert "Title of chat" not in shown
    assert "lost what it could do before (extract); so the model answers as before" in shown
    assert "`localai tune use support`" in shown


def proved(exact):
    return Proved(("x",) * 4, ("y",) * 4, (Score(4, 0, 4, 0.0), Score(4, exact, 4, exact / 4)))


@pytest.fixture
def stage(monkeypatch, tmp_path):
    """Everything that would need a server, and what was done there."""
    monkeypatch.setattr(folders, "folder", lambda name: tmp_path / name)
    adapters.run_folder("support").mkdir(parents=True)
    done = []
    lesson = _tuning_result._lesson
    monkeypatch.setattr(_tuning_result.teaching, "with_lesson", lambda *_: None)
    monkeypatch.setattr(lesson, "prove", lambda *_: proved(3))
    monkeypatch.setattr(lesson, "test_of", lambda *_: ADAPTER.test)
    monkeypatch.setattr(_losses, "checks", lambda *_: (KEPT, LOST))
    monkeypatch.setattr(lesson, "use", lambda *_: done.append("use"))
    monkeypatch.setattr(lesson, "serve_again", lambda *_: done.append("serve again"))
    return done


NO_SERVER = SimpleNamespace(serving=SimpleNamespace(running=lambda _place: None))
ASKED_AFTER = _tuning_result.Examination(SimpleNamespace(parted=SimpleNamespace(held_back=())), ())


@pytest.mark.parametrize(("agreed", "done"), [(True, ["use"]), (False, ["serve again"])])
def test_what_came_of_it_is_kept_and_used_only_where_it_is_agreed_to(stage, agreed, done):
    shown = []

    def agrees(adapter, its):
        shown.append((adapter.uses, its.helped))
        return agreed

    found = _tuning_result.outcome(saved(START), ASKED_AFTER, ADAPTER, NO_SERVER, agrees)
    assert (found.is_used, stage, shown) == (agreed, done, [((KEPT, LOST), True)])
    assert adapters.find("support") == found.adapter
    assert found.adapter.lost == (LOST,)
    assert not adapters.run_folder("support").exists()


def test_who_leaves_at_the_question_has_the_model_as_before(stage):
    def agrees(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _tuning_result.outcome(saved(START), ASKED_AFTER, ADAPTER, NO_SERVER, agrees)
    assert stage == ["serve again"]
    assert adapters.find("support").uses == (KEPT, LOST)
