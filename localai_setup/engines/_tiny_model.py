"""A model of a few hundred kilobytes that says nonsense: enough to prove that an engine computes.

Written by hand in the GGUF format (github.com/ggml-org/ggml, docs/gguf.md). Its tensors are of the
quantized kinds that real models have, so that the same code of the engine runs; every weight is
zero. The vocabulary is the 256 bytes.
"""

from __future__ import annotations

import struct

UINT32, FLOAT32, STRING, ARRAY = 4, 6, 8, 9
INT32 = 5
ALIGNMENT = 32
EMBEDDING, FEED_FORWARD, HEADS, CONTEXT = 256, 256, 4, 512
#: ggml's number of a kind of tensor, values in one block of it, bytes of that block
F32, Q4_0, Q8_0, Q4_K, Q6_K = (0, 1, 4), (2, 32, 18), (8, 32, 34), (12, 256, 144), (14, 256, 210)
TOKENS = ("<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)))
#: llama.cpp's kinds of tokens: unknown 2, control 3, byte 6
KINDS = (2, 3, 3, *(6 for _ in range(256)))
TENSORS = (
    ("token_embd.weight", (EMBEDDING, len(TOKENS)), Q8_0),
    ("output_norm.weight", (EMBEDDING,), F32),
    ("output.weight", (EMBEDDING, len(TOKENS)), Q6_K),
    ("blk.0.attn_norm.weight", (EMBEDDING,), F32),
    ("blk.0.attn_q.weight", (EMBEDDING, EMBEDDING), Q4_K),
    ("blk.0.attn_k.weight", (EMBEDDING, EMBEDDING), Q4_K),
    ("blk.0.attn_v.weight", (EMBEDDING, EMBEDDING), Q6_K),
    ("blk.0.attn_output.weight", (EMBEDDING, EMBEDDING), Q4_K),
    ("blk.0.ffn_norm.weight", (EMBEDDING,), F32),
    ("blk.0.ffn_gate.weight", (EMBEDDING, FEED_FORWARD), Q4_0),
    ("blk.0.ffn_up.weight", (EMBEDDING, FEED_FORWARD), Q4_0),
    ("blk.0.ffn_down.weight", (FEED_FORWARD, EMBEDDING), Q4_0),
)


def tiny_model() -> bytes:
    """The whole file."""
    metadata = _metadata()
    head = b"GGUF" + struct.pack("<IQQ", 3, len(TENSORS), len(metadata)) + b"".join(metadata)
    offset, infos, data = 0, b"", b""
    for name, shape, (kind, values, block_bytes) in TENSORS:
        infos += _string(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        infos += struct.pack("<IQ", kind, offset)
        content = bytes(_count(shape) // values * block_bytes)
        data += content + bytes(-len(content) % ALIGNMENT)
        offset = len(data)
    header = head + infos
    return header + bytes(-len(header) % ALIGNMENT) + data


def _metadata() -> list[bytes]:
    numbers = {
        "context_length": CONTEXT,
        "embedding_length": EMBEDDING,
        "block_count": 1,
        "feed_forward_length": FEED_FORWARD,
        "attention.head_count": HEADS,
        "attention.head_count_kv": HEADS,
        "rope.dimension_count": EMBEDDING // HEADS,
    }
    scores = struct.pack(f"<IQ{len(TOKENS)}f", FLOAT32, len(TOKENS), *(0.0 for _ in TOKENS))
    kinds = struct.pack(f"<IQ{len(KINDS)}i", INT32, len(KINDS), *KINDS)
    tokens = struct.pack("<IQ", STRING, len(TOKENS)) + b"".join(map(_string, TOKENS))
    return [
        _entry("general.architecture", STRING, _string("llama")),
        *(_entry(f"llama.{key}", UINT32, struct.pack("<I", n)) for key, n in numbers.items()),
        _entry("llama.attention.layer_norm_rms_epsilon", FLOAT32, struct.pack("<f", 1e-5)),
        _entry("tokenizer.ggml.model", STRING, _string("llama")),
        _entry("tokenizer.ggml.tokens", ARRAY, tokens),
        _entry("tokenizer.ggml.scores", ARRAY, scores),
        _entry("tokenizer.ggml.token_type", ARRAY, kinds),
    ]


def _entry(key: str, kind: int, value: bytes) -> bytes:
    return _string(key) + struct.pack("<I", kind) + value


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def _count(shape: tuple[int, ...]) -> int:
    return shape[0] * (shape[1] if len(shape) > 1 else 1)
