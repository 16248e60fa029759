"""Talking to the server, and the record of an answer that was checked."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ... import thinking
from ...model.behaviour import Thinking
from ...model.errors import LocalaiError
from ...model.server import Answer, Piece, named
from ..keeping import folders, patience, plain_files
from ..keeping.writing import write_atomically
from . import loopback, templates
from .loopback import GarbledError, RefusedError
from .receiving import Received

CHAT = "/v1/chat/completions"
RERANK = "/v1/rerank"
#: One token can take seconds on a slow machine with a long prompt.
READ_TIMEOUT_SECONDS = 600.0
#: A thought before the answer to a proof's question; a slow machine would think for an hour.
THOUGHT_SECONDS = 300.0
#: The largest header seen is 15.8 MB (Gemma 4, mostly its vocabulary).
MAX_HEADER_BYTES = 48 * 1024 * 1024
#: read at a time, so that localai stays small whatever the model's size
PIECE_BYTES = 1024 * 1024
#: What llama.cpp's server says where it cannot read what the model wrote; the name of a format is between.
UNREADABLE = "model produced output that does not match the expected"
#: the key as GGUF writes it, its length in eight bytes before it
_TEMPLATE_KEY = (23).to_bytes(8, "little") + b"tokenizer.chat_template"


class Answers:
    """Questions go to `http://127.0.0.1:PORT/v1`; a proxy is never used for it."""

    def ask(
        self,
        port: int,
        question: Mapping[str, Any],
        api_key: str | None,
        way: Thinking | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> Answer:
        """One whole answer, without thoughts where the model can be told so, and then the same every
        time; else the answer after its thoughts, and where it comes to none, after a thought that is cut
        short. `way` is how it thinks, None where the server shows.

        `question` holds the fields of a chat completion that say what is asked. Its room is counted in
        tokens, so that a slow machine gets the time that it needs; a thought is broken off after
        `THOUGHT_SECONDS`. `progress` is told now and then how far it is, in words.

        Raises:
            LocalaiError: the server refuses, is gone, or talks no sense.

        """
        way = way or self.way_of_thinking(port, api_key)
        only_thought = None
        for body in thinking.tries(way, question, thinking.THOUGHT_TOKENS):
            received = self._received(port, body, api_key, progress or _no_progress)
            if not received.answer.only_thought:
                break
            only_thought = only_thought or received.answer
        return only_thought if only_thought and received.answer.is_empty else received.answer

    def _received(
        self,
        port: int,
        body: Mapping[str, Any],
        api_key: str | None,
        progress: Callable[[str], None],
    ) -> Received:
        """All of an answer, or a thought that took too long."""
        received = Received()
        pieces = self.stream(port, body, api_key, received)
        for _ in pieces:
            progress(received.so_far)
            if received.only_thinks_for > THOUGHT_SECONDS:
                pieces.close()
                break
        return received

    def way_of_thinking(self, port: int, api_key: str | None) -> Thinking:
        """How the model that is served thinks, as its template shows."""
        return templates.way_of_thinking(port, api_key)

    def embed(
        self, port: int, texts: Sequence[str], api_key: str | None, served_as: str = ""
    ) -> Sequence[Sequence[float]]:
        """The vectors of texts, in their order; `served_as` is the model's name in the API.

        Raises:
            LocalaiError: as `ask`.

        """
        reply = self.post(
            port, "/v1/embeddings", {"input": list(texts), **named(served_as)}, api_key
        )
        try:
            found = sorted(reply["data"], key=lambda one: int(one["index"]))
            return [[float(number) for number in one["embedding"]] for one in found]
        except (KeyError, TypeError, ValueError):
            raise _senseless("something else than vectors") from None

    def rank(
        self, port: int, question: str, passages: Sequence[str], api_key: str | None
    ) -> Sequence[float]:
        """How well each passage answers the question, in their order; more is better.

        Raises:
            LocalaiError: as `ask`.

        """
        body = {"query": question, "documents": list(passages)}
        reply = self.post(port, RERANK, body, api_key)
        try:
            found = sorted(reply["results"], key=lambda one: int(one["index"]))
            return [float(one["relevance_score"]) for one in found]
        except (KeyError, TypeError, ValueError):
            raise _senseless("something else than scores") from None

    def has_template(self, model_path: str) -> bool:
        """Whether the model file brings a chat template; llama.cpp would silently take another's."""
        kept = b""
        with plain_files.opened(Path(model_path)) as file:
            for _ in range(MAX_HEADER_BYTES // PIECE_BYTES):
                piece = file.read(PIECE_BYTES)
                if _TEMPLATE_KEY in kept + piece:
                    return True
                # the key may stand across two pieces
                kept = piece[-len(_TEMPLATE_KEY) :]
        return False

    def stream(
        self, port: int, question: Mapping[str, Any], api_key: str | None, received: Received
    ) -> Generator[Piece, None, None]:
        """An answer piece by piece; `received` holds all that came.

        Raises:
            LocalaiError: as `ask`.

        """
        body = {**question, "stream": True}
        try:
            for event in loopback.events(
                port, CHAT, READ_TIMEOUT_SECONDS, api_key=api_key, body=body
            ):
                yield from received.hear(event)
        except (OSError, http.client.HTTPException) as error:
            raise _explained(error) from None
        yield from received.end()

    def post(self, port: int, path: str, body: dict[str, Any], api_key: str | None) -> Any:
        """What the server says to one request, as JSON.

        Raises:
            LocalaiError: as `ask`.

        """
        try:
            return loopback.required_document(
                port, path, READ_TIMEOUT_SECONDS, api_key=api_key, body=body
            )
        except (OSError, http.client.HTTPException) as error:
            raise _explained(error) from None

    def proved(self, key: str) -> Answer | None:
        """The answer that was checked for this model, build and settings; None where none was."""
        try:
            saved = json.loads(plain_files.read_text(_record()))
            return Answer(saved["text"], saved["tps"]) if saved["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def prove(self, key: str, answer: Answer) -> None:
        """Keep an answer that was found good."""
        saved = {"key": key, "text": answer.text, "tps": answer.generate_tps}
        write_atomically(_record(), json.dumps(saved).encode())

    def prove_vector(self, key: str, length: int) -> None:
        """Keep that a vector of this length came."""
        self.prove(key, Answer(f"a vector of {length} numbers", None))

    def forget(self) -> None:
        patience.unlink(_record())


def _no_progress(_words: str) -> None:
    """Nobody wants to know how far it is."""


def _record() -> Path:
    return folders.folder("state") / "answer.json"


def _explained(error: OSError | http.client.HTTPException) -> LocalaiError:
    if isinstance(error, RefusedError):
        return _refused(error)
    if isinstance(error, GarbledError):
        return _senseless(str(error))
    return _gone(error)


def _refused(error: RefusedError) -> LocalaiError:
    if UNREADABLE in error.words:
        return _unreadable(error.words)
    if error.status == HTTPStatus.OK:
        return LocalaiError(
            f"The server broke off: {error.words}",
            hint="`localai logs` shows what it was doing.",
        )
    return LocalaiError(
        f"The server answered {error.status}: {error.words}",
        hint="`localai logs` shows what it was doing.",
    )


def _unreadable(words: str) -> LocalaiError:
    return LocalaiError(
        f"The server cannot read the model's answer: {words}.",
        "It reads answers by rules that it takes from the model's chat template, and this model wrote "
        "something else, as models do that were not made for tools or JSON.",
        "Choose a model that was made for it (`localai recipes list`), or use this one with `--for chat`; "
        "`localai explain model-answer-unparsed` says more.",
    )


def _senseless(what: str) -> LocalaiError:
    return LocalaiError(
        f"The server talks no sense: {what}.",
        "Something else may listen on its port, or the engine is broken.",
        "`localai down` and `localai up` start it afresh; `localai doctor` says what is wrong.",
    )


def _gone(error: Exception) -> LocalaiError:
    return LocalaiError(
        f"The server does not answer: {error or type(error).__name__}.",
        "Nothing can be asked while it is away.",
        "`localai up` starts it, `localai doctor` says what is wrong.",
    )
