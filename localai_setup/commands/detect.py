"""What this machine is."""

from __future__ import annotations

from dataclasses import asdict

from .. import survey
from ..model.errors import Exit
from ..model.facts import Facts
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
    return {"schema": "localai.facts/1", "os": asdict(host), "gpus": [], "unknown": facts.unknown()}
