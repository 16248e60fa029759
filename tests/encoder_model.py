"""A tiny model that looks both ways (BERT's kind), with random weights, as embedding models have it."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy

from .gguf_writing import finished

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "\u2581one", "\u2581two", "\u2581three")
NORMAL, UNKNOWN, CONTROL = 1, 2, 3
HIDDEN, LAYERS, HEADS = 64, 2, 4


def write(path: Path, context: int) -> Path:
    """One word is one token; `context` is how many positions there are."""
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_context_length(context)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(4 * HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.CLS)
    writer.add_tokenizer_model("bert")
    writer.add_token_list(list(WORDS))
    kinds = [CONTROL, UNKNOWN, CONTROL, CONTROL, CONTROL]
    writer.add_token_types(kinds + [NORMAL] * (len(WORDS) - len(kinds)))
    writer.add_token_type_count(2)
    for name, at in (("unk", 1), ("sep", 3), ("pad", 0), ("bos", 2), ("mask", 4)):
        getattr(writer, f"add_{name}_token_id")(at)
    for name, shape in tensors(context).items():
        values = numpy.random.default_rng(len(name)).normal(0, 0.05, shape)
        writer.add_tensor(name, values.astype(numpy.float32))
    return finished(writer, path)


def tensors(context: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (len(WORDS), HIDDEN),
        "position_embd.weight": (context, HIDDEN),
        "token_types.weight": (2, HIDDEN),
        "token_embd_norm.weight": (HIDDEN,),
        "token_embd_norm.bias": (HIDDEN,),
    }
    for at in range(LAYERS):
        sides = {"attn_q": HIDDEN, "attn_k": HIDDEN, "attn_v": HIDDEN, "attn_output": HIDDEN}
        for name, wide in {**sides, "ffn_up": 4 * HIDDEN}.items():
            found[f"blk.{at}.{name}.weight"] = (wide, HIDDEN)
            found[f"blk.{at}.{name}.bias"] = (wide,)
        found[f"blk.{at}.ffn_down.weight"] = (HIDDEN, 4 * HIDDEN)
        found[f"blk.{at}.ffn_down.bias"] = (HIDDEN,)
        for name in ("attn_output_norm", "layer_output_norm"):
            found[f"blk.{at}.{name}.weight"] = (HIDDEN,)
            found[f"blk.{at}.{name}.bias"] = (HIDDEN,)
    return found
