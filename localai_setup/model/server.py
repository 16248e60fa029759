"""A server that is alive, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .errors import LocalaiError
from .proof import ToolCall

#: Servers listen here, and nowhere else unless somebody asks for it.
HOST = "127.0.0.1"
#: One that lives may answer late on a busy machine (seen: over 2 s with nine programs at each processor, 2.7 s
#: with three to four under wine); to start it again, or to say that it does not run, would make that worse.
BUSY_SECONDS = 20.0
#: Web pages that may ask a server from within a browser: those of this computer, in llama.cpp's word.
#: A browser sends the key only where it is named; `*` does not stand for it.
CORS_ORIGINS, CORS_HEADERS = "localhost", "Authorization, *"


def listening_addresses(listen: str) -> tuple[str, ...]:
    """What a server binds to be reached at `listen`; this computer's own programs always reach it."""
    return (listen,) if listen in (HOST, "0.0.0.0") else (HOST, listen)  # noqa: S104


@dataclass(frozen=True)
class Running:
    """A live server. `create_time` tells it from another process with its number; `key` names the
    program, the model and the settings that it was started with. `api_key` is what it asks of every
    request, None where it asks for none; `user_keys` tells the keys of other people that it takes from
    others, empty for none. `listen` is the address that it can be reached at. `pid` is 0 where it is not
    ours.
    """

    pid: int
    create_time: float
    port: int
    model_path: str
    key: str = ""
    api_key: str | None = None
    listen: str = HOST
    user_keys: str = ""

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/v1"


@dataclass(frozen=True)
class Answer:
    """The text, tokens per second as the server measured them (None where it did not), the calls of
    tools that it parsed, and the thoughts before the text. `finish` is why it ended, in the server's
    word (`length` where its room was used up), empty where that is not known.
    """

    text: str
    generate_tps: float | None
    calls: tuple[ToolCall, ...] = ()
    thoughts: str = ""
    finish: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there are neither words nor calls of tools, whatever was thought."""
        return not (self.text.strip() or self.calls)

    @property
    def only_thought(self) -> bool:
        """Whether the model thought and came to no answer."""
        return bool(self.thoughts.strip()) and self.is_empty


@dataclass(frozen=True)
class Piece:
    """A piece of an answer that still comes: of its thought or of its text."""

    thought: str = ""
    text: str = ""


def named(served_as: str) -> dict[str, str]:
    """The field of a request that says which model is meant; a server that holds one ignores it."""
    return {"model": served_as} if served_as else {}


#: One turn of a conversation as the OpenAI API has it: `role`, `content`, and `reasoning_content` where
#: the model asks that its past thoughts are sent back. `content` is a text, or parts where there are pictures.
Message = dict[str, Any]


def required(running: Running | None, last_words: str = "") -> Running:
    """The server that was just started; `last_words` of its log are told where they are known.

    Raises:
        LocalaiError: it has stopped since.

    """
    if running is None:
        raise LocalaiError(
            f"The server stopped right after it had started{f': {last_words}' if last_words else '.'}",
            "Without it there is nothing to talk to.",
            "`localai logs` shows all of its log, `localai doctor --fix` repairs what it can.",
        )
    return running
