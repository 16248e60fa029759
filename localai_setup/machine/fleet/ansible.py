"""ansible-playbook with our collection, and each result as it comes."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...model.errors import Exit, LocalaiError
from ..running import program_path
from . import settings

COLLECTION = Path(__file__).parent / "collection"
PLAYBOOK = "localai.fleet.run"
MODULE = "localai.fleet.command"


@dataclass(frozen=True)
class Job:
    """What is to be run on each machine of an inventory. `variables` are the others of our playbook."""

    inventory: Path
    action: str
    variables: dict[str, Any] = field(default_factory=dict)
    limit: str = ""
    is_dry: bool = False


@dataclass(frozen=True)
class Result:
    """What one machine said: `kind` is asked, ok, failed or unreachable, `document` our module's result."""

    kind: str
    machine: str
    document: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """Why it failed, without what Ansible says before every such message; and what was printed there
        in place of an answer, its first line.
        """
        words, printed = (str(self.document.get(name) or "") for name in ("msg", "module_stderr"))
        words = words.removeprefix("Task failed: ").removeprefix("Module failed: ").strip()
        return ": ".join(filter(None, (words, printed.strip().partition("\n")[0].strip())))


def results(job: Job) -> Iterator[Result]:
    """First every machine that is asked, then each as it answers.

    Raises:
        LocalaiError: Ansible is missing, or cannot read the inventory.

    """
    _check_name(job.inventory)
    command = [program(), PLAYBOOK, "-i", str(job.inventory), *_flags(job)]
    process = subprocess.Popen(
        command,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        yield from _read(process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _check_name(inventory: Path) -> None:
    """Raises LocalaiError where Ansible would take a file for a list of machines."""
    if "," in str(inventory) and inventory.exists():
        raise LocalaiError(
            f"Ansible cannot read the inventory {inventory}.",
            "It takes a name with a comma in it for a list of machines.",
            "Give the file, or the folder that it lies in, a name without a comma.",
            Exit.USAGE,
        )


def _read(process: subprocess.Popen[str]) -> Iterator[Result]:
    assert process.stdout
    other, machines = [], 0
    for line in process.stdout:
        found = _event(line)
        if found is None:
            other.append(line.strip())
            continue
        for result in _of(found):
            machines += result.kind == "asked"
            yield result
    if not machines:
        raise _refused(other)


def _event(line: str) -> dict[str, Any] | None:
    """A line of our callback; every other is Ansible's own, and so is one that nests for ever."""
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(line, parse_constant=_not_known)
        return found if isinstance(found, dict) and "event" in found else None
    return None


def _not_known(_word: str) -> None:
    """NaN and Infinity, which only Python writes: JSON that goes on to others must not hold them."""


def _of(event: dict[str, Any]) -> Iterator[Result]:
    if event["event"] == "asked":
        yield from (Result("asked", name) for name in event["hosts"])
    elif event["event"] != "ok" or event["task"] == MODULE:
        # of the tasks before ours only their failures matter
        found = event["result"]
        yield Result(event["event"], event["host"], found if isinstance(found, dict) else {})


def _flags(job: Job) -> Sequence[str]:
    variables = ["-e", json.dumps({"localai_action": job.action, **job.variables})]
    limit = ["--limit", job.limit] if job.limit else []
    return [*variables, *limit, *(["--check"] if job.is_dry else [])]


def _environment() -> dict[str, str]:
    """The user's own settings hold, but for how results are printed and what a mistake in an inventory
    does. Ansible asks for UTF-8.
    """
    paths = [str(COLLECTION), *filter(None, [os.environ.get("PYTHONPATH")])]
    ours = {
        "PYTHONPATH": os.pathsep.join(paths),
        "ANSIBLE_STDOUT_CALLBACK": "localai.fleet.lines",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCALHOST_WARNING": "0",
        # else it goes on with those machines that it read before the first mistake
        "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
    }
    utf_8 = {"LC_ALL": "C.UTF-8"} if sys.platform == "linux" else {}
    return {**settings.forks(), **os.environ, **utf_8, **ours}


def program() -> str:
    """The ansible-playbook that was installed with localai, else one on PATH.

    Raises:
        LocalaiError: there is none, or can be none.

    """
    if sys.platform == "win32":
        raise LocalaiError(
            "`localai fleet` works through Ansible, which does not run on Windows.",
            "It runs on Linux, on a Mac and in WSL.",
            "`localai fleet report FOLDER` makes the same report here, of what the machines wrote into files.",
            Exit.USAGE,
        )
    own = Path(sys.executable).parent / "ansible-playbook"
    found = str(own) if own.exists() else program_path.find("ansible-playbook")
    if found:
        return found
    raise LocalaiError(
        "`localai fleet` works through Ansible, which is not installed here.",
        hint='Install it beside localai with `pip install "localai-setup[fleet]"`.',
        exit_code=Exit.USAGE,
    )


def _refused(lines: Sequence[str]) -> LocalaiError:
    words = [one.strip().rstrip(".") for one in lines if one.strip()]
    telling = [one for one in words if "ERROR" in one] or words or ["it names none"]
    return LocalaiError(
        f"Ansible found no machine to ask: {telling[0].removeprefix('[WARNING]: ')}.",
        "It reads the inventory and the limit.",
        "`ansible-inventory -i INVENTORY --list` shows what it reads.",
        Exit.USAGE,
    )
