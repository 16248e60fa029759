"""The measurements of this machine on disk: the newest for each model, build and placement."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from ...model.measurement import Measurement
from ...probes.measurements import Measurements, from_json
from . import folders, plain_files
from .writing import write_atomically

SCHEMA = "localai.measurements/1"


def path() -> Path:
    return folders.folder("state") / "measurements.json"


def load() -> Measurements:
    """What was measured here; nothing where the file is missing or damaged."""
    try:
        return from_json(plain_files.read_text(path()))
    except OSError:
        return Measurements()


def keep(new: Measurement) -> None:
    """Add one, in place of an older one of the same model, build and placement."""
    others = [one for one in load().runs if one.subject != new.subject]
    document = {"schema": SCHEMA, "runs": [asdict(one) for one in (*others, new)]}
    write_atomically(path(), json.dumps(document, indent=1).encode())
