"""Run all checks on the machine and on what was set up; say what is wrong and how to fix it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .. import survey
from ..diagnosis import fixing
from ..diagnosis.doctor import Diagnosis, examine
from ..machine.keeping import failed_repairs
from ..machine.keeping.problem_files import known_problems
from ..model.errors import Exit, LocalaiError, unknown_name
from ..model.facts import Facts
from ..model.finding import Finding
from ..model.reading import Readings
from ..ui import console, jsonout
from ._diagnosis_document import document
from ._findings import surroundings, tell_left_out
from ._options import Options

if TYPE_CHECKING:
    from ._complaints import Meaning
    from ._repairing import Proof


@dataclass(frozen=True)
class DoctorRequest:
    """The flags of doctor."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fix: bool = False
    yes: bool = False
    deep: bool = False
    report: Path | None = None
    allow_system_changes: bool = False
    #: what a person says is wrong; only what may be the cause is checked then
    complaint: str = ""


def doctor(options: Options, request: DoctorRequest) -> Exit:
    """Examine, repair what is ours where `fix` is set, examine again, and print."""
    meaning = _meaning(request, options)
    if meaning:
        request = _narrowed(request, meaning)
    _check_names((*request.only, *request.skip))
    tell_left_out()
    _fits_together(options, request)
    case = _examine(options, request)
    repair_result = RepairResult()
    if request.fix:
        repair_result = _repair(case, options, request)
        if tried := fixing.repairable(case.diagnosis.findings):
            case = _after_repair(_examine(options, request), tried)
        elif repair_result:
            case = _examine(options, request)
    if request.report:
        from ..ui import page

        page.write(request.report, case.facts, case.diagnosis, case.readings)
        console.say(f"The page to attach is {request.report}.")
    if options.json:
        repairs = asdict(repair_result) if request.fix else {}
        examined = document(_host(options), case.facts, case.diagnosis)
        jsonout.write({**examined, **repairs, **_complaint_document(meaning)})
    else:
        from ..ui import doctortext

        doctortext.doctor(case.facts, case.diagnosis, verbose=options.verbose)
    return Exit.OK if case.diagnosis.healthy else Exit.PROBLEM


def _host(options: Options) -> str | None:
    """The name of this machine; of a recorded one it was replaced when it was written."""
    from ..machine.asking import own_name

    return None if options.replay else own_name.host_name()


@dataclass(frozen=True)
class Case:
    """One examination: what was read, what it means, what is wrong."""

    readings: Readings
    facts: Facts
    diagnosis: Diagnosis


@dataclass(frozen=True)
class RepairResult:
    """Titles of the steps that were run again, and how the proofs of the fixes ended."""

    repaired: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.repaired or self.proofs)


def _examine(options: Options, request: DoctorRequest) -> Case:
    readings = survey.read(options.patient(deep=request.deep))
    facts = survey.facts(readings)
    found = examine(facts, surroundings(facts), known_problems(), request.only, request.skip)
    case = Case(readings, facts, found)
    return case if options.replay else _with_memory(case)


def _with_memory(case: Case) -> Case:
    """Without repairs that were run before and did not help; what is well by now is forgotten."""
    well = set(case.diagnosis.passed)
    failed = {name: what for name, what in failed_repairs.known().items() if name not in well}
    failed_repairs.remember(failed)
    findings = fixing.without_unhelpful(case.diagnosis.findings, failed)
    return replace(case, diagnosis=replace(case.diagnosis, findings=findings))


def _after_repair(case: Case, tried: Sequence[Finding]) -> Case:
    """The new examination; what is as it was before the repair has its next way out."""
    failed = fixing.unhelpful(tried, case.diagnosis.findings)
    for one in tried:
        if one.id in failed:
            console.say(f"The repair did not help: {one.title}")
    failed_repairs.remember({**failed_repairs.known(), **failed})
    return _with_memory(case)


def _repair(case: Case, options: Options, request: DoctorRequest) -> RepairResult:
    from . import _repairing

    diagnosis = case.diagnosis
    try:
        steps = _repairing.repair(diagnosis.findings, case.facts, offline=options.offline)
    except fixing.RepairFailedError as error:
        now = _examine(options, request)
        _after_repair(now, fixing.tried_by(error, now.diagnosis.findings))
        raise
    repaired = [step.title for step in steps]
    fixes = [fix for one in diagnosis.findings for fix in one.fixes if fix.step] if repaired else []
    if request.allow_system_changes:
        fixes += _repairing.change_system(diagnosis.findings, yes=request.yes)
    return RepairResult(tuple(repaired), tuple(_repairing.prove(fixes)))


def _meaning(request: DoctorRequest, options: Options) -> Meaning | None:
    """What the complaint may mean, told where a person reads; None where nobody complained."""
    if not request.complaint:
        return None
    from ._complaints import meaning_of

    meaning = meaning_of(request.complaint)
    if not options.json:
        _tell_meaning(request.complaint, meaning)
    return meaning


def _tell_meaning(complaint: str, meaning: Meaning) -> None:
    from ..problems import plainwords
    from ..ui import complainttext

    if meaning.complaint:
        complainttext.meaning(meaning.complaint, meaning.causes)
    elif plainwords.is_foreign(complaint):
        complainttext.in_english()
    else:
        complainttext.not_understood()


def _narrowed(request: DoctorRequest, meaning: Meaning) -> DoctorRequest:
    """With the checks alone that go with the complaint; with all where it has none."""
    from ._complaints import checks_of

    return replace(request, only=checks_of(meaning.causes) or request.only)


def _complaint_document(meaning: Meaning | None) -> dict[str, object]:
    """The field `complaint`, where somebody complained."""
    if meaning is None:
        return {}
    from ._complaints import meaning_document

    return {"complaint": meaning_document(meaning)}


def _fits_together(options: Options, request: DoctorRequest) -> None:
    if options.replay and (request.fix or request.deep):
        raise LocalaiError(
            "A recording can be examined, not repaired or read more deeply.",
            "It answers for another machine, or for another time.",
            "Leave out `--fix` and `--deep`, or leave out `--replay`.",
            Exit.USAGE,
        )
    if request.allow_system_changes and not request.fix:
        console.say("--allow-system-changes does something only together with --fix.")


def _check_names(names: tuple[str, ...]) -> None:
    known = known_problems().by_id
    for name in names:
        if name not in known:
            raise unknown_name(
                "check", name, known, "`localai doctor --verbose` names all of them."
            )
