"""What `init` set up: the saved plan and its receipts, as later commands and versions find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .behaviour import Sampling, Thinking
from .licence import Licence
from .model_server import ServerPlace
from .proof import AnswerTest
from .receipt import Receipt
from .settings import ServerSettings


@dataclass(frozen=True)
class SetUp:
    """One finished or half-finished set-up. Paths are absolute; `port` is where the server was told of.

    `program` is the command line that starts the server, without its settings: the interpreter of the
    engine's own environment and our runner, or a `llama-server`. `steps` is the saved plan: one
    mapping per step with its id and its fields. `finished` is set once an answer was checked.
    `thinking` is what the model's recipe says of its thoughts, None where its template decides;
    `thinks` whether the use asks for them. `switched_sampling` is what a model's recipe says for answers
    in the other way than the use's, None where there is no other. `shortfall` says why the checked answer
    is not the right one, empty where it is. `drafter_path` is the file that guesses ahead, empty without.
    `adapter` is the name of what the model was taught, empty without; `untaught` are the steps of before.
    `users` is how many people it is set up for; for more than one `alone` is the set-up for one, as data.
    """

    recipe: str
    model: str
    model_path: str
    model_bytes: int
    model_sha256: str
    engine: str
    build: str
    program: tuple[str, ...]
    settings: ServerSettings
    test: AnswerTest
    licence: Licence
    port: int | None = None
    predicted_total_mib: float | None = None
    predicted_tps: float | None = None
    measured_tps: float | None = None
    answer: str | None = None
    finished: bool = False
    thinking: Thinking | None = None
    thinks: bool = False
    shortfall: str = ""
    switched_sampling: Sampling | None = None
    steps: tuple[Mapping[str, Any], ...] = ()
    receipts: tuple[Receipt, ...] = ()
    sampling: Sampling | None = None
    place: ServerPlace | None = None
    served_as: str = ""
    drafter_path: str = ""
    drafter_sha256: str = ""
    adapter: str = ""
    untaught: tuple[Mapping[str, Any], ...] = ()
    users: int = 1
    alone: Mapping[str, Any] = field(default_factory=dict)
