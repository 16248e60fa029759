"""Writes a model's file with its adapter in it, for programs that load one file.

It runs in the trainer's own environment as `python -m trainers._merge SETTINGS.json`. Weights that
the adapter changes are written as Q8_0 (8.5 bits each, next to nothing is lost), all others as they were.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from . import _telling
from ._telling import end_with_parent, tell

#: what GGUF's own writer writes, so that it is not copied
OWN_FIELDS = ("GGUF.", "general.architecture")
PAIR = re.compile(r"(?P<name>.+)\.lora_(?P<side>[ab])")


def main() -> None:
    """Merge, and tell how far it is as JSON lines."""
    import gguf

    end_with_parent()
    settings = _telling.settings()

    base = gguf.GGUFReader(settings["base"])
    adapter = gguf.GGUFReader(settings["adapter"])
    pairs = pairs_of(adapter)
    missing = pairs.keys() - {one.name for one in base.tensors}
    if missing:
        raise SystemExit(f"the model's file has no {min(missing)}")
    target = Path(settings["target"])
    growing = target.with_name(f"{target.name}.growing")
    write(base, pairs, float(adapter.fields["adapter.lora.alpha"].contents()), growing)
    os.replace(growing, target)
    tell("done")


def pairs_of(adapter: Any) -> dict[str, dict[str, Any]]:
    """By the name of the tensor that they change: the matrices `a` (rank x inputs) and `b` (outputs x rank)."""
    found: dict[str, dict[str, Any]] = {}
    for one in adapter.tensors:
        match = PAIR.fullmatch(one.name)
        if match:
            found.setdefault(match["name"], {})[match["side"]] = one.data
    return found


def write(base: Any, pairs: dict[str, dict[str, Any]], alpha: float, target: Path) -> None:
    """All fields and tensors in their order, one tensor in memory at a time."""
    import gguf

    writer = gguf.GGUFWriter(str(target), base.fields["general.architecture"].contents())
    for field in base.fields.values():
        if not field.name.startswith(OWN_FIELDS):
            kind = field.types[0]
            inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(field.name, field.contents(), kind, inner)
    for one in base.tensors:
        writer.add_tensor_info(one.name, *described(one, changed=one.name in pairs))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for number, one in enumerate(base.tensors, 1):
        pair = pairs.get(one.name)
        writer.write_tensor_data(merged(one, pair, alpha) if pair else one.data)
        tell("step", step=number, of=len(base.tensors))
    writer.close()


def kind_of(columns: int) -> Any:
    """How a changed tensor is written: Q8_0 takes values in blocks of 32, else 16 bits each."""
    import gguf

    kinds = gguf.GGMLQuantizationType
    return kinds.F16 if columns % gguf.GGML_QUANT_SIZES[kinds.Q8_0][0] else kinds.Q8_0


def described(tensor: Any, *, changed: bool) -> tuple[Any, ...]:
    """Shape, type of its numbers, bytes and kind, as the writer takes them."""
    import gguf
    import numpy as np

    data = tensor.data
    if not changed:
        return data.shape, data.dtype, data.nbytes, tensor.tensor_type
    columns, rows = (int(one) for one in tensor.shape)
    kind = kind_of(columns)
    in_block, block_bytes = gguf.GGML_QUANT_SIZES[kind]
    return (rows, columns), np.float32, rows * columns // in_block * block_bytes, kind


def merged(tensor: Any, pair: dict[str, Any], alpha: float) -> Any:
    """W + alpha / rank * b a, in the kind that it is written in."""
    import numpy as np
    from gguf import quants

    a, b = (pair[side].astype(np.float32) for side in "ab")
    weights = quants.dequantize(tensor.data, tensor.tensor_type)
    weights = weights.reshape(b.shape[0], a.shape[1]) + alpha / a.shape[0] * (b @ a)
    return quants.quantize(weights.astype(np.float32), kind_of(a.shape[1]))


if __name__ == "__main__":
    main()
