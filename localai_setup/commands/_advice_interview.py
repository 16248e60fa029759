"""The questions of `localai advise`: five at most, each left out where a flag has answered it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model.triage import TriageFacts
from ..ui import console
from ..ui.conversation import Asker, Back, Option, Question
from ._advice_flags import AdviceRequest, Named

EXPLAIN = Option("?", "? What does this mean")
#: field of the request → what `?` says
MEANINGS = {
    "task": "The kind of work decides most: small models sort, pull out facts and rewrite well, and should "
    "not decide about people or add up long lists. Take what is nearest.",
    "field": "Some fields are regulated, whatever model is used: there a person has to decide, and the law "
    "asks for more. If you only write about such a field for yourself, take the last answer.",
    "data": "Whose texts they are decides what leaves the house: a model on this computer sends nothing "
    "away, but the law on personal data holds for it too.",
    "words": "How long one text is: a page has about 400 words. Longer texts need more memory and time, and "
    "models read very long ones badly.",
    "volume": "How many texts there are: it decides whether this computer is fast enough, and what the "
    "electricity costs.",
}  # fmt: skip
LENGTHS = (
    Option("300", "A mail or a page (300 words)"),
    Option("3000", "Some pages (3,000 words)"),
    Option("20000", "A long report (20,000 words)"),
    Option("100000", "A book (100,000 words)"),
)
VOLUMES = (
    Option("20/day", "Now and then (20 a day)"),
    Option("200/day", "Every few minutes (200 a day)"),
    Option("5000/day", "A stream of them (5,000 a day)"),
)


def completed(asked: AdviceRequest, facts: TriageFacts, asker: Asker) -> AdviceRequest:
    """The request with an answer to each question; `Back` leads to the question before.

    Raises:
        LocalaiError: nobody is there to answer.
        KeyboardInterrupt, EOFError: the person left.

    """
    questions = _questions(facts)
    open_ones = [name for name in questions if getattr(asked, name) is None]
    position = 0
    while position < len(open_ones):
        name = open_ones[position]
        try:
            answer = _answer(questions[name], MEANINGS[name], asker, can_go_back=position > 0)
            asked = _with(asked, name, answer)
            position += 1
        except Back:
            position -= 1
    return asked


def _answer(question: Question, meaning: str, asker: Asker, *, can_go_back: bool) -> str:
    while (answer := asker.choose(question, can_go_back=can_go_back)) == EXPLAIN.value:
        console.say(meaning)
    return answer


def _with(asked: AdviceRequest, name: str, answer: str) -> AdviceRequest:
    if name == "words":
        return replace(asked, words=int(answer))
    return replace(asked, **{name: answer})  # type: ignore[arg-type]  # the others are texts


def _questions(facts: TriageFacts) -> dict[str, Question]:
    """In the order in which they are asked."""
    fields = [*facts.fields[1:], facts.fields[0]]
    return {
        "task": _question(
            "What shall it do?", "The kind of work decides most.", "--task TASK", _named(facts.tasks)
        ),
        "field": _question(
            "Is it about one of these?", "There a person has to decide.", "--field FIELD",
            _named(fields), facts.fields[0].id,
        ),
        "data": _question(
            "What is in the texts?", "It decides what may leave the house.", "--data KIND",
            _named(facts.data), "internal",
        ),
        "words": _question(
            "How long is one text?", "A page has about 400 words.", "--words N", LENGTHS, "3000"
        ),
        "volume": _question(
            "How many texts are there?", "It decides about speed and cost.", "--volume N/day", VOLUMES
        ),
    }  # fmt: skip


def _named(entries: Iterable[Named]) -> tuple[Option, ...]:
    return tuple(Option(one.id, one.title) for one in entries)


def _question(
    words: str, why: str, flag: str, options: tuple[Option, ...], recommended: str = ""
) -> Question:
    return Question(words, why, flag, (*options, EXPLAIN), recommended or options[0].value)
