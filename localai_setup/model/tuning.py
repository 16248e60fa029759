"""How a model is taught by examples: the recipe of it, and one training with its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .proof import AnswerTest


@dataclass(frozen=True)
class TuningSize:
    """The settings for models of up to so many values.

    `rank` is the width of the adapter's matrices, `alpha` scales what they add; a step learns from
    `batch` times `accumulation` examples.
    """

    up_to_values: int
    rank: int
    alpha: int
    learning_rate: float
    epochs: int
    batch: int
    accumulation: int = 1


#: What is fetched lies beside what is unpacked of it until all is, and what is moved into place lies there
#: twice for a moment. Measured on Linux: 9.34 GB at most, where 3.05 were fetched and 5.95 stayed.
UNPACKING = 1.05


@dataclass(frozen=True)
class TuningRecipe:
    """A way of training. `program` is the file of `trainers/` that does it; `pins` name the files beside the
    recipe that pin its packages by hash; sizes are in bytes by system (`Linux`, `Darwin`, `Windows`), and a
    system that is not among them cannot have it; `architectures` as GGUF files name them. `what` is the
    trainer in a few words. `oldest_python` and `oldest_system` are the oldest that it runs on, as numbers;
    empty for those that localai itself needs.
    """

    schema: str
    id: str
    trainer: str
    program: str
    pins: tuple[str, ...]
    what: str
    download_bytes: Mapping[str, int]
    installed_bytes: Mapping[str, int]
    architectures: tuple[str, ...]
    sizes: tuple[TuningSize, ...]
    oldest_python: tuple[int, ...] = ()
    oldest_system: tuple[int, ...] = ()

    def fetching_bytes(self, system: str) -> int:
        """What the disk holds at most while it is installed: pip removes no package before all are unpacked."""
        sizes = self.download_bytes.get(system, 0), self.installed_bytes.get(system, 0)
        return round(sum(sizes) * UNPACKING)

    def size_for(self, values: int) -> TuningSize | None:
        """The settings for a model with so many values; None where it is larger than any."""
        return next((one for one in self.sizes if values <= one.up_to_values), None)


@dataclass(frozen=True)
class Score:
    """Answers to the examples that were held back: how many there are, how many were right word for
    word, how many had the right form, and how alike they were on average (0 to 1).
    """

    count: int = 0
    exact: int = 0
    formed: int = 0
    likeness: float = 0.0


@dataclass(frozen=True)
class UseCheck:
    """The question that proves a use (its id and title), asked without the adapter and with it: both
    answers, and whether they were right. `after` is empty where the model failed already before.
    """

    use: str
    title: str
    question: str
    before: str
    after: str
    was_right: bool
    is_right: bool

    @property
    def is_lost(self) -> bool:
        """Whether the model could do it, and cannot any more."""
        return self.was_right and not self.is_right


@dataclass(frozen=True)
class Adapter:
    """One result of a training, as it is kept beside its file.

    `base_sha256` is the model's file that it belongs to; `test` a question that shows that it works.
    `before` and `after` are None until it was proved, `uses` are what the model could do before. Times in
    seconds, memory in MiB.
    """

    name: str
    base_model: str
    base_sha256: str
    sha256: str
    bytes: int
    made_at: str
    examples: int
    held_back: int
    data_sha256: str
    settings: TuningSize
    test: AnswerTest
    seconds: float = 0.0
    peak_mib: float = 0.0
    last_loss: float | None = None
    before: Score | None = None
    after: Score | None = None
    uses: tuple[UseCheck, ...] = ()

    @property
    def lost(self) -> tuple[UseCheck, ...]:
        """What the model cannot do any more once it was taught."""
        return tuple(one for one in self.uses if one.is_lost)
