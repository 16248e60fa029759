"""A tiny model that puts passages in order, made by hand: a passage with words of its list ranks first.

One layer of BERT's kind. Attention looks at all words alike (queries and keys are zero), so that the
first token gets their mean; what it reads from each word is whether that word is in the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gguf
import numpy

from .encoder_model import CONTROL, NORMAL, UNKNOWN
from .gguf_writing import finished

HIDDEN, FEED_FORWARD, CONTEXT = 32, 32, 512
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
#: how strongly a word that is in the list stands out
STRENGTH = 4.0


def write(path: Path, words: Sequence[str], sign: float = 1.0) -> Path:
    """`words` in small letters; with a negative `sign` passages with these words rank last."""
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_block_count(1)
    writer.add_head_count(1)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.RANK)
    writer.add_tokenizer_model("bert")
    known = [*SPECIAL, *(f"\u2581{word}" for word in words)]
    writer.add_token_list(known)
    kinds = [CONTROL, UNKNOWN, CONTROL, CONTROL, CONTROL]
    writer.add_token_types(kinds + [NORMAL] * len(words))
    writer.add_token_type_count(2)
    for name, at in (("unk", 1), ("sep", 3), ("pad", 0), ("bos", 2), ("mask", 4)):
        getattr(writer, f"add_{name}_token_id")(at)
    for name, values in _tensors(len(known), sign).items():
        writer.add_tensor(name, values.astype(numpy.float32))
    return finished(writer, path)


def _tensors(known: int, sign: float) -> dict[str, numpy.ndarray]:
    zeros, ones, same = numpy.zeros, numpy.ones, numpy.eye
    embeddings = 0.1 * numpy.random.default_rng(1).normal(0, 1, (known, HIDDEN))
    embeddings[:, 0] = -STRENGTH
    embeddings[len(SPECIAL) :, 0] = STRENGTH
    found = {
        "token_embd.weight": embeddings,
        "position_embd.weight": zeros((CONTEXT, HIDDEN)),
        "token_types.weight": zeros((2, HIDDEN)),
        "token_embd_norm.weight": ones(HIDDEN),
        "token_embd_norm.bias": zeros(HIDDEN),
        "cls.weight": zeros((HIDDEN, HIDDEN)),
        "cls.bias": zeros(HIDDEN),
        "cls.output.weight": zeros((1, HIDDEN)),
        "cls.output.bias": zeros(1),
    }
    found["cls.weight"][0, 0] = 0.1 * sign
    found["cls.output.weight"][0, 0] = 1.0
    matrices = {"attn_q": 0, "attn_k": 0, "attn_v": 1, "attn_output": 1, "ffn_up": 0, "ffn_down": 0}
    for name, passes in matrices.items():
        found[f"blk.0.{name}.weight"] = passes * same(HIDDEN)
        found[f"blk.0.{name}.bias"] = zeros(HIDDEN)
    for name in ("attn_output_norm", "layer_output_norm"):
        found[f"blk.0.{name}.weight"] = ones(HIDDEN)
        found[f"blk.0.{name}.bias"] = zeros(HIDDEN)
    return found
