"""Whether a task suits a model that fits here: values into values, and every reason with its source.

The match says what fits and how fast it is; the triage facts say what small models are known to do, which
law is near, and what electricity and hosted models cost. A regulated field never gets a plain "go ahead".
"""

from __future__ import annotations

from dataclasses import dataclass

from ..model.advice import Advice, Case, HostedCost, LocalCost, Offers, Reason, Verdict, Work
from ..model.facts import Facts
from ..model.recipe import Recipes
from ..model.triage import DataKind, Field, Language, Task, TriageFacts
from . import _cost, _offers, _sentences
from ._work import is_too_long, work

__all__ = ["advise", "decide"]


def advise(case: Case, machine: Facts, recipes: Recipes, facts: TriageFacts) -> Advice:
    """The advice for a case on a machine. Ids of the case are those of the facts."""
    task, language = _task(case, facts), _language(case, facts)
    made = work(case, task, language)
    offers = _offers.offers(machine, recipes, facts, case, made)
    usual = recipes.uses[task.use].context
    return decide(case, offers, made, facts, usual)


def decide(
    case: Case, offers: Offers, made: Work, facts: TriageFacts, usual_context: int
) -> Advice:
    """The verdict, with its reasons. `usual_context` is what the use's recipe sets up unasked."""
    about = _about(case, facts)
    task, field, data = about.task, about.field, about.data
    needs_person = _needs_person(case, task, field, data)
    suits = task.local != "no" and not about.language.evidence and not is_too_long(made)
    fits = offers.here is not None and _offers.is_enough(offers.here, case, task)
    verdict = _verdict(needs_person=needs_person, suits=suits, fits=fits, offers=offers)
    judged = _Judged(
        verdict, needs_person, suits, fits, suits and not (needs_person and field.check_first)
    )
    cost, hosted = _costs(case, offers, made, facts, fits=fits, counts=not task.instead)
    is_set_up = judged.may_set_up and verdict != "hosted"
    return Advice(
        verdict=verdict,
        human_required=needs_person,
        person=field.human if needs_person else "",
        summary=_summary(judged, field.human, task),
        case=case,
        task=task.title,
        work=made,
        reasons=_reasons(case, about, offers, made, facts, judged=judged),
        rules=_sentences.sourced(facts, _rules(case, field, data, needs_person=needs_person)),
        here=offers.here,
        why_not_here=offers.why_not,
        for_sale=offers.for_sale if suits else (),
        cost=cost,
        hosted=hosted,
        money=tuple(_sentences.of_money(cost, hosted, case)),
        commands=_commands(task, offers, made, usual_context, fits=fits) if is_set_up else (),
        assumed=_assumed(case, needs_person=needs_person),
    )


@dataclass(frozen=True)
class _About:
    """The entries of the facts that a case names."""

    task: Task
    field: Field
    data: DataKind
    language: Language


@dataclass(frozen=True)
class _Judged:
    """`suits`: small models do such a thing; `fits`: one is here that is fast enough."""

    verdict: Verdict
    needs_person: bool
    suits: bool
    fits: bool
    may_set_up: bool


def _about(case: Case, facts: TriageFacts) -> _About:
    field = next(one for one in facts.fields if one.id == case.field)
    data = next(one for one in facts.data if one.id == case.data)
    return _About(_task(case, facts), field, data, _language(case, facts))


def _reasons(
    case: Case, about: _About, offers: Offers, made: Work, facts: TriageFacts, *, judged: _Judged
) -> tuple[Reason, ...]:
    """What must be said first, what is known of the task, and what this machine makes of it."""
    task, first = about.task, _sentences.of_decision(case, about.field)
    is_unsuited = judged.verdict == "hosted" and not judged.suits and not task.instead
    return (
        *(first if judged.needs_person else ()),
        *_sentences.of_task(task),
        *_sentences.sourced(facts, task.evidence),
        *(() if task.instead else _sentences.of_length(made, facts)),
        *_sentences.of_language(about.language, facts),
        *(() if task.instead else _sentences.of_machine(offers, case, task)),
        *(_sentences.of_privacy(offers.here, about.data) if is_unsuited else ()),
        *(_sentences.of_trial() if judged.may_set_up and judged.fits else ()),
    )


def _costs(
    case: Case, offers: Offers, made: Work, facts: TriageFacts, *, fits: bool, counts: bool
) -> tuple[LocalCost | None, tuple[HostedCost, ...]]:
    """Here where that is enough, else on the first machine that would do; nothing for what is not to be done."""
    if not counts:
        return None, ()
    sold = next(iter(offers.for_sale), None)
    shown = offers.here if fits else sold or offers.here
    cost = _cost.local_cost(shown, case, made, facts) if shown else None
    return cost, _cost.hosted_costs(case, made, facts)


def _task(case: Case, facts: TriageFacts) -> Task:
    return next(one for one in facts.tasks if one.id == case.task)


def _language(case: Case, facts: TriageFacts) -> Language:
    unknown = Language(case.language, case.language)
    return next((one for one in facts.languages if one.id == case.language), unknown)


def _needs_person(case: Case, task: Task, field: Field, data: DataKind) -> bool:
    """In a regulated field always; elsewhere where answers act on people by themselves."""
    return field.regulated or task.decides or (case.decision == "machine" and data.personal)


def _verdict(*, needs_person: bool, suits: bool, fits: bool, offers: Offers) -> Verdict:
    if needs_person:
        return "human"
    if not suits:
        return "hosted"
    if fits:
        return "local"
    return "bigger-machine" if offers.for_sale else "hosted"


def _summary(judged: _Judged, person: str, task: Task) -> str:
    verdict = judged.verdict
    if verdict == "human":
        preparing = _preparing(judged.suits, judged.fits, task)
        return f"{person[0].upper()}{person[1:]} has to decide; {preparing}."
    if verdict == "hosted" and judged.suits:
        return (
            "This is more than one machine can do that answers a request at a time: it takes a server made "
            "for many at once, several machines, or a hosted model."
        )
    if verdict == "hosted" and task.instead:
        return "This is better done in another way than by asking a model."
    checked = ", if somebody looks over its answers" if task.local == "check" else ""
    return {
        "local": f"This suits a model on this computer{checked}.",
        "bigger-machine": "This suits a local model, but needs a bigger machine than this one.",
        "hosted": "This is better done by a large hosted model or by a person.",
    }[verdict]


def _preparing(suits: bool, fits: bool, task: Task) -> str:
    """What a model may do before a person decides."""
    if task.decides or not suits:
        return "a small model should not do this"
    if fits:
        return "a model on this computer may prepare what that person reads"
    return "a local model may prepare what that person reads, on a bigger machine than this one"


def _rules(case: Case, field: Field, data: DataKind, *, needs_person: bool) -> tuple[str, ...]:
    talks = ("ai-act-50",) if case.users > 1 or (case.task == "chat" and field.regulated) else ()
    decides = ("gdpr-22",) if needs_person and data.personal else ()
    return tuple(dict.fromkeys((*decides, *field.rules, *data.rules, *talks)))


def _assumed(case: Case, *, needs_person: bool) -> tuple[str, ...]:
    """Where a person has to decide, that is no assumption; two prices are taken to be in one currency."""
    left = tuple(one for one in case.assumed if not (needs_person and one == "--decision"))
    is_mixed = case.hosted is not None and case.per_kwh is None
    return (*left, "--electricity") if is_mixed else left


def _commands(task: Task, offers: Offers, made: Work, usual: int, *, fits: bool) -> tuple[str, ...]:
    """What can be pasted: the set-up where it fits, else how to look further."""
    if not fits or offers.here is None:
        return (f"localai plan --why --for {task.use}",)
    context = f" --context {made.context}" if made.context > usual else ""
    model = "" if offers.is_own_choice else f" --model {offers.here.model}"
    return (f"localai init --for {task.use}{model}{context}",)
