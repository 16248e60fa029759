"""What this machine is."""

from __future__ import annotations

from dataclasses import asdict

from .. import survey
from ..model.errors import Exit
from ..model.facts import Facts
from ..probes.gpus import Gpu, Gpus
from ..probes.host import Host
from ..ui import jsonout
from ._options import Options


def detect(options: Options, *, network: bool = False) -> Exit:
    """Print the facts; sends nothing beyond loopback without `network`."""
    facts = survey.facts(survey.read(options.respondent(network=network)))
    jsonout.write(document(facts))
    return Exit.OK


def document(facts: Facts) -> dict[str, object]:
    """The shape `localai.facts/1`."""
    host = facts.get(Host) or Host()
    gpus = facts.get(Gpus) or Gpus()
    return {
        "schema": "localai.facts/1",
        "os": asdict(host),
        "gpus": [gpu_fields(gpu) for gpu in gpus.gpus],
        "unknown": facts.unknown(),
    }


#: What `detect --json` tells of a GPU, in this order (docs: the shape `localai.facts/1`).
GPU_FIELDS = [
    "vendor",
    "name",
    "memory_mib",
    "memory_kind",
    "driver",
    "cuda_driver_version",
    "compute_capability",
    "gfx",
    "pci_id",
    "integrated",
    "usable",
    "why_not",
]


def gpu_fields(gpu: Gpu) -> dict[str, object]:
    return {name: getattr(gpu, name) for name in GPU_FIELDS}
