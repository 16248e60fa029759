"""What was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from ..fit.drafter import Drafter
from ..fit.shape import Shape
from ..model.settings import AUTO


@dataclass(frozen=True)
class Wish:
    """An empty field leaves it to the match. `engine` is an id, `build` names one build of an engine,
    `quantization` one of the model's.

    `from_index` leaves out the builds that do not come from the package index.
    `drafting` is one of `DRAFTING`; `drafter` the file that was named for it.
    `leave_mib` is what of main memory is left to other programs; None leaves what is usual.
    `shape` is that of the wished model's own header, where it was read; else its facts are taken.
    """

    use: str = "chat"
    model: str = ""
    context: int = 0
    build: str = ""
    engine: str = ""
    shape: Shape | None = None
    from_index: bool = False
    drafting: str = AUTO
    leave_mib: int | None = None
    quantization: str = ""
    drafter: Drafter | None = None
