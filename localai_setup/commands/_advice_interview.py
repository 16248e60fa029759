"""The questions of `localai advise`: four, or five where people are concerned; none that a flag has answered."""

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
    "decision": "The law lets a person decide about people, not a machine alone. Sorting mails into folders "
    "decides about nobody; closing an account or refusing a payment does.",
    "amount": "How long the texts are decides about memory, how many there are about time and electricity. A "
    "page has about 400 words. `--words` and `--volume` take your own numbers.",
}  # fmt: skip
#: words of a text, and texts
AMOUNTS = (
    Option("300 20/day", "A page or a mail now and then (20 a day)"),
    Option("3000 20/day", "Some pages now and then (20 a day)"),
    Option("300 5000/day", "A stream of mails (5,000 a day)"),
    Option("3000 200/day", "Some pages every few minutes (200 a day)"),
    Option("20000 5/day", "Long reports (5 a day)"),
    Option("100000 1/day", "Whole books (one a day)"),
)
DECISIONS = (
    Option("nobody", "No, nothing is decided about anybody"),
    Option("person", "Yes, and a person decides"),
    Option("machine", "Yes, by itself"),
)


def completed(asked: AdviceRequest, facts: TriageFacts, asker: Asker) -> AdviceRequest:
    """The request with an answer to each question; `Back` leads to the question before.

    Raises:
        LocalaiError: nobody is there to answer.
        KeyboardInterrupt, EOFError: the person left.

    """
    questions, answered = _questions(facts), list[AdviceRequest]()
    while name := _next(asked, facts):
        try:
            answer = _answer(questions[name], MEANINGS[name], asker, can_go_back=bool(answered))
        except Back:
            asked = answered.pop()
            continue
        answered.append(asked)
        asked = _with(asked, name, answer)
    return asked


def _next(asked: AdviceRequest, facts: TriageFacts) -> str:
    """The next question that no flag and no answer has settled; empty where none is left."""
    for name in ("task", "field", "data"):
        if getattr(asked, name) is None:
            return name
    personal = {one.id for one in facts.data if one.personal}
    is_regulated = asked.field != facts.fields[0].id
    # in a regulated field a person decides in any case
    if asked.decision is None and asked.data in personal and not is_regulated:
        return "decision"
    return "amount" if asked.words is None and asked.volume is None else ""


def _answer(question: Question, meaning: str, asker: Asker, *, can_go_back: bool) -> str:
    while (answer := asker.choose(question, can_go_back=can_go_back)) == EXPLAIN.value:
        console.say(meaning)
    return answer


def _with(asked: AdviceRequest, name: str, answer: str) -> AdviceRequest:
    if name == "amount":
        words, volume = answer.split()
        return replace(asked, words=int(words), volume=volume)
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
        "decision": _question(
            "Does anything happen to those people because of an answer?", "Then a person has to decide.",
            "--decision WHO", DECISIONS,
        ),
        "amount": _question(
            "How much is there to do?", "It decides about memory, time and cost.",
            "--words N --volume N/day", AMOUNTS,
        ),
    }  # fmt: skip


def _named(entries: Iterable[Named]) -> tuple[Option, ...]:
    return tuple(Option(one.id, one.title) for one in entries)


def _question(
    words: str, why: str, flag: str, options: tuple[Option, ...], recommended: str = ""
) -> Question:
    return Question(words, why, flag, (*options, EXPLAIN), recommended or options[0].value)
