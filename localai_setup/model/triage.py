"""The facts that advice rests on: tasks, fields of law, languages, what electricity and computers cost or draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: how sure a sentence is: a law, a study, somebody's measurement, a published figure, our own estimate
Sureness = Literal["law", "study", "measured", "published", "estimate"]


@dataclass(frozen=True)
class Evidence:
    """One sentence, the address it comes from, and that source's date. An estimate has no source."""

    id: str
    text: str
    source: str
    date: str
    sure: Sureness


@dataclass(frozen=True)
class Task:
    """What a person wants done. `use` is the recipe that does it; `words` and `answer_words` are counted
    with where nobody says how many; `least_billions` is the smallest model that the evidence is about.
    `splits`: a long text can be done in parts; `waits`: a person waits for each answer. `instead` is what to
    do where no small model should, `note` what to know before it is set up.
    """

    id: str
    title: str
    use: str
    local: Literal["yes", "check", "no"]
    words: int
    answer_words: int
    evidence: tuple[str, ...]
    least_billions: float = 0
    splits: bool = False
    waits: bool = False
    decides: bool = False
    instead: str = ""
    note: str = ""


@dataclass(frozen=True)
class Field:
    """A field of law or work. In a `regulated` one a `human` decides; `check_first`: some uses are prohibited."""

    id: str
    title: str
    regulated: bool = False
    human: str = "a person"
    check_first: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataKind:
    """How confidential the texts are; `personal` ones are about people."""

    id: str
    title: str
    private: bool = False
    personal: bool = False
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Language:
    """`id` is the code of ISO 639-1. `evidence` says that models do poorly at it, `well` that it is one of
    those with the most texts; with neither nobody told us.
    """

    id: str
    title: str
    well: bool = False
    evidence: tuple[str, ...] = ()
    tokens_per_word: float = 2


@dataclass(frozen=True)
class Electricity:
    """The price of one kWh, as somebody published it."""

    id: str
    title: str
    per_kwh: float
    currency: str
    source: str
    date: str


@dataclass(frozen=True)
class HostedPrice:
    """What a hosted model costs per million tokens read and written."""

    id: str
    title: str
    reads: float
    writes: float
    currency: str
    source: str
    date: str


@dataclass(frozen=True)
class PowerClass:
    """Watts of a kind of computer, (least, most): of all of it, or of the `card_only`.

    `part` is where the model computes; `names` are parts of the chip's name, any of which must be there;
    `gpus` is how many work.
    """

    id: str
    title: str
    part: Literal["card", "shared", "arm", "processor"]
    names: tuple[str, ...]
    idle: tuple[float, ...]
    load: tuple[float, ...]
    source: str
    date: str
    sure: Sureness
    gpus: int = 1
    card_only: bool = False


@dataclass(frozen=True)
class MachineForSale:
    """A computer in a size that is sold. GB as makers count them, GB/s of the GPU's memory."""

    id: str
    title: str
    vendor: Literal["nvidia", "apple"]
    gpu: str
    gpu_gb: int
    bandwidth: float
    memory_gb: int
    cores: int
    capability: str = ""


@dataclass(frozen=True)
class TriageFacts:
    """`localai.triage/1`: everything together; a file may hold some of it."""

    schema: str
    evidence: tuple[Evidence, ...] = ()
    tasks: tuple[Task, ...] = ()
    fields: tuple[Field, ...] = ()
    data: tuple[DataKind, ...] = ()
    languages: tuple[Language, ...] = ()
    electricity: tuple[Electricity, ...] = ()
    prices: tuple[HostedPrice, ...] = ()
    power: tuple[PowerClass, ...] = ()
    machines: tuple[MachineForSale, ...] = ()

    def sentences(self, ids: tuple[str, ...]) -> tuple[Evidence, ...]:
        """The sentences of these ids, in their order."""
        known = {one.id: one for one in self.evidence}
        return tuple(known[name] for name in ids)
