"""What of a model's header decides how it is trained: its architecture, its size, its linear layers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import prod

from ..fit.gguf import Header
from ..model.recipe import ModelArchitecture

#: The linear layers of a block, which get matrices beside them; experts are not among them.
_LINEAR = re.compile(r"blk\.\d+\.(?:attn_(?:q|k|v|qkv|output)|ffn_(?:gate|up|down))\.weight")


@dataclass(frozen=True)
class Base:
    """A model to be trained. `hidden` and `inner` are the widths between and within its layers, `values` all
    its weights; `widths` the inputs and outputs of all its
    linear layers together, so that an adapter of rank r has r times as many values.
    """

    architecture: str
    blocks: int
    heads: int
    kv_heads: int
    hidden: int
    inner: int
    vocabulary: int
    values: int
    widths: int

    def trained_values(self, rank: int) -> int:
        """How many values an adapter of this rank has."""
        return rank * self.widths


def base_of(header: Header) -> Base:
    """The numbers of the header; 0 where it does not state one."""
    arch = str(header.metadata.get("general.architecture", ""))

    def number(name: str) -> int:
        value = header.metadata.get(f"{arch}.{name}", 0)
        return value if isinstance(value, int) else 0

    embedding = next((one for one in header.tensors if one.name == "token_embd.weight"), None)
    heads = number("attention.head_count")
    return Base(
        architecture=arch,
        blocks=number("block_count"),
        heads=heads,
        kv_heads=number("attention.head_count_kv") or heads,
        hidden=number("embedding_length"),
        inner=number("feed_forward_length"),
        vocabulary=embedding.dims[1] if embedding and len(embedding.dims) > 1 else 0,
        values=sum(prod(one.dims) for one in header.tensors),
        widths=sum(sum(one.dims[:2]) for one in header.tensors if _LINEAR.fullmatch(one.name)),
    )


def base_of_recipe(found: ModelArchitecture) -> Base | None:
    """The same numbers as a recipe states them, without the file; None where it does not, and for models
    with experts or layers without attention, of which not all is trained.
    """
    shape = found.geometry
    if shape is None or shape.expert_count or shape.ssm_inner_size or shape.shortconv_l_cache:
        return None
    heads, hidden, inner = (
        shape.attention_head_count,
        found.hidden_size,
        shape.feed_forward_length,
    )
    if not heads or not inner:
        return None
    kv_heads = max(shape.attention_head_count_kv or (heads,))
    key = shape.attention_key_length or hidden // heads
    value = shape.attention_value_length or key
    attention = 4 * hidden + 2 * heads * key + kv_heads * (key + value)
    widths = found.layers * (attention + 3 * (hidden + inner))
    sizes = hidden, inner, found.vocab_size, found.total_parameters, widths
    return Base(found.name, found.layers, heads, kv_heads, *sizes)
