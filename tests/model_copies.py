"""Copies of a model file whose header says something else; the tensors are the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gguf

from .gguf_writing import finished

TEMPLATE = "tokenizer.chat_template"


def copy(source: Path, target: Path, changed: Mapping[str, str | int | None]) -> Path:
    """The model with these texts and numbers in its header; what is None is left out."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.get_field("general.architecture").contents())
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
    return finished(writer, target)
