"""What this machine is."""

from __future__ import annotations

from .. import survey
from ..model.errors import Exit
from ..model.facts import Facts
from ..ui import evidence, jsonout, report
from ._options import Options


def detect(options: Options, *, network: bool = False) -> Exit:
    """Print the facts; sends nothing beyond loopback without `network`.

    Nothing is asked but what is shown: logs and services are the doctor's questions.
    """
    parts = survey.shown()
    asked = survey.probes_of(part.fact for part in parts)
    readings = survey.read(options.respondent(network=network), asked)
    facts = survey.facts(readings, asked)
    if options.json:
        jsonout.write(document(facts))
    else:
        report.machine(facts, parts, verbose=options.verbose)
        if options.verbose:
            evidence.show(facts, readings)
    return Exit.OK


def document(facts: Facts) -> dict[str, object]:
    """The shape `localai.facts/1`: a part for each fact that is shown, and what is not known."""
    parts = {part.name: part.document(facts) for part in survey.shown()}
    return {"schema": "localai.facts/1", **parts, "unknown": facts.unknown()}
