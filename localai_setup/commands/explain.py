"""Name the known problems in a pasted error or log, or tell about one."""

from __future__ import annotations

from .. import survey
from ..explain import explain as explain_text
from ..explain import problems
from ..findings import finding
from ..machine import pasted
from ..model.errors import Exit
from ..model.finding import Symptom
from ..probes import host
from ..surroundings import Surroundings
from ..ui import console, findingtext, jsonout, problemtext
from ._options import Options
from .doctor import finding_document, surroundings


def explain(options: Options, what: str | None) -> Exit:
    """`what` is a known id, a file, or `-` (also where nothing is named)."""
    if what in problems():
        return _tell(options, str(what))
    text = pasted.read(what, list(problems()))
    if text.note and not options.json:
        console.say(text.note)
    found = explain_text(text.lines(), _around(options))
    if options.json:
        documents = [finding_document(one) for one in found]
        note = {"note": text.note} if text.note else {}
        jsonout.write({"schema": "localai.findings/1", "findings": documents, **note})
    elif found:
        findingtext.findings(found)
    else:
        _nothing(empty=text.is_empty)
    return Exit.PROBLEM if found else Exit.OK


def _tell(options: Options, name: str) -> Exit:
    """One known problem, as its page in `docs/problems/` has it; works without a network."""
    problem = problems()[name].PROBLEM
    one = finding(name, problem, Symptom(""), _around(options))
    if options.json:
        jsonout.write({"schema": "localai.findings/1", "findings": [finding_document(one)]})
    else:
        problemtext.tell(one, problem)
    return Exit.OK


def _nothing(*, empty: bool) -> None:
    words = "The text is empty." if empty else "Nothing known was found in this text."
    console.out().print(words)
    for line in problemtext.HELP:
        console.say_whole(line)


def _around(options: Options) -> Surroundings:
    """The machine it is read on, for fixes that fit it."""
    return surroundings(survey.facts(survey.read(options.respondent(), [host]), [host]))
