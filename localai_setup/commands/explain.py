"""Name the known problems in a pasted error or log, or tell about one."""

from __future__ import annotations

from .. import survey
from ..diagnosis.explain import explain as explain_text
from ..diagnosis.explain import problems
from ..diagnosis.findings import finding
from ..diagnosis.surroundings import Surroundings
from ..machine.asking import pasted
from ..model.errors import Exit
from ..model.finding import Symptom
from ..probes import host
from ..ui import console, findingtext, jsonout, problemtext
from ._options import Options
from .doctor import finding_document, surroundings

NOTHING = {True: "The text is empty.", False: "Nothing known was found in this text."}


def explain(options: Options, what: str | None) -> Exit:
    """`what` is a known id, a file, or `-` (also where nothing is named)."""
    if what in problems():
        return _tell(options, str(what))
    text = pasted.read(what, list(problems()))
    if text.note and not options.json:
        console.say(text.note)
    told = explain_text(text.lines(), _around(options))
    if options.json:
        documents = [finding_document(one) for one in (*told.found, *told.near)]
        note = {"note": text.note} if text.note else {}
        jsonout.write({"schema": "localai.findings/1", "findings": documents, **note})
    else:
        findingtext.findings(told.found)
        if not told.found:
            console.out().print(NOTHING[text.is_empty])
        problemtext.near(told.near, alone=not told.found)
        if not told.found:
            problemtext.ask_somebody()
    return Exit.PROBLEM if told.found else Exit.OK


def _tell(options: Options, name: str) -> Exit:
    """One known problem, as its page in `docs/problems/` has it; works without a network."""
    problem = problems()[name].PROBLEM
    one = finding(name, problem, Symptom(""), _around(options))
    if options.json:
        jsonout.write({"schema": "localai.findings/1", "findings": [finding_document(one)]})
    else:
        problemtext.tell(one, problem)
    return Exit.OK


def _around(options: Options) -> Surroundings:
    """The machine it is read on, for fixes that fit it."""
    return surroundings(survey.facts(survey.read(options.respondent(), [host]), [host]))
