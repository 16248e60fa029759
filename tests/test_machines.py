"""Machines that people have: what is said of each is what was accepted, and holds what must always hold."""

import pytest

from localai_setup import survey
from localai_setup.commands._findings import surroundings
from localai_setup.diagnosis.doctor import examine
from localai_setup.machine.asking.recorded import load
from localai_setup.model.reading import Failed
from localai_setup.probes.gpus import Gpus

from . import accept, machines, plans_table
from .known import KNOWN

#: the table of all machines is looked at where their plans are made, in test_plans
ACCEPTED = {path: make for path, make in accept.texts().items() if path != plans_table.ACCEPTED}
#: machine → the problem that it has, first of all that are named
FAULTS = {
    "failing-driver-half-updated": "nvidia-driver-half-updated",
    "failing-nvidia-smi-hangs": "nvidia-driver-hung",
    "failing-rocm-access-denied": "amd-gpu-access-denied",
}


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_is_said_is_what_was_accepted(path):
    assert path.read_text(encoding="utf-8") == ACCEPTED[path](), accept.HOW


def facts_of(name):
    return survey.facts(survey.read(load(machines.FOLDER / name / "recording.json")))


@pytest.mark.parametrize("name", [path.parent.name for path in machines.own()])
def test_a_fault_is_named_first_and_a_healthy_machine_has_none(name):
    facts = facts_of(name)
    assert not facts.crashed
    found = examine(facts, surroundings(facts), KNOWN).findings
    named = [one.id for one in found if one.status in ("fail", "warn")]
    assert named[:1] == ([FAULTS[name]] if name in FAULTS else [])


def test_every_way_to_fail_is_among_them():
    readings = [one for path in machines.own() for one in load(path).readings.by_key.values()]
    kinds = {one.kind for one in readings if isinstance(one, Failed)}
    assert {"timed-out", "denied", "garbled", "failed"} <= kinds


def test_a_tool_that_does_not_answer_leaves_the_gpu_unknown_and_not_absent():
    found = facts_of("failing-windows-powershell-hangs")[Gpus]
    assert not found.gpus
    assert [(one.fact, one.kind) for one in found.unknown] == [("gpus", "timed-out")]


def test_a_question_is_asked_though_another_probe_only_understands_it_in_recordings():
    """`sysctl -a` is asked by two probes and looked for by three others."""
    asked = []

    class Mac:
        identity = load(machines.FOLDER / "macbook-air-m2-16gb" / "recording.json").identity

        def ask(self, source):
            asked.append((type(source).__name__, source.key))
            return load(machines.FOLDER / "macbook-air-m2-16gb" / "recording.json").ask(source)

    survey.read(Mac())
    assert ("Command", "command:sysctl -a") in asked
