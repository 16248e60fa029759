"""Small mixtures of experts with weights of zeros, in the sizes of real ones: experts far larger than all else."""

from pathlib import Path

import gguf
import numpy

from .gguf_writing import finished
from .measured_models import tokens

LAYERS, VOCAB, HEADS, KV_HEADS, HEAD = 6, 4096, 8, 2, 64
#: name → hidden size, experts, how many of them a token passes through, their width, quantization
MIXTURES = {
    "64 narrow experts": (512, 64, 4, 256, gguf.GGMLQuantizationType.Q8_0),
    "32 wide experts": (1024, 32, 8, 512, gguf.GGMLQuantizationType.Q8_0),
    "48 experts in Q4_0": (768, 48, 4, 512, gguf.GGMLQuantizationType.Q4_0),
}


def made(name: str, folder: Path) -> Path:
    hidden, experts, used, wide, kind = MIXTURES[name]
    path = folder / "mixture.gguf"
    writer = gguf.GGUFWriter(path, "qwen3moe")
    writer.add_context_length(32768)
    writer.add_embedding_length(hidden)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(3 * hidden)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_expert_count(experts)
    writer.add_expert_used_count(used)
    writer.add_expert_feed_forward_length(wide)
    tokens(writer, VOCAB)
    for tensor, shape in _tensors(hidden, experts, wide):
        small = len(shape) == 1 or "ffn_gate_inp" in tensor
        values = numpy.zeros(shape, numpy.float32)
        if small:
            writer.add_tensor(tensor, values)
        else:
            writer.add_tensor(tensor, gguf.quantize(values, kind), raw_dtype=kind)
    return finished(writer, path)


def _tensors(hidden: int, experts: int, wide: int):
    yield "token_embd.weight", (VOCAB, hidden)
    yield "output_norm.weight", (hidden,)
    yield "output.weight", (VOCAB, hidden)
    for at in range(LAYERS):
        for name, shape in {
            "attn_norm": (hidden,), "ffn_norm": (hidden,),
            "attn_q": (HEADS * HEAD, hidden), "attn_k": (KV_HEADS * HEAD, hidden),
            "attn_v": (KV_HEADS * HEAD, hidden), "attn_output": (hidden, HEADS * HEAD),
            "attn_q_norm": (HEAD,), "attn_k_norm": (HEAD,),
            "ffn_gate_inp": (experts, hidden),
            "ffn_gate_exps": (experts, wide, hidden), "ffn_up_exps": (experts, wide, hidden),
            "ffn_down_exps": (experts, hidden, wide),
        }.items():  # fmt: skip
            yield f"blk.{at}.{name}.weight", shape
