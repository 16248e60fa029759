"""A complaint in a person's words: what it may be, how to tell, and what this computer says to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import survey
from ..diagnosis.doctor import Diagnosis, examine
from ..machine.keeping import statefile
from ..machine.keeping.problem_files import known_problems
from ..problems.complaints import Cause, Complaint, table, understood
from ..problems.languages import in_english
from ._findings import surroundings
from ._options import Options


@dataclass(frozen=True)
class Meaning:
    """What a sentence may mean: no complaint and no causes where the table has no such wording."""

    complaint: Complaint | None = None
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the sentence may mean, and the checks that were made here for it, if any."""

    complaint: Complaint
    causes: tuple[Cause, ...]
    checked: Diagnosis | None = None

    @property
    def found_here(self) -> bool:
        return self.checked is not None and not self.checked.healthy


def meaning_of(sentence: str) -> Meaning:
    complaint = understood(in_english(sentence) or sentence)
    return Meaning(complaint, table().causes_of(complaint)) if complaint else Meaning()


def answer(complaint: Complaint, options: Options) -> Answer:
    """Where something is set up here, with the checks of it that the causes name."""
    causes = table().causes_of(complaint)
    ours = checks_of(causes)
    checked = _examined(ours, options) if ours and statefile.peek() else None
    return Answer(complaint, causes, checked)


def checks_of(causes: Iterable[Cause]) -> tuple[str, ...]:
    """Ids of the checks that tell these causes from one another on this machine."""
    known = known_problems().by_id
    names = (name for one in causes for name in (*one.ours, one.problem))
    return tuple(dict.fromkeys(name for name in names if name in known))


def _examined(only: Sequence[str], options: Options) -> Diagnosis:
    facts = survey.facts(survey.read(options.patient(deep=False)))
    return examine(facts, surroundings(facts), known_problems(), only)


def document(answered: Answer) -> dict[str, object]:
    """The answer as scripts see it."""
    return {
        **meaning_document(Meaning(answered.complaint, answered.causes)),
        "checked": list(answered.checked.passed) if answered.checked else [],
    }


def meaning_document(meaning: Meaning) -> dict[str, object]:
    """`id` is null where the sentence was not understood; `answer` is there where it was a question."""
    response = meaning.complaint.answer if meaning.complaint else ""
    return {
        "id": meaning.complaint.id if meaning.complaint else None,
        "causes": [_cause(one) for one in meaning.causes],
        **({"answer": response} if response else {}),
    }


def _cause(one: Cause) -> dict[str, object]:
    return {
        "id": one.id,
        "what": one.what,
        "check": dict(one.check),
        "means": one.means,
        "problem": one.problem or None,
    }
