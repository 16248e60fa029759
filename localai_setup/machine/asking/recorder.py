"""Write all readings of a machine into one redacted file."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ... import __version__
from ...model.machine import Identity
from ...model.reading import Failed, Missing, Reading, Readings
from ..keeping.writing import write_named
from .recorded import SCHEMA
from .redact import Redactor


def write(path: Path, identity: Identity, readings: Readings) -> None:
    """Write the recording, packed where the name ends in `.gz`, complete or not at all."""
    text = json.dumps(document(identity, readings), ensure_ascii=False, indent=1)
    raw = text.encode("utf-8", "replace")
    write_named(path, gzip.compress(raw, mtime=0) if path.suffix == ".gz" else raw)


def document(identity: Identity, readings: Readings) -> dict[str, Any]:
    """The recording as data: every reading but variables' absence, redacted."""
    redact = Redactor.for_readings(readings)
    return {
        "schema": SCHEMA,
        "synthetic": False,
        "taken_at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tool_version": __version__,
        "machine": vars(identity),
        "readings": {
            redact.key(key): _entry(reading, redact)
            for key, reading in sorted(readings.by_key.items())
        },
    }


def _entry(reading: Reading, redact: Redactor) -> dict[str, Any]:
    if isinstance(reading, Missing):
        return {"status": "missing"}
    if isinstance(reading, Failed):
        return {"status": "failed", "reason": redact.text(reading.reason), "kind": reading.kind}
    fields: dict[str, Any] = {"status": "text"}
    if reading.exit_code is None and not reading.stderr:
        fields["text"] = redact.text(reading.text)
    else:
        fields["stdout"] = redact.text(reading.text)
        fields["stderr"] = redact.text(reading.stderr)
    numbers = {"exit_code": reading.exit_code, "code": reading.code, "ms": reading.ms}
    return fields | {name: value for name, value in numbers.items() if value is not None}
