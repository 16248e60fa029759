"""What the model could do before it was taught, asked with the adapter and without it: the question that
proves each use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .. import proofs
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.progress import Progress, Report
from ..model.proof import AnswerTest
from ..model.recipe import UseRecipe
from ..model.server import Running, required
from ..model.setup import SetUp
from ..model.tuning import UseCheck
from ..server_start import start_of


@dataclass(frozen=True)
class _Asked:
    """An answer as a person is shown it, and whether it is a right one."""

    text: str
    is_right: bool


@dataclass(frozen=True)
class Examiner:
    """Asks the server of this set-up, which has loaded an adapter."""

    setup: SetUp
    bench: Workbench
    running: Running

    def check(self, use: UseRecipe) -> UseCheck:
        """The use's question, asked once more with the adapter where it was answered right without.

        Raises:
            LocalaiError: the server is gone.

        """
        test = use.test()
        before = self._asked(test, 0.0)
        after = self._asked(test, 1.0) if before.is_right else _Asked("", is_right=False)
        return UseCheck(
            use.id,
            use.title,
            use.question,
            before.text,
            after.text,
            before.is_right,
            after.is_right,
        )

    def _asked(self, test: AnswerTest, scale: float) -> _Asked:
        """A refusal is no right answer: not every model can be asked for everything."""
        how = {"cache_prompt": False, "lora": [{"id": 0, "scale": scale}]}
        answers, running = self.bench.answers, self.running
        question = {**proofs.request(test), **how}
        try:
            answer = answers.ask(running.port, question, running.api_key, self.setup.thinking)
        except LocalaiError as error:
            if not self.bench.serving.is_ready(self.setup.place, running.port):
                raise
            return _Asked(error.what, is_right=False)
        has_template = answers.has_template(self.setup.model_path)
        reason = proofs.judge(answer, test, has_template=has_template)
        return _Asked(proofs.shown(answer), reason is None)


def checks(
    setup: SetUp, uses: Iterable[UseRecipe], bench: Workbench, report: Report
) -> tuple[UseCheck, ...]:
    """Every use that a model which talks can be asked for; `setup` is served, with the adapter.

    Raises:
        LocalaiError: the server does not answer.

    """
    examiner = Examiner(setup, bench, required(bench.serving.running(setup.place)))
    asked = tuple(_askable(setup, uses))
    found = []
    for number, use in enumerate(asked, 1):
        detail = f"{number} of {len(asked)}"
        report(Progress("asking what it could do before", number, len(asked), detail))
        found.append(examiner.check(use))
    return tuple(found)


def _askable(setup: SetUp, uses: Iterable[UseRecipe]) -> Iterator[UseRecipe]:
    """Those that are answered, and of pictures only where the model is given any."""
    start = start_of(setup)
    sees = bool(start and start.start.mmproj_path)
    for use in sorted(uses, key=lambda one: one.place):
        if not use.embeddings and (sees or not use.test().proof.picture):
            yield use
