"""An adapter as llama.cpp reads it: two matrices beside each tensor, by the names of the base file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FILE = "adapter.gguf"
#: (name of the layer as transformers has it, `a` or `b`, numbers of 32 bits: rank x inputs or outputs x rank)
Matrix = tuple[str, str, Any]


def write(matrices: Iterable[Matrix], settings: dict[str, Any]) -> None:
    """Whole or not at all: it gets its name at the end."""
    import gguf
    import numpy as np

    named = names(settings)
    target = Path(settings["folder"]) / FILE
    growing = target.with_suffix(".growing")
    writer = gguf.GGUFWriter(str(growing), settings["architecture"])
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(settings["alpha"]))
    for layer, side, found in matrices:
        matrix = as_served(found, layer, settings) if side == "b" else found
        matrix = np.ascontiguousarray(matrix.astype(np.float16))
        writer.add_tensor(f"{named(layer)}.weight.lora_{side}", matrix)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(growing, target)


def names(settings: dict[str, Any]) -> Callable[[str], str]:
    """From the name of a layer to that of its tensor, without `.weight`."""
    import gguf

    arch = settings["architecture"]
    kind = next(one for one, name in gguf.MODEL_ARCH_NAMES.items() if name == arch)
    known = gguf.get_tensor_name_map(kind, settings["blocks"])

    def name_of(layer: str) -> str:
        found = known.get_name(layer)
        if found is None:
            raise SystemExit(f"llama.cpp has no name for {layer}")
        return str(found)

    return name_of


def as_served(matrix: Any, layer: str, settings: dict[str, Any]) -> Any:
    """Files of the architecture `llama` keep the rows of query and key in another order: the halves of
    each head that rotate together lie side by side (`permute` in llama.cpp's converter).
    """
    heads = heads_of(layer, settings)
    if heads is None:
        return matrix
    rows, columns = matrix.shape
    halves = matrix.reshape(heads, 2, rows // heads // 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)


def as_trained(matrix: Any, layer: str, settings: dict[str, Any]) -> Any:
    """The way back from `as_served`."""
    heads = heads_of(layer, settings)
    if heads is None:
        return matrix
    rows, columns = matrix.shape
    pairs = matrix.reshape(heads, rows // heads // 2, 2, columns)
    return pairs.swapaxes(1, 2).reshape(rows, columns)


def heads_of(layer: str, settings: dict[str, Any]) -> int | None:
    """How many heads a layer has whose rows are in another order; None for the others."""
    by_layer = {"q_proj": settings["heads"], "k_proj": settings["kv_heads"]}
    heads = by_layer.get(layer.rsplit(".", 1)[-1])
    return heads if settings["architecture"] == "llama" else None
