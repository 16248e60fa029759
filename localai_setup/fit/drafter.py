"""A file of its own that guesses the next tokens of a model, and whether it can guess for this one."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.files import ModelFile
from ..model.settings import HEAD_FILE, MODEL
from .gguf import Header
from .shape import ASSISTANTS, Shape


@dataclass(frozen=True)
class Drafter:
    """A smaller model, or prediction heads alone: then `file.prediction_heads` counts them."""

    file: ModelFile
    shape: Shape

    @property
    def kind(self) -> str:
        """`HEAD_FILE` or `MODEL`, as in `ServerSettings`."""
        return HEAD_FILE if self.file.prediction_heads else MODEL

    @property
    def layers(self) -> int:
        """As llama.cpp counts them for -ngl: prediction heads are among them, the output is one more."""
        return len(self.shape.layers) + self.shape.heads + 1


def heads_alone(header: Header, heads: int) -> bool:
    """Whether the file holds prediction heads and none of the layers before them."""
    if header.metadata.get("general.architecture") in ASSISTANTS:
        return True
    return bool(heads) and not any(one.name.startswith("blk.0.") for one in header.tensors)


def wrong_heads(heads: Shape, model: Shape) -> str:
    """Why these heads cannot guess for this model, as a clause; empty where they can. They read its
    hidden rows, so both have the same architecture and width; llama.cpp aborts where they have not.
    """
    made_for = ASSISTANTS.get(heads.arch, heads.arch)
    if made_for != model.arch:
        return f"its prediction heads are for {made_for} models, and this one is {model.arch}"
    wide = heads.get("embedding_length_out") or heads.hidden
    if wide != model.hidden:
        return f"its prediction heads are for rows of {wide} numbers, and the model's have {model.hidden}"
    return ""
