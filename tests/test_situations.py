"""Machines that have one problem, and the same machines with all well.

Each entry of `situations/*.yaml` holds the readings of a machine under `sick` and of its healthy twin
under `well`. A reading is the text that a source gave, null where it is missing, or a mapping with
`failed` (the reason) or with `text`, `stderr`, `code` and `exit_code`. `system` is Linux unless told.
The readings are made up after the formats that the programs print.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from localai_setup import survey
from localai_setup.commands.doctor import surroundings
from localai_setup.diagnosis.doctor import examine
from localai_setup.machine.asking import recorded

FOLDER = Path(__file__).parent / "situations"
#: A doctor that names more than this beside the right problem is guessing.
MOST_OTHERS = 3
SITUATIONS = [
    one
    for path in sorted(FOLDER.glob("*.yaml"))
    for one in yaml.safe_load(path.read_text(encoding="utf-8"))
]


def reading(key: str, value: Any) -> dict[str, Any]:
    """A reading as a recording holds it."""
    if value is None:
        return {"status": "missing"}
    if isinstance(value, str):
        value = {"text": value}
    if "failed" in value:
        return {"status": "failed", "reason": value["failed"]}
    text = "stdout" if key.startswith("command:") else "text"
    rest = {name: one for name, one in value.items() if name != "text"}
    return {"status": "text", text: value.get("text", ""), **rest}


def alarms(readings: dict[str, Any], system: str, folder: Path) -> list[str]:
    """What doctor warns of on a recording of these readings."""
    recording = {
        "schema": recorded.SCHEMA,
        "machine": {"system": system, "machine": "x86_64" if system == "Linux" else None},
        "readings": {key: reading(key, value) for key, value in readings.items()},
    }
    path = folder / "recording.json"
    path.write_text(json.dumps(recording), encoding="utf-8")
    facts = survey.facts(survey.read(recorded.load(path)))
    found = examine(facts, surroundings(facts)).findings
    return [one.id for one in found if one.status in ("fail", "warn")]


def cases(kind: str) -> list:
    return [
        pytest.param(one, one[kind], id=f"{number}-{one['problem']}")
        for number, one in enumerate(SITUATIONS)
    ]


@pytest.mark.parametrize(("case", "readings"), cases("sick"))
def test_the_problem_is_named_first(case, readings, tmp_path):
    named = alarms(readings, case.get("system", "Linux"), tmp_path)
    assert named[:1] == [case["problem"]]
    assert len(named) <= MOST_OTHERS + 1


@pytest.mark.parametrize(("case", "readings"), cases("well"))
def test_its_healthy_twin_raises_nothing(case, readings, tmp_path):
    assert not alarms(readings, case.get("system", "Linux"), tmp_path)
