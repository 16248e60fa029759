"""Examples as the tokens that the server itself makes of them, with its own chat template.

So training and serving cannot differ: what is learned follows the very tokens that a question becomes.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass

from ...model.errors import LocalaiError
from ...model.server import Running
from ...thinking import SWITCHES
from ...tuning.examples import USER, Example, Turn
from ..running import loopback

TIMEOUT_SECONDS = 60.0
#: A question after the answer, which shows how the template ends an answer.
NEXT = Turn(USER, "Next.")


@dataclass(frozen=True)
class Row:
    """An example in tokens; the first `given` of them are the question, the others are learned."""

    tokens: tuple[int, ...]
    given: int


@dataclass(frozen=True)
class Tokens:
    """Asks a llama.cpp server that runs."""

    running: Running

    def row(self, example: Example) -> Row:
        """Raises LocalaiError where the server does not answer, or its template changes the answer."""
        prompt = self._prompt(example.question)
        continued = self._prompt((*example.turns, NEXT))
        at = continued.rfind(example.answer)
        if at < 0:
            raise self._unsuited(example, "changes the answer")
        ending = self._tokens(continued[at + len(example.answer) :], first=False)
        given, all_ = self._tokens(prompt), self._tokens(prompt + example.answer)
        if all_[: len(given)] != given:
            raise self._unsuited(example, "joins the question with the answer")
        if not ending:
            raise self._unsuited(example, "does not say where an answer ends")
        return Row((*all_, ending[0]), len(given))

    def _prompt(self, turns: tuple[Turn, ...]) -> str:
        messages = [{"role": one.role, "content": one.text} for one in turns]
        arguments = dict.fromkeys(SWITCHES, False)
        body = {"messages": messages, "chat_template_kwargs": arguments}
        found = self._asked("/apply-template", body).get("prompt")
        if not isinstance(found, str):
            raise self._gone("it does not show its prompts")
        return found

    def _tokens(self, text: str, *, first: bool = True) -> tuple[int, ...]:
        body = {"content": text, "add_special": first, "parse_special": True}
        found = self._asked("/tokenize", body).get("tokens")
        if not isinstance(found, list) or not all(isinstance(one, int) for one in found):
            raise self._gone("it does not show its tokens")
        return tuple(found)

    def _asked(self, path: str, body: Mapping[str, object]) -> Mapping[str, object]:
        port, key = self.running.port, self.running.api_key
        try:
            found = loopback.required_document(port, path, TIMEOUT_SECONDS, api_key=key, body=body)
        except (OSError, http.client.HTTPException) as error:
            raise self._gone(str(error) or type(error).__name__) from None
        return found if isinstance(found, dict) else {}

    def _gone(self, why: str) -> LocalaiError:
        return LocalaiError(
            f"The server cannot turn the examples into tokens: {why}.",
            "They are made by the server that will answer, so that it sees what was learned.",
            "`localai doctor` looks at the server; `localai up` starts it again.",
        )

    def _unsuited(self, example: Example, what: str) -> LocalaiError:
        return LocalaiError(
            f"The model's chat template {what} of the example in {example.place}.",
            "What is learned would not be what is asked for later.",
            "Leave this example out, or choose another model with `localai init`.",
        )
