"""What `localai advise` can be asked: its flags, its five questions, and the facts that it reads."""

import pytest

from localai_setup.commands import _advice_flags, _advice_interview
from localai_setup.commands._advice_flags import AdviceRequest
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes import triage_facts
from localai_setup.recipes.strict_yaml import RecipeError
from localai_setup.ui.conversation import Back, Unattended

FACTS = triage_facts.triage_facts()


@pytest.mark.parametrize(
    ("typed", "per_day"),
    [("200/day", 200), ("70/week", 10), ("1,000", 1000), ("2 per hour", 48), ("1,5/day", 1.5),
     ("1.5/day", 1.5), ("12,345,678/year", 12345678 / 365), ("1,000.5", 1000.5)],
)  # fmt: skip
def test_a_volume_is_read_as_people_write_it(typed, per_day):
    case = _advice_flags.case(AdviceRequest("chat", volume=typed), FACTS)
    assert case.per_day == pytest.approx(per_day)


@pytest.mark.parametrize(
    "wrong",
    [
        {"task": "sumarise"},
        {"field": "medicine"},
        {"data": "secret"},
        {"decision": "me"},
        {"volume": "many"},
        {"volume": "0/day"},
        {"volume": "1.2.3/day"},
        {"volume": "1,2345/day"},
        {"volume": "1,5,5/day"},
        {"hardware": float("nan")},
        {"hardware": float("inf")},
        {"price": "1/nan"},
        {"price": "cheap"},
        {"price": "-1"},
        {"price": "nan"},
        {"electricity": "0"},
        {"electricity": "mars"},
        {"watts": "300"},
        {"watts": "300/60"},
    ],
)
def test_what_cannot_be_read_names_its_flag(wrong):
    with pytest.raises(LocalaiError) as refused:
        _advice_flags.case(AdviceRequest(**{"task": "chat", **wrong}), FACTS)
    assert refused.value.exit_code == 2
    assert refused.value.what.startswith(f"--{next(iter(wrong))}")


class Answers:
    """A person whose answers are known; a class among them is raised."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def choose(self, question, *, can_go_back=False):
        self.asked.append(question.flag.split()[0])
        answer = self.answers.pop(0)
        if answer is Back:
            assert can_go_back
            raise Back
        assert answer in [one.value for one in question.options]
        return answer


def asked_with(person, **flags):
    return _advice_interview.completed(AdviceRequest(**flags), FACTS, person)


def test_four_questions_make_a_case_with_a_way_back(capsys):
    person = Answers("code", "?", "none", Back, "health", "internal", "3000 200/day")
    asked = asked_with(person)
    assert person.asked == ["--task", *["--field"] * 2, "--data", "--field", "--data", "--words"]
    assert (asked.task, asked.field, asked.words, asked.volume) == (
        "code",
        "health",
        3000,
        "200/day",
    )
    assert "regulated" in capsys.readouterr().err


def test_who_decides_is_asked_where_people_are_concerned():
    person = Answers("classify", "none", "personal", "machine", "300 5000/day")
    assert asked_with(person).decision == "machine"
    regulated = Answers("classify", "credit", "personal", "300 5000/day")
    assert asked_with(regulated).decision is None


def test_going_back_over_two_answers():
    person = Answers("chat", "none", "public", Back, Back, "none", "public", "300 20/day")
    assert asked_with(person).data == "public"


def test_a_flag_answers_its_question():
    person = Answers("chat", "internal")
    assert asked_with(person, field="none", volume="1/day").data == "internal"
    assert person.asked == ["--task", "--data"]


def test_every_answer_that_is_offered_can_be_read():
    for one in _advice_interview.AMOUNTS:
        asked = asked_with(Answers(one.value), task="chat", field="none", data="public")
        assert _advice_flags.case(asked, FACTS).words == asked.words


def test_nobody_there_to_ask_is_an_error_that_names_the_flag():
    with pytest.raises(LocalaiError) as refused:
        _advice_interview.completed(AdviceRequest(), FACTS, Unattended(yes=False))
    assert refused.value.exit_code == 4
    assert "--task" in refused.value.hint


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("tasks: []", "lacks the field"),
        ("schema: localai.triage/2", "must be localai.triage/1"),
        ("schema: localai.triage/1\ntaskz: []", "did you mean `tasks`"),
        ("schema: localai.triage/1\nlanguages:\n- {id: xx, title: X, evidence: [gone]}", "no evidence gone"),
        ("schema: localai.triage/1\nlanguages:\n- {id: xx, title: X}\n- {id: xx, title: Y}", "more than once"),
        ("schema: localai.triage/1\nfields:\n- {id: xx, title: X, regulated: true}", "regulated by no rule"),
        ("schema: localai.triage/1\nevidence:\n- {id: x, text: T, source: '', date: '2026-01-01', sure: law}", "`source`"),
        ("schema: localai.triage/1\nevidence:\n- {id: x, text: T, source: 'https://a.eu', date: '2026', sure: law}", "`date`"),
    ],
)  # fmt: skip
def test_facts_are_read_strictly(text, what):
    with pytest.raises(RecipeError, match=what):
        triage_facts.load([text])
