"""What a part of a model weighs: its tensors added up, those of experts apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import prod

from .gguf import Tensor

#: what --cpu-moe keeps in main memory
EXPERTS = re.compile(r"ffn_(up|down|gate|gate_up)_(ch)?exps")


@dataclass(frozen=True)
class Weights:
    """Of one block, or of all that is in none: bytes in memory (padded to 32), values, and the largest tensors."""

    dense_bytes: int = 0
    expert_bytes: int = 0
    dense_values: int = 0
    expert_values: int = 0
    dense_most: int = 0
    expert_most: int = 0
    #: of the experts' last matrices
    down_most: int = 0

    def with_tensor(self, one: Tensor) -> Weights:
        size, values = -(-one.bytes // 32) * 32, prod(one.dims)
        if not EXPERTS.search(one.name):
            return replace(
                self, dense_bytes=self.dense_bytes + size, dense_values=self.dense_values + values,
                dense_most=max(self.dense_most, size),
            )  # fmt: skip
        down = size if "ffn_down_" in one.name else 0
        return replace(
            self, expert_bytes=self.expert_bytes + size, expert_values=self.expert_values + values,
            expert_most=max(self.expert_most, size), down_most=max(self.down_most, down),
        )  # fmt: skip
