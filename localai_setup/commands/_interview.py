"""The questions of `init`, in order. Each has a flag that answers it, and a way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from .. import planner
from ..model.errors import Exit, LocalaiError
from ..model.licence import Licence
from ..model.plan import Plan
from ..model.recipe import Recipes
from ..ui import console, conversation, plantext
from ..ui.conversation import Asker, Back, Option, Question, Terminal
from ._decide import STARTER, Basis, Decision, decide
from ._documents import plan_lines


class Asked(Protocol):
    """One question; whether it had to be asked."""

    def __call__(self, *, can_go_back: bool) -> bool: ...


@dataclass
class Interview:
    """`decision` and `plan` are what was agreed on, once `agreed` has said yes."""

    basis: Basis
    asker: Asker
    use: str | None = None
    suggested: Decision | None = None
    decision: Decision | None = None
    plan: Plan | None = None
    go: bool = False

    def agreed(self) -> bool:
        """Ask all that no flag has answered; `Back` leads to the question asked before.

        Raises:
            LocalaiError: nothing fits, cannot be had, or nobody is there to answer.
            KeyboardInterrupt, EOFError: the person left.

        """
        self._ask(self._use, self._hub, self._model, self._licence, self._go)
        return self.go

    def chosen(self) -> Decision:
        """As `agreed`, without the plan and its yes: the caller tells what changes. Raises as `agreed`."""
        self._ask(self._use, self._hub, self._model, self._licence)
        return self.decided

    def _ask(self, *questions: Asked) -> None:
        asked: list[int] = []
        position = 0
        while position < len(questions):
            try:
                if questions[position](can_go_back=bool(asked)):
                    asked.append(position)
                position += 1
            except Back:
                position = asked.pop()

    @property
    def decided(self) -> Decision:
        """What was decided so far."""
        assert self.decision, "the use is asked first, and decides"
        return self.decision

    def _use(self, *, can_go_back: bool) -> bool:  # noqa: ARG002  it is the first question
        self.use = None
        if not self.basis.request.is_specific:
            self.use = self.asker.choose(_use_question(self.basis.recipes))
        self._decide(self.use)
        return self.use is not None

    def _decide(self, use: str | None) -> None:
        self.suggested = self.decision = decide(self.basis, use).required()

    def _hub(self, *, can_go_back: bool) -> bool:
        """Nothing is asked where the model's files can be had."""
        why, model = self.decided.hub_away, self.decided.choice.model
        if not why:
            return False
        if self.basis.request.names_model or self.basis.bench.offline:
            raise _out_of_reach(model, why)
        console.say(f"\nThe model hub cannot be reached: {why}.")
        if self.asker.choose(STARTER_QUESTION, can_go_back=can_go_back) != "yes":
            raise _out_of_reach(model, why)
        console.say("The tiny model `starter` is taken; it needs a package index only.")
        self._decide(STARTER)
        return True

    def _model(self, *, can_go_back: bool) -> bool:
        assert self.suggested, "the use is asked first, and decides"
        self.decision = self.suggested
        best, others = self.suggested.choice, self.suggested.match.alternatives
        if not others or self.basis.request.model:
            return False
        suggestions = {one.model: one for one in (best, *others)}
        options = tuple(
            Option(name, plantext.suggestion(one, self.basis.recipes))
            for name, one in suggestions.items()
        )
        why = (
            "The first one suits this machine best; each says what it does better than the others."
        )
        question = Question("Which model?", why, "--model ID", options, best.model)
        taken = suggestions[self.asker.choose(question, can_go_back=can_go_back)]
        self.decision = self.suggested.taking(taken)
        return True

    def _licence(self, *, can_go_back: bool) -> bool:
        """A licence that asks for a yes gets one by name, or nothing is fetched."""
        accepted = {name.lower() for name in self.basis.request.accept_licence}
        open_ones = [
            one
            for one in dict.fromkeys(self.decided.choice.licences)
            if one.needs_acceptance and not accepted & {"all", one.id.lower()}
        ]
        for one in open_ones:
            self._accept(one, can_go_back=can_go_back)
        return bool(open_ones)

    def _accept(self, licence: Licence, *, can_go_back: bool) -> None:
        """Raises LocalaiError where nobody is there to say yes, or says no."""
        flag = f"--accept-licence {licence.id}"
        words = f"Do you accept the licence {licence.name or licence.id}?"
        why = f"It asks for: {'; '.join(licence.obligations)}. Read it at {licence.url}"
        question = conversation.yes_or_no(words, why, flag, "no")
        is_there = isinstance(self.asker, Terminal)
        if is_there and self.asker.choose(question, can_go_back=can_go_back) == "yes":
            return
        raise LocalaiError(
            f"The licence {licence.name or licence.id} was not accepted.",
            f"The model may be used only under it: {licence.url}",
            f"Accept it with `{flag}`, or choose another model.",
            Exit.NEEDS_YES,
        )

    def _go(self, *, can_go_back: bool) -> bool:
        self.plan = planner.plan(self.decided.choice, self.basis.bench)
        console.say("\n".join(plan_lines(self.basis, self.plan)))
        question = conversation.yes_or_no("Shall I do this?", "Nothing was changed yet.", "--yes")
        self.go = self.asker.choose(question, can_go_back=can_go_back) == "yes"
        return True


STARTER_QUESTION = conversation.yes_or_no(
    "Set up the tiny model `starter` instead?",
    "It proves that everything works, and one command swaps it for a better one later.",
    "--for starter",
)


def _use_question(recipes: Recipes) -> Question:
    uses = tuple(Option(one.id, one.title) for one in recipes.uses.values())
    why = "Different models are good at different things."
    return Question("What do you want to do?", why, "--for USE", uses, "chat")


def _out_of_reach(model: str, why: str) -> LocalaiError:
    return LocalaiError(
        f"{model} has to be fetched from the hub, and that cannot be done: {why}.",
        "Nothing was changed.",
        "Check the network; `localai init --for starter` needs a package index only.",
    )
