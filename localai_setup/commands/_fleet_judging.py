"""A file → what the machine that it answers for is, what is wrong there, and what it could run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .. import survey
from ..diagnosis.doctor import examine
from ..fleet import answers
from ..fleet.answers import Answer
from ..machine.asking import recorded
from ..machine.keeping.problem_files import known_problems
from ..machine.workbench import Workbench
from ..model.decoding import DecodeError
from ..model.errors import LocalaiError
from ..model.facts import Facts
from ..model.recipe import Recipes
from . import _diagnosis_document
from ._decide import basis_of, decide
from ._documents import plan_document
from ._findings import surroundings
from ._fleet_words import in_our_words
from ._nothing_fits import NothingFitsError
from ._options import Options
from ._recipes import load_recipes
from ._request import Request


@dataclass(frozen=True)
class Job:
    """A file, the name of its machine, and the use that a model is chosen for."""

    name: str
    file: Path
    use: str | None = None


def judge(job: Job) -> Answer:
    """As the machine itself would answer; a file that is neither spoils no other."""
    try:
        return in_our_words(answers.read(job.name, _documents(job)))
    except LocalaiError as error:
        return answers.unanswered(job.name, "failed", error.what)
    except (DecodeError, recorded.NotARecordingError) as error:
        return answers.unanswered(job.name, "failed", f"{job.file} cannot be read: {error}.")


def _documents(job: Job) -> dict[str, Any]:
    """Of a recording what doctor and plan would print, else the doctor's document as it is."""
    document = recorded.document(job.file)
    if isinstance(document, Mapping) and document.get("schema") != recorded.SCHEMA:
        return {"doctor": document}
    facts = survey.facts(survey.read(recorded.machine_of(document), workers=1))
    diagnosis = examine(facts, surroundings(facts), known_problems())
    found = _diagnosis_document.document(None, facts, diagnosis)
    return {"doctor": found, "plan": _plan(job, facts)}


@cache
def _recipes() -> Recipes:
    """Read once for all machines: that takes as long as to judge one."""
    return load_recipes()


def _plan(job: Job, facts: Facts) -> dict[str, Any]:
    options, request, bench = Options(replay=job.file), Request(use=job.use), Workbench()
    try:
        decision = decide(basis_of(options, request, _recipes(), facts, bench))
    except NothingFitsError as error:
        return plan_document(error.match, bench)
    return plan_document(decision.match, bench)
