"""Copies of a model file whose header says something else; the tensors are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import gguf

from .gguf_writing import finished

TEMPLATE = "tokenizer.chat_template"


def copy(source: Path, target: Path, changed: Mapping[str, str | int | None]) -> Path:
    """The model with these texts and numbers in its header; what is None is left out."""
    return finished(_filled(gguf.GGUFWriter, source, target, changed), target)


def split(source: Path, folder: Path, stem: str, tensors: int) -> list[Path]:
    """The model in several files of at most so many tensors each, as publishers split large ones."""
    target = folder / f"{stem}.gguf"
    finished(
        _filled(partial(gguf.GGUFWriter, split_max_tensors=tensors), source, target, {}), target
    )
    return sorted(folder.glob(f"{stem}-*-of-*.gguf"))


def _filled(
    made: Callable[[Path, str], gguf.GGUFWriter],
    source: Path,
    target: Path,
    changed: Mapping[str, str | int | None],
) -> gguf.GGUFWriter:
    reader = gguf.GGUFReader(source)
    writer = made(target, reader.get_field("general.architecture").contents())
    for field in reader.fields.values():
        if not field.name.startswith(("GGUF.", "general.architecture", *changed)):
            kind = field.types[0]
            inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
    for name, value in changed.items():
        if isinstance(value, int):
            writer.add_uint32(name, value)
        elif value is not None:
            writer.add_string(name, value)
    for one in reader.tensors:
        writer.add_tensor(one.name, one.data, raw_dtype=one.tensor_type)
    return writer
