"""What is wrong with examples that could be read, in words and with the line where it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from . import personal
from .examples import ASSISTANT, SYSTEM, USER, Data, Example, Fault, Kind, Turn, Weight

#: Below this a few good examples in the prompt do as well, and the proof rests on a handful of them
#: (Unsloth's guide to data sets names 100 as the least that is reasonable; others 50).
FEW = 50
#: One answer in this share of all examples teaches to say it always.
DOMINANT_SHARE = 0.8
SHOWN_CHARS = 40
#: Tokens of chat templates: typed into a text they end the turn when the model reads it.
TEMPLATE_TOKENS = re.compile(
    r"<\|(?:im_start|im_end|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|end|user|assistant|system)\|>"
    r"|</?s>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>"
)
#: What a spreadsheet shows in place of a value where a formula failed, and exports as such.
#: Source: the lists of error values of Excel, in English, German, French and Spanish, and of Google Sheets.
SHEET_ERROR = re.compile(
    r"#(?:(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|ERROR|BEZUG|WERT|ZAHL|ÜBERLAUF|VALEUR|NOMBRE|NUL"
    r"|¡REF|¡VALOR|¡DIV/0|¡NUM)!|(?:NAME|NOM|¿NOMBRE)\?|N/A|NV)"
)
#: Halves of characters beyond the first 65,536, which JSON can write by itself and UTF-8 cannot.
HALVES = re.compile("[\ud800-\udfff]")

Hides = Callable[[str], bool]


def check(data: Data, holds_secret: Hides) -> Data:
    """The examples that can be used, and every fault in the order of the lines.

    `holds_secret` tells whether a text holds a key or a password.
    """
    usable, faults = [], list(data.faults)
    for example in data.examples:
        found = [at(example, one) for one in _of_one(example, holds_secret)]
        faults += found
        if not any(one.weight is Weight.LEFT_OUT for one in found):
            usable.append(example)
    usable, repeated = _without_repeated(usable)
    faults += [*repeated, *_of_all(usable)]
    ordered = sorted(
        faults, key=lambda one: (one.line is None, one.file, one.line or 0, one.number)
    )
    return Data(data.form, tuple(usable), tuple(ordered))


def at(example: Example, fault: Fault) -> Fault:
    """The fault with the place of this example."""
    return replace(fault, line=example.line, file=example.file, number=example.number)


def _of_one(example: Example, holds_secret: Hides) -> Iterator[Fault]:
    wrong = _roles(example.turns)
    if wrong:
        yield Fault(*wrong, weight=Weight.LEFT_OUT)
        return
    empty = next((one for one in example.turns if not one.text.strip()), None)
    if empty:
        who = {USER: "a question", ASSISTANT: "an answer", SYSTEM: "the system message"}[empty.role]
        yield Fault(Kind.EMPTY, f"{who} is empty", weight=Weight.LEFT_OUT)
        return
    failed = next((one for one in example.turns if SHEET_ERROR.fullmatch(one.text)), None)
    if failed:
        words = f"it is {failed.text}, which a spreadsheet writes where a formula failed"
        yield Fault(Kind.EMPTY, words, weight=Weight.LEFT_OUT)
        return
    texts = "\n".join(one.text for one in example.turns)
    if HALVES.search(texts):
        words = "it holds half a character (a lone surrogate), which no text has"
        yield Fault(Kind.ENCODING, words, weight=Weight.LEFT_OUT)
    token = TEMPLATE_TOKENS.search(texts)
    if token:
        words = f"it holds {token[0]}, which is a mark of a chat template and no text"
        yield Fault(Kind.TEMPLATE_TOKENS, words, weight=Weight.LEFT_OUT)
    if holds_secret(texts):
        words = "it seems to hold a key or a password; the model may repeat it to anybody"
        yield Fault(Kind.SECRET, words)
    seen = personal.kinds(texts)
    if seen:
        words = f"it holds {' and '.join(seen)}; what is learned cannot be taken out again"
        yield Fault(Kind.PERSONAL, words)


def _roles(turns: Sequence[Turn]) -> tuple[Kind, str] | None:
    """What is wrong with who speaks when: system at most once and first, then in turns, an answer last."""
    roles = [one.role for one in turns]
    if ASSISTANT not in roles:
        return Kind.NO_ANSWER, "there is no answer of the assistant to learn"
    talk = roles[1:] if roles[0] == SYSTEM else roles
    if SYSTEM in talk:
        return Kind.WRONG_ROLES, "the system message is not the first one"
    if talk[0] == ASSISTANT:
        return Kind.WRONG_ROLES, "the assistant speaks first; a question comes before an answer"
    again = next((one for n, one in enumerate(talk[1:]) if one == talk[n]), None)
    if again:
        return Kind.WRONG_ROLES, f"two messages of the {again} follow each other"
    if talk[-1] != ASSISTANT:
        return Kind.NO_ANSWER, "the last question has no answer"
    return None


def _without_repeated(examples: Iterable[Example]) -> tuple[list[Example], list[Fault]]:
    """Each example once, and the faults: the same twice, or another answer to the same question."""
    kept: list[Example] = []
    faults = []
    first: dict[tuple[Turn, ...], Example] = {}
    for one in examples:
        earlier = first.setdefault(_plain(one.question), one)
        if earlier is one:
            kept.append(one)
        elif _normal(earlier.answer) == _normal(one.answer):
            words = f"the same as {earlier.place}"
            faults.append(at(one, Fault(Kind.DUPLICATE, words, weight=Weight.LEFT_OUT)))
        else:
            words = f"the same question as in {earlier.place} with another answer: the model learns neither"
            faults.append(at(one, Fault(Kind.CONTRADICTION, words)))
            kept.append(one)
    return kept, faults


def _plain(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    return tuple(Turn(one.role, _normal(one.text)) for one in turns)


def _normal(text: str) -> str:
    return " ".join(text.split()).casefold()


def _of_all(examples: Sequence[Example]) -> Iterator[Fault]:
    if not examples:
        return
    if len(examples) < FEW:
        words = (
            f"only {len(examples)} can be used; below {FEW} a prompt with two or three examples in it "
            "often does as well, without training"
        )
        yield Fault(Kind.FEW, words)
    answer, count = Counter(_normal(one.answer) for one in examples).most_common(1)[0]
    if count > 1 and count / len(examples) >= DOMINANT_SHARE:
        words = f"{count} of {len(examples)} answers are {_short(answer)!r}: the model learns to say it always"
        yield Fault(Kind.ONE_ANSWER, words)
    with_system = sum(one.turns[0].role == SYSTEM for one in examples)
    if 0 < with_system < len(examples):
        words = f"{with_system} of {len(examples)} have a system message; give it to all or to none"
        yield Fault(Kind.SYSTEM_IN_SOME, words)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARS else f"{text[: SHOWN_CHARS - 3]}..."
