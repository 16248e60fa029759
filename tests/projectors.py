"""A projector of a few kilobytes that the real engine loads: it sees nothing, but a picture goes its way."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy

from .gguf_writing import finished

#: pixels of a side and of a patch; patches of a side that become one token of the model
IMAGE, PATCH, MERGED = 56, 14, 2
HIDDEN, FEED_FORWARD, HEADS = 32, 64, 2


def write(target: Path, model_hidden: int) -> Path:
    """A projector of the kind of Gemma 3 for a model with vectors of `model_hidden` numbers."""
    writer = gguf.GGUFWriter(target, "clip")
    writer.add_type("mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", "gemma3")
    for name, number in _numbers(model_hidden).items():
        writer.add_uint32(f"clip.vision.{name}", number)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-6)
    writer.add_array("clip.vision.image_mean", [0.5, 0.5, 0.5])
    writer.add_array("clip.vision.image_std", [0.5, 0.5, 0.5])
    writer.add_bool("clip.use_gelu", True)
    chance = numpy.random.default_rng(1)
    for name, shape in _tensors(model_hidden).items():
        writer.add_tensor(name, (chance.standard_normal(shape) * 0.1).astype(numpy.float32))
    return finished(writer, target)


def _numbers(model_hidden):
    return {
        "image_size": IMAGE,
        "patch_size": PATCH,
        "embedding_length": HIDDEN,
        "feed_forward_length": FEED_FORWARD,
        "projection_dim": model_hidden,
        "block_count": 1,
        "attention.head_count": HEADS,
        "projector.scale_factor": MERGED,
    }


def _tensors(model_hidden):
    """Names and shapes, the slowest axis first; each weight of the layer has its bias."""
    matrices = {
        "v.blk.0.attn_q": (HIDDEN, HIDDEN),
        "v.blk.0.attn_k": (HIDDEN, HIDDEN),
        "v.blk.0.attn_v": (HIDDEN, HIDDEN),
        "v.blk.0.attn_out": (HIDDEN, HIDDEN),
        "v.blk.0.ffn_up": (FEED_FORWARD, HIDDEN),
        "v.blk.0.ffn_down": (HIDDEN, FEED_FORWARD),
    }
    norms = {name: (HIDDEN,) for name in ("v.blk.0.ln1", "v.blk.0.ln2", "v.post_ln")}
    both = {**matrices, **norms}
    return {
        "v.patch_embd.weight": (HIDDEN, 3, PATCH, PATCH),
        "v.patch_embd.bias": (HIDDEN,),
        "v.position_embd.weight": ((IMAGE // PATCH) ** 2, HIDDEN),
        **{f"{name}.weight": shape for name, shape in both.items()},
        **{f"{name}.bias": shape[:1] for name, shape in both.items()},
        "mm.input_projection.weight": (HIDDEN, model_hidden),
        "mm.soft_emb_norm.weight": (HIDDEN,),
    }
