"""Headers of a model and of files that draft for it, made byte by byte."""

from localai_setup.fit.drafter import Drafter
from localai_setup.fit.gguf import parse
from localai_setup.fit.shape import shape
from localai_setup.model.files import ModelFile

from . import gguf_files
from .test_user_supplied import CHATS

TOKENS = [f"t{number}" for number in range(64)]
WORDS = {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.bos_token_id": 1}


def gguf(layers=4, tokens=TOKENS, **stated):
    metadata = gguf_files.numbers(layers) | WORDS | CHATS | {"tokenizer.ggml.tokens": tokens}
    header, size = gguf_files.build(metadata | stated, gguf_files.tensor_list(layers))
    return header + bytes([7]) * size


def heads_file(arch="qwen35", hidden=256):
    """Prediction heads after four layers that are not in the file."""
    numbers = gguf_files.numbers(5, hidden, arch) | {f"{arch}.nextn_predict_layers": 1}
    ends = gguf_files.tensor_list(0, hidden)
    header, size = gguf_files.build(numbers, [*ends, ("blk.4.nextn.eh_proj.weight", (512, 256))])
    return header + bytes(size)


def sized(data, heads=0):
    file = ModelFile("drafter", "small.gguf", 9, "d" * 64, prediction_heads=heads)
    return Drafter(file, shape(parse(data)))
