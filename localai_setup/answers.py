"""What any answer in words must be: no empty one, no loop, no piece of a template."""

from __future__ import annotations

import re

#: Pieces of chat templates; in an answer they mean that the template or its end token is wrong.
TEMPLATE_TOKEN = re.compile(
    r"<\|[a-z_0-9]{2,40}\|>|<(?:start|end)_of_turn>|\[/?INST\]|</?s>|<\|?(?:user|assistant|system)\|?>|"
    r"<\uff5c[^\uff5c>]{2,40}\uff5c>",
    re.IGNORECASE,
)
#: thoughts that a reasoning model shows before its answer
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
#: the same words again and again: a phrase that stands five times in a row
_REPEATED = re.compile(r"(\S.{0,60}?)\s*(?:\1\s*){4,}", re.DOTALL)

#: the end of a long answer that says one phrase over and over; tables and rules are shorter
_ENDLESS = re.compile(r"(\S.{0,60}?)\s*(?:\1\s*){29,}\Z", re.DOTALL)
_TAIL_CHARS = 1200
#: Longer passages need fewer repeats: a song has its chorus four times, and never in a row. The end of a
#: text that is searched for has as many characters as the longest phrase above.
_PASSAGE_CHARS, _PASSAGE_TIMES, _END_CHARS = 600, 6, 61


def repeats_endlessly(text: str) -> bool:
    """Whether an answer that still comes has become one phrase, thirty times or more, or one passage,
    letter by letter and six times or more (seen: a sentence of 91 characters, 45 times).
    """
    return _ENDLESS.search(text[-_TAIL_CHARS:]) is not None or _ends_in_one_passage(text)


def _ends_in_one_passage(text: str) -> bool:
    tail = text[-_PASSAGE_CHARS * _PASSAGE_TIMES :]
    before = tail.rfind(tail[-_END_CHARS:], 0, len(tail) - 1)
    period = len(tail) - _END_CHARS - before
    if before < 0 or not _END_CHARS < period <= _PASSAGE_CHARS:
        return False
    return tail.endswith(tail[-period:] * _PASSAGE_TIMES)


def without_thoughts(text: str) -> str:
    """The answer alone, where a model shows its thoughts before it."""
    return _THOUGHTS.sub("", text).strip()


def trouble(text: str) -> str | None:
    """Why this text is no answer at all, whatever was asked; None where it is one."""
    token = TEMPLATE_TOKEN.search(text)
    if token:
        return f"it contains {token[0]}, a piece of a chat template that should never be seen"
    answer = without_thoughts(text)
    if not answer:
        return "it is empty"
    return "it repeats the same words endlessly" if _REPEATED.search(answer) else None
