"""Talking to the server, and the record of an answer that was checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...model.errors import LocalaiError
from ...model.proof import ToolCall
from ...model.server import HOST, Answer, Message
from ..keeping import folders
from ..keeping.writing import write_atomically

if TYPE_CHECKING:
    import httpx

#: One token can take seconds on a slow machine with a long prompt.
READ_TIMEOUT_SECONDS = 600.0
#: The largest header seen is 15.8 MB (Gemma 4, mostly its vocabulary).
MAX_HEADER_BYTES = 48 * 1024 * 1024
#: read at a time, so that localai stays small whatever the model's size
PIECE_BYTES = 1024 * 1024
#: the key as GGUF writes it, its length in eight bytes before it
_TEMPLATE_KEY = (23).to_bytes(8, "little") + b"tokenizer.chat_template"


class Answers:
    """Questions go to `http://127.0.0.1:PORT/v1`; a proxy is never used for it."""

    def ask(self, port: int, question: Mapping[str, Any], api_key: str | None) -> Answer:
        """One whole answer, with the sampling switched off so that it is the same every time.

        `question` holds the fields of a chat completion that say what is asked.

        Raises:
            LocalaiError: the server refuses or is gone.

        """
        body = {**question, "temperature": 0, "seed": 1}
        reply = self.post(port, "/v1/chat/completions", body, api_key)
        message = reply["choices"][0]["message"]
        text = message.get("content") or ""
        tps = reply.get("timings", {}).get("predicted_per_second")
        return Answer(text, tps, tool_calls(message))

    def embed(
        self, port: int, texts: Sequence[str], api_key: str | None
    ) -> Sequence[Sequence[float]]:
        """The vectors of texts, in their order.

        Raises:
            LocalaiError: as `ask`.

        """
        reply = self.post(port, "/v1/embeddings", {"input": list(texts)}, api_key)
        found = sorted(reply["data"], key=lambda one: int(one["index"]))
        return [one["embedding"] for one in found]

    def has_template(self, model_path: str) -> bool:
        """Whether the model file brings a chat template; llama.cpp would silently take another's."""
        kept = b""
        with Path(model_path).open("rb") as file:
            for _ in range(MAX_HEADER_BYTES // PIECE_BYTES):
                piece = file.read(PIECE_BYTES)
                if _TEMPLATE_KEY in kept + piece:
                    return True
                # the key may stand across two pieces
                kept = piece[-len(_TEMPLATE_KEY) :]
        return False

    def stream(self, port: int, messages: Sequence[Message], api_key: str | None) -> Iterator[str]:
        """An answer piece by piece.

        Raises:
            LocalaiError: as `ask`.

        """
        import httpx

        body = {"messages": list(messages), "stream": True}
        try:
            with (
                _client(port, api_key) as client,
                client.stream("POST", "/v1/chat/completions", json=body) as reply,
            ):
                if reply.is_error:
                    reply.read()
                    raise _refused(reply)
                yield from _pieces(reply)
        except httpx.HTTPError as error:
            raise _gone(error) from None

    def post(self, port: int, path: str, body: dict[str, Any], api_key: str | None) -> Any:
        """What the server says to one request, as JSON.

        Raises:
            LocalaiError: as `ask`.

        """
        import httpx

        try:
            with _client(port, api_key) as client:
                reply = client.post(path, json=body)
        except httpx.HTTPError as error:
            raise _gone(error) from None
        if reply.is_error:
            raise _refused(reply)
        return reply.json()

    def proved(self, key: str) -> Answer | None:
        """The answer that was checked for this model, build and settings; None where none was."""
        try:
            saved = json.loads(_record().read_text(encoding="utf-8"))
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
        _record().unlink(missing_ok=True)


def tool_calls(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    """The calls of tools in a message of the server."""
    found = [one.get("function") or {} for one in message.get("tool_calls") or ()]
    return tuple(ToolCall(one.get("name") or "", one.get("arguments") or "") for one in found)


def _record() -> Path:
    return folders.folder("state") / "answer.json"


def _client(port: int, api_key: str | None) -> httpx.Client:
    import httpx

    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    timeout = httpx.Timeout(READ_TIMEOUT_SECONDS, connect=5.0)
    base = f"http://{HOST}:{port}"
    return httpx.Client(base_url=base, headers=headers, timeout=timeout, trust_env=False)


def _pieces(reply: httpx.Response) -> Iterator[str]:
    """The text of each server-sent event."""
    for line in reply.iter_lines():
        if not line.startswith("data: ") or line == "data: [DONE]":
            continue
        event = json.loads(line[6:])
        if "error" in event:
            raise LocalaiError(f"The server broke off: {event['error'].get('message')}")
        piece = event["choices"][0]["delta"].get("content") if event.get("choices") else None
        if piece:
            yield piece


def _refused(reply: httpx.Response) -> LocalaiError:
    try:
        words = reply.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        words = reply.text[:200]
    return LocalaiError(
        f"The server answered {reply.status_code}: {words}",
        hint="`localai logs` shows what it was doing.",
    )


def _gone(error: Exception) -> LocalaiError:
    return LocalaiError(
        f"The server does not answer: {error or type(error).__name__}.",
        "Nothing can be asked while it is away.",
        "`localai up` starts it, `localai doctor` says what is wrong.",
    )
