"""Ask the model a question and check its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import ClassVar

from .. import proofs
from ..model.behaviour import Thinking
from ..model.errors import LocalaiError
from ..model.model_server import ServerPlace
from ..model.progress import Progress, Report
from ..model.proof import AnswerTest
from ..model.server import Answer, Running, named, required
from ..model.workbench import Answers, Workbench


@dataclass(frozen=True)
class CheckAnswer:
    """`key` names what was proved: model hash, engine build and settings. `use` and `model` are ids,
    for the words. `thinking` is what the model's recipe says, None where its template decides.
    `full_test` is what a right answer would have to hold, where `test` asks for less. `place` is the
    server that keeps its own models, None for one that holds this model alone; `served_as` the model's
    name there.
    """

    id: ClassVar[str] = "check-answer"
    title: ClassVar[str] = "Ask a question and check the answer"
    needs_root: ClassVar[bool] = False
    key: str
    model_path: str
    test: AnswerTest
    embeddings: bool = False
    use: str = ""
    model: str = ""
    thinking: Thinking | None = None
    full_test: AnswerTest | None = None
    place: ServerPlace | None = None
    served_as: str = ""
    reranks: bool = False

    def for_other(self, words: str) -> CheckAnswer:
        """The same question to a server that differs by these words: what was proved before proves nothing of it."""
        return replace(self, key=sha256(f"{self.key} {words}".encode()).hexdigest())

    def writes(self, _machine: Workbench) -> tuple[str, ...]:
        return ()

    def done(self, machine: Workbench) -> bool:
        return machine.answers.proved(self.key) is not None

    def apply(self, machine: Workbench, report: Report) -> None:
        """Raises LocalaiError where the server is gone or its answer proves nothing."""
        asking = Progress(f"asking: {self.test.question}")
        report(asking)
        running = required(machine.serving.running(self.place))
        if self.reranks:
            self._check_order(machine.answers, running)
        elif self.embeddings:
            self._check_vectors(machine.answers, running)
        else:
            self._check_answer(
                machine.answers, running, lambda words: report(replace(asking, detail=words))
            )

    def _check_answer(
        self, answers: Answers, server: Running, progress: Callable[[str], None]
    ) -> None:
        question = {**proofs.request(self.test), **named(self.served_as)}
        answer = answers.ask(server.port, question, server.api_key, self.thinking, progress)
        if answer.only_thought:
            raise _only_thought(answer)
        has_template = answers.has_template(self.model_path)
        reason = proofs.judge(answer, self.test, has_template=has_template)
        if reason:
            raise self._useless(reason)
        answers.prove(self.key, replace(answer, text=proofs.shown(answer)))

    def _check_vectors(self, answers: Answers, server: Running) -> None:
        texts = proofs.vectors.texts(self.test)
        found = answers.embed(server.port, texts, server.api_key, self.served_as)
        reason = proofs.vectors.judge(found, self.test)
        if reason:
            raise self._useless(reason)
        answers.prove_vector(self.key, len(found[0]))

    def _check_order(self, answers: Answers, server: Running) -> None:
        passages = proofs.ranking.passages(self.test)
        scores = answers.rank(server.port, self.test.question, passages, server.api_key)
        reason = proofs.ranking.judge(scores, self.test)
        if reason:
            raise self._useless(reason)
        answers.prove(self.key, Answer(proofs.ranking.shown(scores), None))

    def _useless(self, reason: str) -> LocalaiError:
        if not (self.use and proofs.is_special(self.test)):
            return LocalaiError(
                f"The model's answer does not prove that it works: {reason}.",
                self._needs,
                "Choose another model with `localai init`; `localai recipes list` shows what there is.",
            )
        hint = f"`localai recipes explain {self.use}` lists the models that were made for it."
        if not self.embeddings:
            hint += " With `--for chat` this one can be talked to."
        return LocalaiError(f"{self.model} answered, but {reason}.", self._needs, hint)

    @property
    def _needs(self) -> str:
        """What the model has to be able to do, a sentence."""
        return proofs.ranking.NEEDS if self.reranks else proofs.needs(self.test)

    def undo(self, machine: Workbench) -> None:
        machine.answers.forget()

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        answer = machine.answers.proved(self.key)
        if answer is None:
            return {}
        found = {"answer": answer.text, "tps": answer.generate_tps}
        shortfall = self._shortfall(answer)
        return {**found, "shortfall": shortfall} if shortfall else found

    def _shortfall(self, answer: Answer) -> str:
        """Why the answer that was good enough is not the right one, empty where it is."""
        if self.full_test is None:
            return ""
        return proofs.judge(answer, self.full_test, has_template=True) or ""


def _only_thought(answer: Answer) -> LocalaiError:
    words = len(answer.thoughts.split())
    return LocalaiError(
        f"The model only thought ({words} words) and came to no answer.",
        "It thinks before it answers, cannot be told not to, and its thought was longer than the room "
        "it was given."
        if answer.finish == "length"
        else "It ended inside its thought.",
        "Choose a model whose thoughts can be switched off, for example with `localai init --for chat`; "
        "`localai explain setup-answer-only-thoughts` says more.",
    )
