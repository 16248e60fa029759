"""A request for advice, and the advice: `localai.advice/1`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA = "localai.advice/1"
#: who decides about people by the answers: nobody does, a person does, or the answers take effect by themselves
Decision = Literal["nobody", "person", "machine"]
#: `local`: suits a model that fits here; `bigger-machine`; `hosted`: a hosted model or a person does it
#: better; `human`: a person must decide, and a model may only prepare it
Verdict = Literal["local", "bigger-machine", "hosted", "human"]


@dataclass(frozen=True)
class Case:
    """What was asked. Ids are those of the triage facts; prices are the person's own, None where not given.

    `per_day` requests of `words` words each, `users` of them at the same time. `hosted` is the price per
    million tokens read and written; `watts` are the computer's idle and under load, as measured.
    """

    task: str
    field: str = "none"
    data: str = "internal"
    decision: Decision = "person"
    per_day: float = 20
    words: int | None = None
    answer_words: int | None = None
    users: int = 1
    language: str = "en"
    hosted: tuple[float, float] | None = None
    per_kwh: float | None = None
    electricity: str = "eu"
    watts: tuple[float, float] | None = None
    hardware: float | None = None
    months: int = 36
    #: what nobody said, so that the default was taken: names of the flags
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One sentence. Without a source it was worked out from the facts beside it."""

    text: str
    source: str = ""
    date: str = ""
    sure: str = "worked-out"


@dataclass(frozen=True)
class Work:
    """Tokens of one request, and how many requests there are in a month."""

    read_tokens: int
    written_tokens: int
    context: int
    requests_per_month: float
    parts: int = 1


@dataclass(frozen=True)
class Fit:
    """What localai would set up on a machine for the task, and what it makes of the work.

    `hours_per_day` is computing time for all requests; `chip` is what computes: the GPU's name or
    the processor's, `part` as in `PowerClass`.
    """

    machine: str
    model: str
    quantization: str
    engine: str
    context: int
    tokens_per_second: float
    low: float
    high: float
    seconds_per_answer: float
    hours_per_day: float
    memory_mib: float
    download_bytes: int
    licence: str
    chip: str = ""
    part: str = "processor"
    gpus: int = 0


@dataclass(frozen=True)
class Offers:
    """What fits on this machine, or why nothing does; and machines on sale on which something would.
    `is_own_choice`: `init` would take this model for the use unasked.
    """

    here: Fit | None
    why_not: str = ""
    for_sale: tuple[Fit, ...] = ()
    is_own_choice: bool = True


@dataclass(frozen=True)
class LocalCost:
    """Electricity in a month, from the least to the most; `idle` is what the computer draws when it is
    left on day and night, `machine` which one. `per_million` is for a million tokens of this task, read and written together.
    """

    currency: str
    per_kwh: float
    watts_idle: tuple[float, ...]
    watts_load: tuple[float, ...]
    month: tuple[float, ...]
    per_million: tuple[float, ...]
    idle_month: tuple[float, ...]
    machine: str
    hardware_month: float | None = None
    sources: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class HostedCost:
    """The same tokens at a hosted model's price; `example` is one that nobody gave."""

    name: str
    currency: str
    reads: float
    writes: float
    month: float
    example: bool
    source: str = ""
    date: str = ""


@dataclass(frozen=True)
class Advice:
    """The whole answer. `summary` is one sentence; `commands` can be pasted; `person` is who decides."""

    verdict: Verdict
    human_required: bool
    person: str
    summary: str
    case: Case
    task: str
    work: Work
    reasons: tuple[Reason, ...]
    rules: tuple[Reason, ...]
    here: Fit | None
    why_not_here: str
    for_sale: tuple[Fit, ...]
    cost: LocalCost | None
    hosted: tuple[HostedCost, ...]
    money: tuple[Reason, ...]
    commands: tuple[str, ...]
    assumed: tuple[str, ...] = ()
    disclaimer: str = (
        "This is no legal advice. Prices and laws change: each source carries its date."
    )
    schema: str = SCHEMA
