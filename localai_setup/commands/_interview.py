"""The questions of `init`, in order. Each has a flag that answers it, and a way back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

from .. import planner
from ..machine.keeping import line_rate, model_files
from ..model.errors import LocalaiError
from ..model.plan import Choice, Plan
from ..ui import console, conversation, plantext, suggestiontable
from ..ui.conversation import Asker, Back, Option, Question, Unattended
from . import _accepting, _uses
from ._decide import STARTER, Basis, Decision, decide
from ._documents import plan_lines


class Asked(Protocol):
    """One question; whether it had to be asked."""

    def __call__(self, *, can_go_back: bool) -> bool: ...


@dataclass
class Interview:
    """`decision` and `plan` are what was agreed on, once `agreed` has said yes. `answers` are kept by the
    flags of their questions, for whoever goes back. `is_resumed`: the plan got its yes before an
    interruption.
    """

    basis: Basis
    asker: Asker
    is_resumed: bool = False
    use: str | None = None
    suggested: Decision | None = None
    decision: Decision | None = None
    plan: Plan | None = None
    go: bool = False
    answers: dict[str, str] = field(default_factory=dict)

    def agreed(self) -> bool:
        """Ask all that no flag has answered; `Back` leads to the question asked before.

        Raises:
            LocalaiError: nothing fits, cannot be had, or nobody is there to answer.
            KeyboardInterrupt, EOFError: the person left.

        """
        self._ask(self._use, self._hub, self._model, self._licence, self._go)
        if self.go:
            _accepting.remember(self.decided.choice)
        return self.go

    def chosen(self) -> Decision:
        """As `agreed`, without the plan and its yes: the caller tells what changes. Raises as `agreed`."""
        self._ask(self._use, self._hub, self._model, self._licence)
        _accepting.remember(self.decided.choice)
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

    def _choose(self, question: Question, *, can_go_back: bool) -> str:
        """The answer; an earlier one is under the cursor."""
        earlier = self.answers.get(question.flag, "")
        if earlier in {one.value for one in question.options}:
            question = replace(question, cursor=earlier)
        answer = self.asker.choose(question, can_go_back=can_go_back)
        self.answers[question.flag] = answer
        return answer

    @property
    def decided(self) -> Decision:
        """What was decided so far."""
        assert self.decision, "the use is asked first, and decides"
        return self.decision

    def _use(self, *, can_go_back: bool) -> bool:
        self.use = None
        if not self.basis.request.is_specific:
            self.use = self._choose(_uses.question(self.basis), can_go_back=can_go_back)
            self._say_why_taken(self.use)
        self._decide(self.use)
        return self.use is not None

    def _say_why_taken(self, use: str) -> None:
        """Whoever answers has read it above the question."""
        words = _uses.why_taken(self.basis, use)
        if words and isinstance(self.asker, Unattended):
            console.say(words)

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
        if self._choose(STARTER_QUESTION, can_go_back=can_go_back) != "yes":
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
        if not isinstance(self.asker, Unattended):
            columns = [self._rows(one) for one in suggestions.values()]
            console.say_unwrapped(f"\n{suggestiontable.table(columns)}")
        question = _model_question(self.suggested, self.basis)
        taken = suggestions[self._choose(question, can_go_back=can_go_back)]
        self.decision = self.suggested.taking(taken)
        return True

    def _rows(self, choice: Choice) -> list[tuple[str, str]]:
        missing = [one for one in choice.files if not model_files.is_present(one)]
        rate = self.basis.bench.pace.rate or line_rate.load()
        line = suggestiontable.Line(sum(one.all_bytes for one in missing), rate)
        return suggestiontable.rows_of(choice, self.basis.recipes, line)

    def _licence(self, *, can_go_back: bool) -> bool:
        """A licence that asks for a yes gets one, or nothing is fetched."""
        open_ones = _accepting.open_licences(self.decided.choice, self.basis.request)
        for one in open_ones:
            question = _accepting.question(one)
            answer = "no"
            if not isinstance(self.asker, Unattended):
                answer = self._choose(question, can_go_back=can_go_back)
            _accepting.require(one, self.asker, answer)
        return bool(open_ones)

    def _go(self, *, can_go_back: bool) -> bool:
        self.plan = planner.plan(self.decided.choice, self.basis.bench)
        console.say("\n".join(plan_lines(self.basis, self.plan)))
        if self.is_resumed:
            self.go = True
            return False
        self.go = self._choose(GO_QUESTION, can_go_back=can_go_back) == "yes"
        return True


GO_QUESTION = conversation.yes_or_no(
    "Shall I do this?",
    "Nothing was changed yet. It needs no administrator.",
    "--yes",
    more="Everything that is written lies in the folders above, and `localai uninstall` removes it. "
    "A download that is interrupted goes on where it stopped. When all is there, a first question "
    "is asked, and only a right answer counts as done.",
)
STARTER_QUESTION = conversation.yes_or_no(
    "Set up the tiny model `starter` instead?",
    "It proves that everything works, and one command swaps it for a better one later.",
    "--for starter",
)


def _model_question(suggested: Decision, basis: Basis) -> Question:
    offered = (suggested.choice, *suggested.match.alternatives)
    options = tuple(
        Option(
            one.model,
            f"{plantext.label(one)}: {basis.recipes.models[one.model].name}",
            plantext.choice_words(one, basis.recipes),
        )
        for one in offered
    )
    return Question(
        "Which model?",
        "The first one suits this machine best. You can switch later.",
        "--model ID",
        options,
        suggested.choice.model,
        "A model is the file that holds what the AI has learned. Larger ones answer better, and need "
        "more memory and time. A token is a piece of a word; four of them make about three words.",
    )


def _out_of_reach(model: str, why: str) -> LocalaiError:
    return LocalaiError(
        f"{model} has to be fetched from the hub, and that cannot be done: {why}.",
        "Nothing was changed.",
        "Check the network; `localai init --for starter` needs a package index only.",
    )
