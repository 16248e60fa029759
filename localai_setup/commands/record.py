"""Write a redacted recording of this machine."""

from __future__ import annotations

from pathlib import Path

from .. import survey
from ..machine.asking import recorder
from ..model.errors import Exit, LocalaiError
from ..ui import console, jsonout
from ._options import Options

#: what stands for standard output where a file is expected
STDOUT = "-"


def record(options: Options, path: Path) -> Exit:
    """Ask everything that `detect` and `doctor` ask, and write the answers; to stdout for `-`."""
    machine = options.patient()
    if str(path) == STDOUT:
        jsonout.write(recorder.document(machine.identity, survey.read(machine)))
        return Exit.OK
    try:
        recorder.write(path, machine.identity, survey.read(machine))
    except OSError as error:
        why = error.strerror or str(error)
        hint = "Name a file in a folder that you may write to, or `-` for standard output."
        raise LocalaiError(
            f"The recording could not be written to {path}: {why}.", hint=hint
        ) from None
    console.say(f"The recording is in {path}. It is redacted; look through it before you send it.")
    return Exit.OK
