"""Small mixtures of experts with weights of zeros, in the manner of real ones: experts far larger than all else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy

from .gguf_writing import finished
from .measured_models import tokens

LAYERS, VOCAB, HEADS, KV_HEADS, HEAD = 8, 4096, 8, 2, 64
KINDS = gguf.GGMLQuantizationType
#: every so many layers one attends, the others are recurrent (qwen35moe)
INTERVAL = 4
#: of its recurrent layers
STATE, STEPS, GROUPS, CONV = 128, 8, 4, 4
#: tokens that a windowed layer looks back (gpt-oss)
WINDOW = 128

#: a tensor's name, its shape as numpy has it
Tensor = tuple[str, tuple[int, ...]]


@dataclass(frozen=True)
class Mixture:
    """`used` of the experts answer for a token, each `wide`; `kind` is what all large tensors are kept in."""

    arch: str
    hidden: int
    experts: int
    used: int
    wide: int
    kind: gguf.GGMLQuantizationType


#: of the proportions of real ones, where a copy of an expert's matrix outweighs the working space
MIXTURES = {
    "qwen3moe": Mixture("qwen3moe", 512, 64, 4, 256, KINDS.Q8_0),
    "gpt-oss": Mixture("gpt-oss", 768, 16, 4, 768, KINDS.Q8_0),
    "qwen35moe": Mixture("qwen35moe", 512, 128, 8, 128, KINDS.Q8_0),
}


def made(its: Mixture, folder: Path) -> Path:
    path = folder / "mixture.gguf"
    writer = gguf.GGUFWriter(path, its.arch)
    _metadata(writer, its)
    tokens(writer, VOCAB)
    for tensor, shape in _tensors(its):
        values = numpy.zeros(shape, numpy.float32)
        if _is_kept_complete(tensor, shape):
            writer.add_tensor(tensor, values)
        else:
            writer.add_tensor(tensor, gguf.quantize(values, its.kind), raw_dtype=its.kind)
    return finished(writer, path)


def _is_kept_complete(tensor: str, shape: tuple[int, ...]) -> bool:
    small = ("ffn_gate_inp", "conv1d", ".bias")
    return len(shape) == 1 or any(part in tensor for part in small)


def _metadata(writer: gguf.GGUFWriter, its: Mixture) -> None:
    writer.add_context_length(32768)
    writer.add_embedding_length(its.hidden)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(3 * its.hidden)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_expert_count(its.experts)
    writer.add_expert_used_count(its.used)
    writer.add_expert_feed_forward_length(its.wide)
    if its.arch == "gpt-oss":
        writer.add_sliding_window(WINDOW)
    if its.arch == "qwen35moe":
        _recurrent_metadata(writer, its)


def _recurrent_metadata(writer: gguf.GGUFWriter, its: Mixture) -> None:
    writer.add_expert_shared_feed_forward_length(its.wide)
    writer.add_rope_dimension_count(HEAD // 4)
    writer.add_array("qwen35moe.rope.dimension_sections", [3, 3, 2, 0])
    writer.add_uint32("qwen35moe.full_attention_interval", INTERVAL)
    writer.add_ssm_conv_kernel(CONV)
    writer.add_ssm_inner_size(STATE * STEPS)
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_time_step_rank(STEPS)
    writer.add_ssm_group_count(GROUPS)


def _tensors(its: Mixture) -> Iterator[Tensor]:
    yield "token_embd.weight", (VOCAB, its.hidden)
    yield "output_norm.weight", (its.hidden,)
    yield "output.weight", (VOCAB, its.hidden)
    for at in range(LAYERS):
        recurrent = its.arch == "qwen35moe" and (at + 1) % INTERVAL
        inside = _recurrence(its) if recurrent else _attention(its)
        for name, shape in {**_norms(its), **inside, **_experts(its)}.items():
            yield f"blk.{at}.{name}", shape


def _norms(its: Mixture) -> dict[str, tuple[int, ...]]:
    second = "ffn_norm" if its.arch == "qwen3moe" else "post_attention_norm"
    return {"attn_norm.weight": (its.hidden,), f"{second}.weight": (its.hidden,)}


def _attention(its: Mixture) -> dict[str, tuple[int, ...]]:
    wide, kept = HEADS * HEAD, KV_HEADS * HEAD
    gate = 2 if its.arch == "qwen35moe" else 1
    found = {
        "attn_q.weight": (gate * wide, its.hidden), "attn_k.weight": (kept, its.hidden),
        "attn_v.weight": (kept, its.hidden), "attn_output.weight": (its.hidden, wide),
    }  # fmt: skip
    if its.arch != "gpt-oss":
        return {**found, "attn_q_norm.weight": (HEAD,), "attn_k_norm.weight": (HEAD,)}
    biases = {"q": wide, "k": kept, "v": kept, "output": its.hidden}
    return {
        **found,
        **{f"attn_{name}.bias": (size,) for name, size in biases.items()},
        "attn_sinks.weight": (HEADS,),
    }


def _recurrence(its: Mixture) -> dict[str, tuple[int, ...]]:
    key, value = STATE * GROUPS, STATE * STEPS
    return {
        "attn_qkv.weight": (2 * key + value, its.hidden), "attn_gate.weight": (value, its.hidden),
        "ssm_conv1d.weight": (2 * key + value, CONV), "ssm_dt.bias": (STEPS,), "ssm_a": (STEPS,),
        "ssm_beta.weight": (STEPS, its.hidden), "ssm_alpha.weight": (STEPS, its.hidden),
        "ssm_norm.weight": (STATE,), "ssm_out.weight": (its.hidden, value),
    }  # fmt: skip


def _experts(its: Mixture) -> dict[str, tuple[int, ...]]:
    into, out = (its.wide, its.hidden), (its.hidden, its.wide)
    each = {"gate": into, "up": into, "down": out}
    found = {f"ffn_{name}_exps.weight": (its.experts, *shape) for name, shape in each.items()}
    found["ffn_gate_inp.weight"] = (its.experts, its.hidden)
    if its.arch == "gpt-oss":
        found |= {f"ffn_{name}_exps.bias": (its.experts, shape[0]) for name, shape in each.items()}
        found["ffn_gate_inp.bias"] = (its.experts,)
    if its.arch == "qwen35moe":
        found |= {f"ffn_{name}_shexp.weight": shape for name, shape in each.items()}
        found["ffn_gate_inp_shexp.weight"] = (its.hidden,)
    return found
