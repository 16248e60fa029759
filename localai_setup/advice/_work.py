"""How much there is to read and to write, in tokens."""

from __future__ import annotations

import math

from ..model.advice import Case, Work
from ..model.triage import Language, Task

#: the instruction that goes with each text, and the chat template
INSTRUCTION_TOKENS = 200
#: Beyond this many tokens half of the models that claim them get worse (evidence `long-texts`).
LONG_TOKENS = 32_000
#: what a part of a longer text has; well below that length
PART_TOKENS = 12_000
DAYS_PER_MONTH = 30.4
STEP = 1024


def work(case: Case, task: Task, language: Language) -> Work:
    """One request and a month of them; a long text that can be done in parts is."""
    words = task.words if case.words is None else case.words
    answer = task.answer_words if case.answer_words is None else case.answer_words
    read = math.ceil(words * language.tokens_per_word)
    written = math.ceil(answer * language.tokens_per_word)
    parts = math.ceil(read / PART_TOKENS) if task.splits and read > LONG_TOKENS else 1
    once = math.ceil(read / parts) + INSTRUCTION_TOKENS
    context = math.ceil((once + written) / STEP) * STEP
    return Work(once, written, context, case.per_day * DAYS_PER_MONTH, parts)


def is_too_long(made: Work) -> bool:
    """Whether one piece is longer than models are known to read well."""
    return made.read_tokens > LONG_TOKENS
