"""An examined machine as scripts see it: what it is, what is set up there, what is wrong."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timezone
from typing import Any

from .. import __version__
from ..diagnosis.doctor import Diagnosis
from ..model.facts import Facts
from ..probes.cpu import Cpu
from ..probes.gpus import Gpus
from ..probes.host import Host
from ..probes.memory import Memory
from ..probes.setup import SetUpState
from ._findings import finding_document

SCHEMA = "localai.doctor/1"
GPU_FIELDS = ("vendor", "name", "memory_mib", "memory_kind", "driver", "usable")
SET_UP_FIELDS = ("finished", "model", "engine", "build", "answers", "predicted_tps", "measured_tps")


def document(host: str | None, facts: Facts, diagnosis: Diagnosis) -> dict[str, Any]:
    """The shape `localai.doctor/1`. `host` is the machine's own name, None for a recording's."""
    return {
        "schema": SCHEMA,
        "host": host,
        "version": __version__,
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": _machine(facts),
        "set_up": _set_up(facts.get(SetUpState) or SetUpState()),
        "healthy": diagnosis.healthy,
        "findings": [finding_document(one) for one in diagnosis.findings],
        "passed": list(diagnosis.passed),
        "not_here": sorted(diagnosis.not_here),
        "unknown": [{"id": name, "reason": why} for name, why in diagnosis.unknown.items()],
    }


def _machine(facts: Facts) -> dict[str, Any]:
    """The machine in a few words; what is not known is null."""
    host, cpu = facts.get(Host) or Host(), facts.get(Cpu) or Cpu()
    memory = (facts.get(Memory) or Memory()).total_mib
    gpus = (facts.get(Gpus) or Gpus()).gpus
    return {
        "system": host.system,
        "distro": host.distro,
        "version": host.version,
        "arch": cpu.arch,
        "processor": cpu.model,
        "memory_mib": None if memory is None else round(memory),
        "gpus": [{name: getattr(one, name) for name in GPU_FIELDS} for one in gpus],
    }


def _set_up(setup: SetUpState) -> dict[str, Any] | None:
    """What init set up, None where nothing is; `answers` is null where nobody could ask."""
    if not setup.is_set_up:
        return None
    return {
        **{name: getattr(setup, name) for name in SET_UP_FIELDS},
        "context": setup.settings.context if setup.settings else None,
        "licence": asdict(setup.licence) if setup.licence else None,
        "sources": list(setup.sources),
    }
