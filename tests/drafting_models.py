"""Small models with one prediction head that is right about every token: each token is followed by the next.

The blocks compute as always, but what they would add is nought, so that the output matrix alone decides.
"""

from pathlib import Path

import gguf
import numpy

from .gguf_writing import finished

HIDDEN, LAYERS, VOCAB, FORWARD, HEADS, KV_HEADS, HEAD = 512, 4, 4096, 1536, 4, 2, 128
#: of the recurrent layers
INNER, STATE, STEPS, GROUPS, CONV = 1024, 128, 8, 4, 4
EXPERTS, USED, EXPERT_FORWARD = 8, 2, 512
FULL_ATTENTION_INTERVAL = 4


def made(arch: str, folder: Path) -> Path:
    """A model of the architecture `qwen35` or `qwen35moe`, in F16."""
    path = folder / f"{arch}-with-a-head.gguf"
    writer = gguf.GGUFWriter(path, arch)
    _metadata(writer, arch)
    chance = numpy.random.default_rng(1)
    for name, shape, values in _tensors(arch):
        if values is None:
            values = chance.normal(0, 0.02, shape)
        kind = numpy.float32 if _is_kept_complete(name) else numpy.float16
        writer.add_tensor(name, values.astype(kind))
    return finished(writer, path)


def _is_kept_complete(name: str) -> bool:
    return name.endswith(("norm.weight", "ssm_a", ".bias", "conv1d.weight", "gate_inp.weight")) or (
        "gate_inp_shexp" in name
    )


def _metadata(writer: gguf.GGUFWriter, arch: str) -> None:
    writer.add_context_length(32768)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS + 1)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_rope_dimension_count(HEAD // 4)
    writer.add_array(f"{arch}.rope.dimension_sections", [11, 11, 10, 0])
    writer.add_uint32(f"{arch}.full_attention_interval", FULL_ATTENTION_INTERVAL)
    writer.add_uint32(f"{arch}.nextn_predict_layers", 1)
    writer.add_ssm_conv_kernel(CONV)
    writer.add_ssm_inner_size(INNER)
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_time_step_rank(STEPS)
    writer.add_ssm_group_count(GROUPS)
    if arch == "qwen35moe":
        writer.add_expert_count(EXPERTS)
        writer.add_expert_used_count(USED)
        writer.add_expert_feed_forward_length(EXPERT_FORWARD)
        writer.add_expert_shared_feed_forward_length(EXPERT_FORWARD)
    _tokens(writer)


def _tokens(writer: gguf.GGUFWriter) -> None:
    special, raw = ["<unk>", "<s>", "</s>"], [f"<0x{byte:02X}>" for byte in range(256)]
    words = [f"token{number}" for number in range(VOCAB - len(special) - len(raw))]
    writer.add_vocab_size(VOCAB)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*special, *raw, *words])
    writer.add_token_scores([0.0] * VOCAB)
    writer.add_token_types([2, 3, 3, *[6] * 256, *[1] * len(words)])
    writer.add_chat_template("{% for one in messages %}{{ one.content }}{% endfor %}")


def _tensors(arch: str) -> list:
    """Name, shape as numpy has it, and values; random ones where there are none."""
    embedding = numpy.random.default_rng(2).normal(0, 1, (VOCAB, HIDDEN))
    ends = [
        ("token_embd.weight", (), embedding),
        _ones("output_norm", HIDDEN),
        ("output.weight", (), numpy.roll(embedding, 1, axis=0)),
    ]
    blocks = [one for at in range(LAYERS + 1) for one in _block(arch, f"blk.{at}.", at)]
    return [*ends, *blocks, *_head(f"blk.{LAYERS}.nextn.")]


def _block(arch: str, prefix: str, at: int) -> list:
    attends = at >= LAYERS or (at + 1) % FULL_ATTENTION_INTERVAL == 0
    inside = _attention() if attends else _recurrence()
    forward = _forward("", FORWARD) if arch == "qwen35" else _experts()
    norms = [_ones("attn_norm", HIDDEN), _ones("post_attention_norm", HIDDEN)]
    return [(prefix + name, shape, values) for name, shape, values in (*norms, *inside, *forward)]


def _attention() -> list:
    return [
        ("attn_q.weight", (2 * HEADS * HEAD, HIDDEN), None),
        ("attn_k.weight", (KV_HEADS * HEAD, HIDDEN), None),
        ("attn_v.weight", (KV_HEADS * HEAD, HIDDEN), None),
        _zeros("attn_output", HIDDEN, HEADS * HEAD),
        _ones("attn_q_norm", HEAD),
        _ones("attn_k_norm", HEAD),
    ]


def _recurrence() -> list:
    key, value = STATE * GROUPS, STATE * STEPS
    return [
        ("attn_qkv.weight", (2 * key + value, HIDDEN), None),
        ("attn_gate.weight", (value, HIDDEN), None),
        ("ssm_conv1d.weight", (2 * key + value, CONV), None),
        ("ssm_dt.bias", (), numpy.ones(STEPS)),
        ("ssm_a", (), -numpy.ones(STEPS)),
        ("ssm_beta.weight", (STEPS, HIDDEN), None),
        ("ssm_alpha.weight", (STEPS, HIDDEN), None),
        _ones("ssm_norm", STATE),
        _zeros("ssm_out", HIDDEN, value),
    ]


def _forward(kind: str, wide: int) -> list:
    return [
        (f"ffn_gate{kind}.weight", (wide, HIDDEN), None),
        (f"ffn_up{kind}.weight", (wide, HIDDEN), None),
        _zeros(f"ffn_down{kind}", HIDDEN, wide),
    ]


def _experts() -> list:
    return [
        ("ffn_gate_inp.weight", (EXPERTS, HIDDEN), None),
        ("ffn_gate_exps.weight", (EXPERTS, EXPERT_FORWARD, HIDDEN), None),
        ("ffn_up_exps.weight", (EXPERTS, EXPERT_FORWARD, HIDDEN), None),
        _zeros("ffn_down_exps", EXPERTS, HIDDEN, EXPERT_FORWARD),
        ("ffn_gate_inp_shexp.weight", (HIDDEN,), None),
        *_forward("_shexp", EXPERT_FORWARD),
    ]


def _head(prefix: str) -> list:
    """It passes the token's own embedding on, as the layers do."""
    passing = numpy.concatenate([numpy.eye(HIDDEN), numpy.zeros((HIDDEN, HIDDEN))], axis=1)
    norms = (_ones(name, HIDDEN) for name in ("enorm", "hnorm", "shared_head_norm"))
    inside = [("eh_proj.weight", (), passing), *norms]
    return [(prefix + name, shape, values) for name, shape, values in inside]


def _ones(name: str, *shape: int) -> tuple:
    return f"{name}.weight", (), numpy.ones(shape)


def _zeros(name: str, *shape: int) -> tuple:
    return f"{name}.weight", (), numpy.zeros(shape)
