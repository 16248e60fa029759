"""What a model was to be loaded with, and where a server that loads it by itself did otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DifferenceKind = Literal[
    "context", "slots", "kv-type", "flash-attention", "gpu", "template", "system", "prompt"
]


@dataclass(frozen=True)
class Expected:
    """How a model should be loaded. `context` in tokens of one request, `slots` how many at once.

    None and empty where anything will do. `gpu_layers` above 0 asks for a GPU; `own_template` for the
    chat template of the model's own file; `system` is the text that stands before every conversation.
    """

    context: int | None = None
    slots: int | None = None
    kv_type: str = ""
    flash_attention: bool | None = None
    gpu_layers: int | None = None
    own_template: bool = False
    system: str = ""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was planned, in words that end a sentence each."""

    kind: DifferenceKind
    planned: str
    found: str
    source: str


@dataclass(frozen=True)
class ReadBack:
    """A loaded model as it is. `bytes` is what the server says that it takes, `gpu` a GPU's name where
    the server's log proves one. `context` is 0 where it was not told.
    """

    name: str
    context: int = 0
    bytes: int = 0
    gpu: str = ""
    differences: tuple[Difference, ...] = ()
