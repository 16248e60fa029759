"""What was measured of a model on this machine."""

from __future__ import annotations

from dataclasses import dataclass

#: Above this share of the processor used by others, tokens per second fall three- to fivefold.
BUSY_SHARE = 0.25


@dataclass(frozen=True)
class SpeedPoint:
    """Tokens per second with `depth_tokens` tokens in the context already; None where not measured.

    `prompt_tps` is how fast a prompt is read, `generate_tps` how fast an answer is written.
    """

    depth_tokens: int
    prompt_tps: float | None
    generate_tps: float | None


@dataclass(frozen=True)
class Drafts:
    """Tokens per second of the same answers with drafting and without, and the share of drafts (0 to 1)
    that the model took.
    """

    with_tps: float
    without_tps: float
    taken_share: float

    @property
    def gain(self) -> float:
        """Above 1 drafting is faster."""
        return self.with_tps / self.without_tps


@dataclass(frozen=True)
class Measurement:
    """One run of `localai bench`. `resident_mib` is what the server and its engine hold in main memory,
    `buffers_mib` what the engine says that it allocated, on the GPU as well.

    `gpu_layers` and `build` say what it was measured with; `predicted_tps` and `predicted_mib` are
    what the plan promised (main memory and GPU together), None where it promised nothing. `left_out`
    are depths that would have taken too long. `busy_share` (0 to 1) is how busy other programs kept the
    processor just before; a run on a busy machine tells nothing about the machine.
    `drafting` is who drafted, as in `ServerSettings`, `drafter_sha256` the file that it drafted from
    (empty where it has none of its own), and `drafts` what that brought.
    """

    model: str
    model_sha256: str
    build: str
    context: int
    gpu_layers: int
    at: str
    points: tuple[SpeedPoint, ...]
    resident_mib: float | None = None
    buffers_mib: float | None = None
    predicted_tps: float | None = None
    predicted_mib: float | None = None
    left_out: tuple[int, ...] = ()
    busy_share: float = 0.0
    drafting: str = ""
    drafts: Drafts | None = None
    drafter_sha256: str = ""

    @property
    def subject(self) -> tuple[str, str, int, int, str, str]:
        """What was measured; a newer run of the same subject takes the place of an older one."""
        where = self.model_sha256, self.build, self.context, self.gpu_layers
        return *where, self.drafting, self.drafter_sha256

    @property
    def undisturbed(self) -> bool:
        """Whether later plans may start from it."""
        return self.busy_share <= BUSY_SHARE

    @property
    def generate_tps(self) -> float | None:
        """Tokens per second into an empty context, as the plan predicts them."""
        return self.points[0].generate_tps if self.points else None


@dataclass(frozen=True)
class MemorySpeed:
    """GB/s that all cores together were seen to read from main memory."""

    gbps: float
