"""Whether two models have the same tokens, by llama.cpp's rules: one cannot guess for the other without.

The rules are those of `common_speculative_are_compatible` (llama.cpp b10488). Where they do not hold its
server says so in its log and serves without drafting.
"""

from __future__ import annotations

from collections.abc import Sequence
from mmap import mmap

from .gguf import ARRAY, MOST_ITEMS, STRING, Header, HeaderRefusedError, Reader

#: two vocabularies may differ in size by so many tokens, and in the first few tokens
VOCABULARY_SLACK, FIRST_COMPARED = 128, 5
TOKENS = "tokenizer.ggml.tokens"
#: what a server adds to a text, and the id of the token that it adds
_ADDED = (("beginning", "add_bos_token", "bos_token_id"), ("end", "add_eos_token", "eos_token_id"))


def token_texts(data: bytes | mmap) -> tuple[bytes, ...]:
    """Every token of a GGUF file, as it stands there; HeaderRefusedError where it has no list of them."""
    key = len(TOKENS).to_bytes(8, "little") + TOKENS.encode()
    start = data.find(key)
    if start < 0:
        raise HeaderRefusedError("it has no vocabulary")
    reader = Reader(data, start + len(key))
    if (reader.number("I"), reader.number("I")) != (ARRAY, STRING):
        raise HeaderRefusedError("its vocabulary is no list of texts")
    return tuple(_text(reader) for _ in range(reader.count(MOST_ITEMS, "tokens")))


def _text(reader: Reader) -> bytes:
    length = reader.count(reader.size, "bytes in one token")
    start = reader.skip(length)
    return bytes(reader.data[start : start + length])


def size_differs(model: int, drafter: int) -> str:
    """Why vocabularies of these sizes are not the same, as a clause; empty where they may be."""
    if abs(model - drafter) <= VOCABULARY_SLACK:
        return ""
    return f"its vocabulary has {drafter} tokens, and the model's has {model}"


def differs(model: Header, drafter: Header) -> str:
    """What two headers tell of a difference, as a clause; empty where they tell of none."""
    kinds = [str(one.metadata.get("tokenizer.ggml.model", "none")) for one in (model, drafter)]
    if kinds[0] != kinds[1]:
        return f"its tokenizer is of the kind {kinds[1]}, and the model's is {kinds[0]}"
    for place, adds, token in _ADDED:
        added = [_added(one, adds, token) for one in (model, drafter)]
        if None not in added and added[0] != added[1]:
            return f"it has another token for the {place} of a text than the model"
    return size_differs(*(one.lengths.get(TOKENS, 0) for one in (model, drafter)))


def _added(header: Header, adds: str, token: str) -> object:
    """The token that is added, -1 for none, None where the file leaves it to the engine."""
    requested = header.metadata.get(f"tokenizer.ggml.{adds}")
    if requested is None:
        return None
    return header.metadata.get(f"tokenizer.ggml.{token}") if requested else -1


def tokens_differ(model: Sequence[bytes], drafter: Sequence[bytes]) -> str:
    """The first token that is another one, as a clause; empty where there is none."""
    pairs = enumerate(zip(model, drafter, strict=False))
    found = next((at for at, (one, other) in pairs if at >= FIRST_COMPARED and one != other), None)
    if found is None:
        return ""
    ours, theirs = (one[found].decode("utf-8", "replace") for one in (model, drafter))
    return f"its token {found} is {theirs!r}, and the model's is {ours!r}"
