"""How large a model's file becomes with an adapter in it (written by `trainers/_merge.py`)."""

from __future__ import annotations

import re
from math import prod

from ..fit.gguf import Header, Tensor

#: of Q8_0, ggml-common.h of llama.cpp: 32 values of 8 bits and one of 16 for all of them
BLOCK_VALUES, BLOCK_BYTES = 32, 34
#: where a row has no whole blocks
F16_BYTES = 2
_MATRIX = re.compile(r"(?P<name>.+)\.lora_[ab]")


def bytes_with(model: Header, adapter: Header, model_bytes: int) -> int:
    """Of the model's file, which has `model_bytes` now: the tensors that the adapter changes are written
    with 8 bits or 16, all others as they were.
    """
    matches = (_MATRIX.fullmatch(one.name) for one in adapter.tensors)
    changed = {match["name"] for match in matches if match}
    return model_bytes + sum(_grown(one) for one in model.tensors if one.name in changed)


def _grown(tensor: Tensor) -> int:
    values = prod(tensor.dims)
    if tensor.dims[0] % BLOCK_VALUES:
        return values * F16_BYTES - tensor.bytes
    return values // BLOCK_VALUES * BLOCK_BYTES - tensor.bytes
