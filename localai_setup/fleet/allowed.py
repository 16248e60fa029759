"""A policy, held against what machines answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..model.fleet import FleetGpu
from ..model.licence import Licence
from ..model.policy import Policy
from ..model.versions import numbers
from .answers import Answer


def judged(answer: Answer, policy: Policy | None) -> Answer:
    """With what is against the policy; a machine that was well is so no longer."""
    reasons = tuple(_reasons(answer, policy)) if policy else ()
    if not reasons:
        return answer
    state = "findings" if answer.machine.state == "well" else answer.machine.state
    return replace(answer, machine=replace(answer.machine, state=state, against_policy=reasons))


def _reasons(answer: Answer, policy: Policy) -> Iterator[str]:
    machine = answer.machine
    if machine.model:
        licence = answer.licence or Licence("", needs_acceptance=False)
        whys = [policy.forbids(machine.model, licence), *map(policy.forbids_source, answer.sources)]
        yield from (f"{machine.model} {why}" for why in filter(None, whys))
    for gpu in machine.gpus:
        yield from _driver(gpu, policy.drivers.get(gpu.vendor, ""))


def _driver(gpu: FleetGpu, least: str) -> Iterator[str]:
    """What is known of a driver alone is judged: an unreadable one is a finding of the doctor's."""
    name = gpu.name or f"the {gpu.vendor} GPU"
    if least and gpu.driver and numbers(gpu.driver) < numbers(least):
        yield f"the driver of {name} is {gpu.driver}, and {least} is the least that is allowed"
