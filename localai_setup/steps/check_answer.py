"""Ask the model a question and check its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ..answers import judge
from ..model.errors import LocalaiError
from ..model.plan import AnswerTest
from ..model.progress import Progress, Report
from ..model.server import required
from ..model.workbench import Workbench


@dataclass(frozen=True)
class CheckAnswer:
    """`key` names what was proved: model hash, engine build and settings."""

    id: ClassVar[str] = "check-answer"
    title: ClassVar[str] = "Ask a question and check the answer"
    needs_root: ClassVar[bool] = False
    key: str
    model_path: str
    test: AnswerTest
    embeddings: bool = False
    api_key: str | None = None

    def writes(self, _machine: Workbench) -> tuple[str, ...]:
        return ()

    def done(self, machine: Workbench) -> bool:
        return machine.answers.proved(self.key) is not None

    def apply(self, machine: Workbench, report: Report) -> None:
        """Raises LocalaiError where the server is gone or its answer proves nothing."""
        report(Progress(f"asking: {self.test.question}"))
        port = required(machine.servers.running()).port
        if self.embeddings:
            vector = machine.answers.embed(port, self.test.question, self.api_key)
            if not any(vector):
                raise _useless("the vector is empty or all zeros")
            machine.answers.prove_vector(self.key, len(vector))
            return
        question = [{"role": "user", "content": self.test.question}]
        answer = machine.answers.ask(port, question, self.test.max_tokens, self.api_key)
        has_template = machine.answers.has_template(self.model_path)
        reason = judge(answer.text, self.test, has_template=has_template)
        if reason:
            raise _useless(reason)
        machine.answers.prove(self.key, answer)

    def undo(self, machine: Workbench) -> None:
        machine.answers.forget()

    def receipt(self, machine: Workbench) -> Mapping[str, object]:
        answer = machine.answers.proved(self.key)
        return {"answer": answer.text, "tps": answer.generate_tps} if answer else {}


def _useless(reason: str) -> LocalaiError:
    return LocalaiError(
        f"The model's answer does not prove that it works: {reason}.",
        "A set-up counts only once a real answer came.",
        "Choose another model with `localai init`; `localai recipes list` shows what there is.",
    )
