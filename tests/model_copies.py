"""Copies of a model file whose header says something else; the tensors are the same."""

from __future__ import annotations

from pathlib import Path

import gguf

TEMPLATE = "tokenizer.chat_template"


def copy(
    source: Path, target: Path, template: str = "", numbers: dict[str, int] | None = None
) -> Path:
    """The model with this chat template, where one is given, and these numbers in its header."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.get_field("general.architecture").contents())
    changed = {"general.architecture", *([TEMPLATE] if template else []), *(numbers or {})}
    for field in reader.fields.values():
        if not field.name.startswith("GGUF.") and field.name not in changed:
            kind = field.types[0]
            inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)
    for name, number in (numbers or {}).items():
        writer.add_uint32(name, number)
    if template:
        writer.add_chat_template(template)
    for one in reader.tensors:
        writer.add_tensor(one.name, one.data, raw_dtype=one.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target
