"""A machine in one file: answers come from a recording, and from nowhere else."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...model.errors import Exit, LocalaiError
from ...model.machine import Identity
from ...model.reading import FAILURE_KINDS, Failed, FailureKind, Missing, Reading, Readings, Text
from ...model.sizes import size_words
from ...model.source import Source
from ..keeping import plain_files

SCHEMA = "localai.recording/1"
#: Generous for a machine with 256 CPUs and 64 GPU partitions, harmless for this one's memory.
MAX_RECORDING_BYTES = 64 * 1024 * 1024
MAX_READINGS = 50_000


class NotARecordingError(Exception):
    """JSON, and no recording that this version can read."""


class RecordedMachine:
    """Answers only what was recorded; everything else was not recorded, which proves nothing."""

    def __init__(self, identity: Identity, readings: Mapping[str, Reading]) -> None:
        self.identity = identity
        self.readings = Readings(readings)

    def ask(self, source: Source) -> Mapping[str, Reading]:
        """See `Respondent.ask`. A key with `*` that was itself recorded (as missing) is kept."""
        own = self.readings.by_key.get(source.key)
        found = dict(self.readings.like(source)) if "*" in source.key else {}
        return {**({source.key: own} if own is not None else {}), **found}


def load(path: Path) -> RecordedMachine:
    """Read a recording that may come from anybody; of a folder its `recording.json`.

    Raises:
        LocalaiError: it is not there, too large, not JSON, or not a recording.

    """
    try:
        return machine_of(document(path))
    except NotARecordingError as error:
        raise _unreadable(path, str(error)) from None


def document(path: Path) -> Any:
    """The JSON of a file that may come from anybody, packed or not; of a folder its `recording.json`.

    Raises:
        LocalaiError: it is not there, too large, or not JSON.

    """
    try:
        return parsed(_unpacked(_in_folder(path)))
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from None
    except (ValueError, RecursionError, zlib.error) as error:
        raise _unreadable(path, f"it is not JSON that can be read ({error})") from None


def parsed(raw: bytes) -> Any:
    """JSON that may come from anybody.

    Raises:
        ValueError: it is none, a key comes twice, or a number is none.
        RecursionError: it nests for ever.

    """
    return json.loads(raw, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)


def _in_folder(path: Path) -> Path:
    """The recording in a folder that holds one; every other path as it is."""
    inside = path / "recording.json"
    return inside if path.is_dir() and inside.is_file() else path


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two answers to one question neither can be believed."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key comes twice")
    return found


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _finite(word: str) -> float:
    """Python takes 1e999 for infinity, which JSON cannot pass on."""
    value = float(word)
    if math.isinf(value):
        raise ValueError(f"{word[:20]} is too large")
    return value


def _unpacked(path: Path) -> bytes:
    with plain_files.opened_stream(path) as file:
        raw = file.read(MAX_RECORDING_BYTES + 1)
    if raw[:2] == b"\x1f\x8b":
        packed = zlib.decompressobj(wbits=31)
        raw = packed.decompress(raw, MAX_RECORDING_BYTES + 1)
        if not packed.eof and len(raw) <= MAX_RECORDING_BYTES:
            raise ValueError("it breaks off")
    if len(raw) > MAX_RECORDING_BYTES:
        raise ValueError(f"larger than {size_words(MAX_RECORDING_BYTES)}")
    return raw


def _unreadable(path: Path, why: str) -> LocalaiError:
    return LocalaiError(
        f"The recording {path} cannot be used: {why}.",
        "A recording is one JSON file that answers for a machine.",
        "Write a fresh one with `localai record FILE`.",
        Exit.USAGE,
    )


def machine_of(document: Any) -> RecordedMachine:
    """The machine that a recording's JSON answers for.

    Raises:
        NotARecordingError: tells why.

    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise NotARecordingError(f"its schema is not {SCHEMA}")
    readings, machine = document.get("readings"), document.get("machine") or {}
    if not isinstance(readings, dict) or not isinstance(machine, dict):
        raise NotARecordingError("`readings` and `machine` must be objects")
    if len(readings) > MAX_READINGS:
        raise NotARecordingError(f"it has more than {MAX_READINGS} readings")
    identity = Identity(
        *(_string(machine.get(k)) for k in ("system", "release", "machine", "python"))
    )
    answers = {key: _reading(value) for key, value in readings.items()}
    answers.setdefault("call:platform.uname", Text(json.dumps(vars(identity))))
    return RecordedMachine(identity, answers)


def _reading(value: Any) -> Reading:
    if not isinstance(value, dict):
        return Failed("the recording holds no reading here", "garbled")
    if value.get("status") == "missing":
        return Missing()
    if value.get("status") == "failed":
        stated = _string(value.get("reason"))
        reason = "failed" if stated is None else stated
        return Failed(reason, _kind(value.get("kind"), reason))
    text = _string(value.get("stdout", value.get("text")))
    if value.get("status") != "text" or text is None:
        return Failed("the recording holds no text here", "garbled")
    numbers = (_int(value.get(key)) for key in ("exit_code", "code", "ms"))
    return Text(text, _string(value.get("stderr")) or "", *numbers)


def _kind(stated: Any, reason: str) -> FailureKind:
    """As recorded. Recordings made before kinds were written down tell a time-out by its words."""
    known = next((kind for kind in FAILURE_KINDS if kind == stated), None)
    return known or ("timed-out" if "timed out" in reason else "failed")


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _int(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
