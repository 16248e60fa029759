"""The sampling that a model's file carries, beside what its recipe says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ... import sampling
from ...model.behaviour import Sampling
from ...model.errors import LocalaiError
from ...model.settings import StartSettings
from ..keeping.gguf_file import read_header


def left_by_file(start: StartSettings) -> StartSettings:
    """The settings without what the file carries itself: as a flag it would win over the file's own."""
    if start.sampling is None:
        return start
    left = sampling.without(start.sampling, _metadata(Path(start.model_path)) or {})
    return replace(start, sampling=left)


def fields_of(switched: Sampling, held: Sampling | None, model: Path) -> dict[str, float]:
    """As `sampling.fields_of`, with what the model's file carries."""
    return sampling.fields_of(switched, held, _metadata(model) or {})


def effective(recipe: Sampling | None, model: Path) -> sampling.Effective:
    """What holds; of a file that is not here yet nothing is known."""
    return sampling.effective(recipe, _metadata(model))


def _metadata(model: Path) -> Mapping[str, object] | None:
    try:
        return read_header(model).metadata
    except LocalaiError:
        return None
