"""`localai advise`: whether a task suits a model that fits here, what it costs, and what does it."""

from __future__ import annotations

from dataclasses import asdict

from .. import advice
from ..model.advice import Advice
from ..model.errors import Exit
from ..recipes.triage_facts import triage_facts
from ..ui import advicetext, jsonout
from ..ui.conversation import asker_of
from . import _advice_flags, _advice_interview, _policy
from ._advice_flags import AdviceRequest
from ._options import Options
from ._recipes import load_recipes


def advise(options: Options, request: AdviceRequest) -> Exit:
    """Print the advice; 3 where the task needs a bigger machine, else 0. Nothing is sent anywhere.

    Without `--task` a person at a terminal is asked.

    Raises:
        LocalaiError: a flag cannot be read, or nobody is there to say what the task is.

    """
    facts = triage_facts()
    if request.task is None:
        request = _advice_interview.completed(request, facts, asker_of(yes=False))
    case = _advice_flags.case(request, facts)
    recipes = load_recipes()
    _policy.tell(recipes)
    left = _policy.allowed(recipes, None)
    machine = options.facts()
    found = advice.advise(case, machine, left, facts)
    if options.json:
        jsonout.write(document(found))
    else:
        advicetext.show(found, facts)
    return Exit.NOTHING_FITS if found.verdict == "bigger-machine" else Exit.OK


def document(found: Advice) -> dict[str, object]:
    """`localai.advice/1`."""
    return {"schema": found.schema, **asdict(found)}
