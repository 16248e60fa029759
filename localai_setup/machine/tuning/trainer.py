"""The trainer's own environment and process, and what it tells while it works."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path

from ... import trainers
from ...model.decoding import DecodeError, decode_leniently
from ...model.errors import LocalaiError
from ...model.progress import Progress, Report
from ...model.tuning import TuningRecipe
from ..fetching import disk
from ..fetching.environments import Environments
from ..keeping import recipe_files
from ..keeping.locking import Lock
from ..keeping.tail import last_lines
from ..keeping.writing import write_atomically
from ..running.exit_codes import exit_code_words, signal_of
from ..running.lines import EndedError, Program

#: Of its log: the last line that says something is among so many.
LAST_LINES = 20
#: environments hold one program that starts what is in them; the programs of trainers lie beside it
STARTER = "# The programs lie in the folders beside this file.\n"
#: Nothing is fetched, and threads that wait do not spin.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_VERBOSITY": "error",
}


class DiedError(LocalaiError):
    """A program of the trainer ended early. `how` it ended, `last` what it said, and its `log`."""

    def __init__(self, how: str, last: str, log: Path) -> None:
        super().__init__(
            f"The training ended early ({how}): {last}",
            "What was trained until the last checkpoint is kept.",
            f"Run the same command again; it goes on from there. Its log: {log}",
        )
        self.how, self.last, self.log = how, last, log


@dataclass(frozen=True)
class Event:
    """One line of the trainer. `event` is `loading`, `loaded`, `trial`, `step`, `saved`, `converting` or
    `done`, empty for a line of somebody else; the others are what that event tells: steps, seconds, MiB.
    `cpu_seconds` and `peak_mib` are those of the trainer until then, `step_cpu_seconds` of one step.
    """

    event: str = ""
    step: int = 0
    of: int = 0
    loss: float = 0.0
    threads: int = 0
    seconds_per_step: float = 0.0
    step_cpu_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mib: float = 0.0


@dataclass(frozen=True)
class Trainer:
    """`environments` are those of trainers. The programs, all of `localai_setup/trainers`, are copied into
    its own; `program` is the one to be run.
    """

    recipe: TuningRecipe
    environments: Environments
    program: str = ""

    @property
    def name(self) -> str:
        return f"{self.recipe.trainer}-{self.recipe.id}"

    @property
    def folder(self) -> Path:
        return self.environments.folder(self.name)

    @property
    def system(self) -> str:
        """As the recipe names systems."""
        return platform.system()

    def is_installed(self) -> bool:
        return self.environments.has_engine(self.name, self._pins())

    def install(self, report: Report) -> None:
        """Make its environment, or only put today's program there.

        Raises:
            LocalaiError: the disk has no room for it; or as `Environments.build`.

        """
        total = self.recipe.fetching_bytes(self.system)

        def grown(done: int) -> None:
            report(Progress("fetching the trainer", done, total if done < total else None))

        with Lock("trainer"):
            if not self.is_installed():
                self._require_room(total)
            self.environments.build(self.name, self._pins(), STARTER, grown)
            self._copy_programs()

    def _require_room(self, needed_bytes: int) -> None:
        why = "The trainer is fetched and unpacked there; what was fetched is removed when all is unpacked."
        disk.require(disk.nearest(self.folder), needed_bytes, why)

    def events(self, settings: Mapping[str, object], folder: Path) -> Iterator[Event]:
        """Run it to its end with these settings, and yield what it tells.

        It is ended where the caller stops listening; started again, it goes on from its last checkpoint.

        Raises:
            DiedError: it died; says its last words.

        """
        document, log = folder / "settings.json", folder / "trainer.log"
        write_atomically(document, json.dumps(settings).encode())
        program = f"trainers.{self.program or self.recipe.program}"
        python, _ = self.environments.program(self.name, STARTER)
        argv = (python, "-m", program, str(document))
        threads = {"OMP_NUM_THREADS": str(settings["threads"])}
        extra = {**ENVIRONMENT, **threads, "PYTHONPATH": str(self._programs())}
        if not settings["on_gpu"]:
            extra["CUDA_VISIBLE_DEVICES"] = ""  # it was not planned for, and may be full
        try:
            yield from map(_event, Program(argv, log, folder, extra).lines())
        except EndedError as ended:
            raise _died(ended.exit_code, log) from None

    def remove(self) -> None:
        self.environments.remove(self.name)

    def _programs(self) -> Path:
        """The folder that holds the copy, by what is in it: an older localai's training may still run."""
        texts = "".join(f"{name}\0{text}\0" for name, text in _texts().items())
        return self.folder / f"programs-{sha256(texts.encode()).hexdigest()[:12]}"

    def _copy_programs(self) -> None:
        place = self._programs() / trainers.__name__.rpartition(".")[2]
        place.mkdir(parents=True, exist_ok=True)
        for name, text in _texts().items():
            write_atomically(place / name, text.encode())

    def _pins(self) -> str:
        place = recipe_files.shipped_folder() / "tuning"
        files = (place / f"{one}.txt" for one in self.recipe.pins)
        return "".join(one.read_text(encoding="utf-8") for one in files)


def _texts() -> dict[str, str]:
    """The programs by the names of their files."""
    files = sorted(resources.files(trainers).iterdir(), key=lambda one: one.name)
    return {one.name: one.read_text(encoding="utf-8") for one in files if one.name.endswith(".py")}


def _event(line: bytes) -> Event:
    """What a line tells; libraries may print lines of their own, which tell nothing."""
    try:
        return decode_leniently(Event, json.loads(line))
    except (ValueError, RecursionError, DecodeError):
        return Event()


def _died(code: int, log: Path) -> DiedError:
    signal = signal_of(code)
    how = f"signal {signal}" if signal else f"exit code {exit_code_words(code)}"
    words = [line for line in last_lines(log, LAST_LINES) if line.strip()]
    last = words[-1].strip()[:300] if words else "it said nothing"
    return DiedError(how, last, log)
