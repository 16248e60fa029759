"""Name the known problems in a pasted error or log, or tell about one."""

from __future__ import annotations

from .. import survey
from ..explain import explain as explain_text
from ..explain import problems
from ..findings import finding
from ..machine import pasted
from ..model.errors import Exit
from ..model.finding import Finding, Symptom
from ..probes import host
from ..surroundings import Surroundings
from ..ui import console, jsonout, report
from ._options import Options
from .doctor import finding_document, surroundings


def explain(options: Options, what: str | None) -> Exit:
    """`what` is a known id, a file, or `-` (also where nothing is named)."""
    known = problems().get(what or "")
    around = _around(options)
    if what and known:
        found: tuple[Finding, ...] = (finding(what, known.PROBLEM, Symptom(""), around),)
    else:
        found = explain_text(pasted.read(what), around)
    if options.json:
        documents = [finding_document(one) for one in found]
        jsonout.write({"schema": "localai.findings/1", "findings": documents})
    elif found:
        report.findings(found)
    else:
        console.out().print("Nothing known was found in this text.")
        console.say(
            "To ask somebody, attach the redacted page that `localai doctor --report page.html` writes."
        )
    return Exit.PROBLEM if found and not known else Exit.OK


def _around(options: Options) -> Surroundings:
    """The machine it is read on, for fixes that fit it."""
    return surroundings(survey.facts(survey.read(options.respondent(), [host]), [host]))
