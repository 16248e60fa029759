"""Questions to the server with the adapter and without it, one after the other."""

from __future__ import annotations

import http.client
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...model.errors import LocalaiError
from ...model.server import Running
from ...thinking import SWITCHES
from ...tuning.examples import Example
from ..running import loopback
from ..running.answers import CHAT

#: An answer of some hundred tokens from a slow processor.
TIMEOUT_SECONDS = 600.0
#: Room for an answer: what was taught, in tokens, and as much again; an untaught model talks on.
ROOM, LEAST_TOKENS, MOST_TOKENS = 2, 32, 1024


@dataclass(frozen=True)
class Asker:
    """A llama.cpp server that runs and has loaded one adapter."""

    running: Running

    def answers(
        self, examples: Sequence[Example], tokens: Sequence[int], scale: float
    ) -> Iterator[str]:
        """An answer to the question of each example; `tokens` is how long the taught answers are.

        `scale` is how much of the adapter counts: 0 for nothing, 1 for all of it. Always the same answer
        to the same question (temperature 0).

        Raises:
            LocalaiError: the server does not answer.

        """
        for example, length in zip(examples, tokens, strict=True):
            room = min(MOST_TOKENS, max(LEAST_TOKENS, ROOM * length))
            yield self._answer(example, room, scale)

    def _answer(self, example: Example, room: int, scale: float) -> str:
        body = {
            "messages": [{"role": one.role, "content": one.text} for one in example.question],
            "temperature": 0,
            "seed": 1,
            "max_tokens": room,
            "cache_prompt": False,
            "lora": [{"id": 0, "scale": scale}],
            "chat_template_kwargs": dict.fromkeys(SWITCHES, False),
        }
        port, key = self.running.port, self.running.api_key
        try:
            found = loopback.required_document(port, CHAT, TIMEOUT_SECONDS, api_key=key, body=body)
            return str(found["choices"][0]["message"]["content"] or "")
        except (OSError, http.client.HTTPException) as error:
            raise _stopped(str(error) or type(error).__name__) from None
        except (KeyError, TypeError, IndexError):
            raise _stopped("something else than an answer came") from None


def _stopped(why: str) -> LocalaiError:
    return LocalaiError(
        f"The proof stopped: the server did not answer ({why}).",
        "The adapter is kept, and not used yet.",
        "Run the same command again; it goes on with the proof.",
    )
