"""What this machine is."""

from __future__ import annotations

from .. import survey
from ..model.errors import Exit
from ..model.facts import Facts
from ..probes.confines import Confines
from ..probes.cpu import Cpu
from ..probes.disk import Disk
from ..probes.engines import Engines
from ..probes.gpus import Gpus
from ..probes.host import Host
from ..probes.memory import Memory
from ..probes.nodes import Nodes
from ..probes.ollama import Ollama
from ..probes.reach import Reach
from ..probes.toolkits import Toolkits
from ..ui import evidence, jsonout, report
from ._options import Options

#: What is shown, and nothing else is asked: logs and services are the doctor's questions.
FACTS = (Host, Cpu, Memory, Gpus, Disk, Engines, Ollama, Toolkits, Nodes, Confines, Reach)
OS_FIELDS = ("system", "distro", "version", "kernel", "libc", "wsl", "container", "translated")
CPU_FIELDS = (
    "model", "arch", "physical_cores", "logical_cores", "performance_cores", "level", "features",
)  # fmt: skip
MEMORY_FIELDS = ("total_mib", "available_mib", "limit_mib", "swap_mib")
DISK_FIELDS = ("free_mib", "total_mib", "file_system", "read_only", "network_mount")
GPU_FIELDS = (
    "vendor", "name", "memory_mib", "memory_kind", "driver", "cuda_driver_version",
    "compute_capability", "gfx", "pci_id", "integrated", "usable", "why_not", "free_mib",
    "bandwidth_gbs", "bandwidth_estimated", "disagreements",
)  # fmt: skip


def detect(options: Options, *, network: bool = False) -> Exit:
    """Print the facts; sends nothing beyond loopback without `network`."""
    asked = survey.probes_of(FACTS)
    readings = survey.read(options.respondent(network=network), asked)
    facts = survey.facts(readings, asked)
    if options.json:
        jsonout.write(document(facts))
    else:
        report.machine(facts, verbose=options.verbose)
        if options.verbose:
            evidence.show(facts, readings)
    return Exit.OK


def document(facts: Facts) -> dict[str, object]:
    """The shape `localai.facts/1`."""
    return {
        "schema": "localai.facts/1",
        "os": _fields(facts.get(Host) or Host(), OS_FIELDS),
        "cpu": _fields(facts.get(Cpu) or Cpu(), CPU_FIELDS),
        "memory": _fields(facts.get(Memory) or Memory(), MEMORY_FIELDS),
        "gpus": [_fields(gpu, GPU_FIELDS) for gpu in (facts.get(Gpus) or Gpus()).gpus],
        "disk": _fields(facts.get(Disk) or Disk(), DISK_FIELDS),
        "engines": list((facts.get(Engines) or Engines()).engines),
        "ollama": facts.get(Ollama) or Ollama(),
        "runtimes": facts.get(Toolkits) or Toolkits(),
        "device_nodes": list((facts.get(Nodes) or Nodes()).nodes),
        "network": (facts.get(Reach) or Reach()).places,
        "confines": facts.get(Confines) or Confines(),
        "unknown": facts.unknown(),
    }


def _fields(fact: object, names: tuple[str, ...]) -> dict[str, object]:
    return {name: _rounded(name, getattr(fact, name)) for name in names}


def _rounded(name: str, value: object) -> object:
    return round(value) if isinstance(value, float) and name.endswith("_mib") else value
