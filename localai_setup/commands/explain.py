"""Name the known problems in a pasted error or log, or tell about one, or about a term."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from .. import glossary, survey
from ..diagnosis.explain import Explained
from ..diagnosis.explain import explain as explain_text
from ..diagnosis.findings import finding
from ..diagnosis.surroundings import Surroundings
from ..machine.asking import pasted
from ..machine.asking.redact import without_secrets
from ..machine.keeping.problem_files import known_problems
from ..model.errors import Exit
from ..model.finding import Evidence, Finding, Symptom
from ..probes import host
from ..ui import console, findingtext, jsonout, problemtext, termtext, textmachinetext
from ._findings import finding_document, surroundings, tell_left_out
from ._options import Options

if TYPE_CHECKING:
    from ..problems.complaints import Complaint
    from . import _complaints
    from ._suggesting import Account

NOTHING = {True: "The text is empty.", False: "Nothing known was found in this text."}


def explain(options: Options, what: str | None) -> Exit:
    """`what` is a known id, a term, a file, a text, or `-` (also where nothing is named)."""
    known = known_problems()
    tell_left_out()
    if what in known.by_id:
        return _tell(options, str(what))
    if what and not os.path.lexists(what) and (term := glossary.find(what)):
        return _tell_term(options, term)
    text = pasted.read(what, list(known.by_id))
    if text.note and not options.json:
        console.say(text.note)
    reader = _around(options)
    place = reader.of_a_text()
    stated = _without_secrets(explain_text(text.lines(), place, known))
    if not stated.found and (account := _account(text, stated, place)):
        if not options.json:
            textmachinetext.source(replace(stated, found=account.steps_of), reader)
        return _answer(options, account)
    if options.json:
        documents = [finding_document(one) for one in stated.found]
        note = {"note": text.note} if text.note else {}
        extra = {**textmachinetext.document(stated), **note}
        jsonout.write({"schema": "localai.findings/1", "findings": documents, **extra})
    else:
        textmachinetext.source(stated, reader)
        findingtext.findings(stated.found)
        textmachinetext.cleared(stated.cleared)
        if not stated.found:
            _tell_nothing(text)
    return Exit.PROBLEM if stated.found else Exit.OK


def _tell_nothing(text: pasted.Pasted) -> None:
    from ..problems import plainwords

    console.out().print(NOTHING[text.is_empty])
    if len(text.raw) <= plainwords.MAX_COMPLAINT_BYTES and not text.is_empty:
        from ..ui import complainttext

        if plainwords.is_foreign("\n".join(text.lines())):
            complainttext.in_english()
    problemtext.ask_somebody()


def _without_secrets(stated: Explained) -> Explained:
    """What is quoted of the text is often sent on: to an issue, a forum, a colleague."""

    def hidden(one: Evidence) -> Evidence:
        return replace(one, text=without_secrets(one.text))

    found = tuple(
        replace(one, what=without_secrets(one.what), evidence=tuple(map(hidden, one.evidence)))
        for one in stated.found
    )
    cleared = tuple(
        replace(one, evidence=hidden(one.evidence), good_news=hidden(one.good_news))
        for one in stated.cleared
    )
    return replace(stated, found=found, cleared=cleared)


def _account(text: pasted.Pasted, stated: Explained, reader: Surroundings) -> Account | None:
    """What a person complains of or reports; long logs are not even looked at."""
    from ..problems import plainwords

    if len(text.raw) > plainwords.MAX_REPORT_BYTES:
        return None
    from . import _suggesting

    complete, around = "\n".join(text.lines()), stated.machine.around
    return _suggesting.account(_suggesting.Report(complete, known_problems(), around, reader))


def _answer(options: Options, account: Account) -> Exit:
    """What it may be: nothing is said to be broken here, unless a check of this computer says so."""
    from ..ui import suggestiontext

    if account.complaint:
        return _answer_complaint(options, account, account.complaint)
    if options.json:
        jsonout.write(_account_document(account, account.pages))
    else:
        suggestiontext.suggestions(account.suggested)
        suggestiontext.steps(account.steps_of)
        problemtext.ask_somebody()
    return Exit.OK


def _answer_complaint(options: Options, account: Account, complaint: Complaint) -> Exit:
    """The causes of the complaint, and what its words may be about as well: the likelier first."""
    from . import _complaints

    answered = _complaints.answer(complaint, options)
    found = answered.checked.findings if answered.checked else ()
    if options.json:
        document = _account_document(account, (*found, *account.pages))
        jsonout.write({**document, "complaint": _complaints.document(answered)})
    else:
        _tell_complaint(account, answered)
    return Exit.PROBLEM if answered.found_here else Exit.OK


def _tell_complaint(account: Account, answered: _complaints.Answer) -> None:
    from ..ui import complainttext, suggestiontext

    if account.is_rather_suggested:
        suggestiontext.suggestions(account.suggested)
        complainttext.other_causes(answered.causes)
    else:
        complainttext.meaning(answered.complaint, answered.causes)
        suggestiontext.more(account.suggested)
    suggestiontext.steps(account.steps_of)
    if answered.checked:
        complainttext.checked(tuple(answered.checked.passed), len(answered.checked.findings))
        findingtext.findings(answered.checked.findings)


def _account_document(account: Account, found: Sequence[Finding]) -> dict[str, object]:
    """`likeliest`: the ids of causes and suggestions together, in their order; not there where no page is named."""
    documents = [finding_document(one) for one in found]
    order = {"likeliest": [one.id for one in account.pages]} if account.pages else {}
    return {"schema": "localai.findings/1", "findings": documents, **order}


def _tell(options: Options, name: str) -> Exit:
    """One known problem, as its page in `docs/problems/` has it; works without a network."""
    known = known_problems()
    one = finding(known.by_id[name], Symptom(""), _around(options))
    if options.json:
        jsonout.write({"schema": "localai.findings/1", "findings": [finding_document(one)]})
    else:
        problemtext.tell(one, known)
    return Exit.OK


def _tell_term(options: Options, term: glossary.Term) -> Exit:
    if options.json:
        jsonout.write({"schema": "localai.term/1", **asdict(term)})
    else:
        termtext.tell(term)
    return Exit.OK


def _around(options: Options) -> Surroundings:
    """The machine it is read on, for fixes that fit it."""
    return surroundings(survey.facts(survey.read(options.respondent(), [host]), [host]))
