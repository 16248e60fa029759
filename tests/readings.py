"""The one spelling of readings in fixtures: that of a recording, in YAML where a person writes it.

So that a reading can be carried from any bug report into any fixture. `machine` and `readings` of a
fixture are those of `localai.recording/1`.
"""

from pathlib import Path

import yaml

from localai_setup.machine.asking import recorded
from localai_setup.machine.asking.recorded import RecordedMachine


def machine_of(case: dict, part: str = "readings") -> RecordedMachine:
    """The machine that a fixture tells of; `part` names its readings where it has several."""
    document = {"schema": recorded.SCHEMA, "machine": case["machine"], "readings": case[part]}
    machine = recorded.machine_of(document)
    odd = [key for key, one in machine.readings.by_key.items() if _is_no_reading(one)]
    assert not odd, f"not spelled as in a recording: {odd}"
    return machine


def _is_no_reading(reading) -> bool:
    return getattr(reading, "reason", "").startswith("the recording holds no ")


def cases(folder: str) -> list[Path]:
    """The fixtures of a kind."""
    return sorted((Path(__file__).parent / folder).glob("*.yaml"))


def load(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
