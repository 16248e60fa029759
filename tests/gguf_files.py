"""Small GGUF files made by hand, byte by byte, so that they can lie."""

import struct

U32, F32, STRING, ARRAY = 4, 6, 8, 9
Q4_K = (12, 256, 144)


def text(words):
    raw = words.encode() if isinstance(words, str) else words
    return struct.pack("<Q", len(raw)) + raw


def entry(key, value):
    if isinstance(value, str):
        return text(key) + struct.pack("<I", STRING) + text(value)
    if isinstance(value, float):
        return text(key) + struct.pack("<If", F32, value)
    if isinstance(value, list) and value and isinstance(value[0], str):
        items = b"".join(map(text, value))
        return text(key) + struct.pack("<IIQ", ARRAY, STRING, len(value)) + items
    if isinstance(value, list):
        numbers = struct.pack(f"<{len(value)}I", *value)
        return text(key) + struct.pack("<IIQ", ARRAY, U32, len(value)) + numbers
    return text(key) + struct.pack("<II", U32, value)


def numbers(layers=4, hidden=256, arch="llama"):
    return {
        "general.architecture": arch,
        f"{arch}.block_count": layers,
        f"{arch}.embedding_length": hidden,
        f"{arch}.feed_forward_length": 4 * hidden,
        f"{arch}.attention.head_count": 4,
        f"{arch}.attention.head_count_kv": 2,
    }


def tensor_list(layers=4, hidden=256, vocab=64):
    names = [("token_embd.weight", (hidden, vocab)), ("output_norm.weight", (hidden,))]
    for at in range(layers):
        names += [
            (f"blk.{at}.attn_q.weight", (hidden, hidden)),
            (f"blk.{at}.ffn_up.weight", (hidden, 4 * hidden)),
        ]
    return names


def build(metadata, tensors, magic=b"GGUF", version=3, order="<", sizes=True):
    """The header with its padding, and how many bytes the tensors take after it."""
    out = magic + struct.pack(f"{order}I", version)
    out += struct.pack("<QQ", len(tensors), len(metadata))
    out += b"".join(entry(key, value) for key, value in metadata.items())
    offset = 0
    kind, values, size = Q4_K
    for name, dims in tensors:
        out += text(name) + struct.pack("<I", len(dims)) + struct.pack(f"<{len(dims)}Q", *dims)
        out += struct.pack("<IQ", kind, offset)
        count = 1
        for one in dims:
            count *= one
        offset += -(-count // values * size // 32) * 32
    return out + bytes(-len(out) % 32), offset


def with_metadata(model, extra):
    """The bytes of a whole model with more entries in its header; where its tensors lie stays aligned."""
    (count,) = struct.unpack_from("<Q", model, 16)
    added = b"".join(entry(key, value) for key, value in extra.items())
    added += entry("filler", "x" * (-(len(added) + len(entry("filler", ""))) % 32))
    return model[:16] + struct.pack("<Q", count + len(extra) + 1) + added + model[24:]
