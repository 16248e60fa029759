"""Adapters that nobody trained: random matrices beside the outputs of attention."""

import hashlib
from pathlib import Path

from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.tuning import adapters
from localai_setup.model.proof import AnswerTest
from localai_setup.model.tuning import Adapter, TuningSize
from localai_setup.trainers import _adapter

RANK, ALPHA = 4, 4


def written(model_path, folder, scale):
    """For this model's file; `scale` is by how much its answers are changed."""
    import numpy as np

    header = read_header(Path(model_path))
    drawn = np.random.default_rng(1)
    width, blocks = header.metadata["llama.embedding_length"], header.metadata["llama.block_count"]
    matrices = [
        (f"model.layers.{block}.self_attn.o_proj", side, size * drawn.standard_normal(shape))
        for block in range(blocks)
        for side, shape, size in (("a", (RANK, width), 1.0), ("b", (width, RANK), scale))
    ]
    settings = {"architecture": "llama", "blocks": blocks, "alpha": ALPHA, "folder": str(folder)}
    _adapter.write(matrices, {**settings, "heads": 1, "kv_heads": 1})
    return folder / _adapter.FILE


def kept(state, name, scale):
    """As a training would have left it, for the set-up of which this is the saved `state`."""
    folder = adapters.folder(name)
    folder.mkdir(parents=True)
    file = written(state["model_path"], folder, scale)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    size = TuningSize(10**9, RANK, ALPHA, 1e-3, 2, 4)
    known = Adapter(
        name, state["model"], state["model_sha256"], digest, file.stat().st_size, "2026-11-29T00:00:00Z",
        90, 10, "d" * 64, size, AnswerTest("Say hello."),
    )  # fmt: skip
    adapters.save(known)
    return digest
