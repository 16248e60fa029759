"""Embedding models of BERT's kind read a text in one batch; one of any length that fits is taken."""

import json
import urllib.request

import pytest

from localai_setup.buffers import parts, read
from localai_setup.engines import _runner_settings, _server_flags
from localai_setup.fit.memory import estimate
from localai_setup.fit.shape import shape
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.running.ports import free_port
from localai_setup.match import Wish, match
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.recipes.loading import load_all

from . import encoder_model
from .test_memory_measured import saved, served
from .typical_machines import MACHINES

CONTEXT = 2048
RECIPES = load_all(recipe_files.texts())


#: model → tokens in one batch, tokens of context
BATCHES = {
    "bge-m3": (8192, 8192),
    "nomic-embed-text-v1.5": (2048, 2048),
    "qwen3-embedding-0.6b": (512, 8192),
}


@pytest.mark.parametrize("name", BATCHES)
def test_an_encoders_batch_is_its_context(name):
    machine = MACHINES["MacBook Air M2, 16 GB"]
    settings = match(machine, RECIPES, Wish("embeddings", name)).choice.settings
    assert (settings.ubatch, settings.context) == BATCHES[name]


def test_the_logical_batch_is_never_the_smaller_one():
    for ubatch, batch in ((512, "2048"), (8192, "8192")):
        settings = StartSettings(ServerSettings(8192, ubatch=ubatch), "/m.gguf", "it")
        flags = _server_flags.arguments(settings, 1)
        assert flags[flags.index("--batch-size") + 1] == batch


def embed(port):
    """A text of 1,500 tokens, which is more than llama.cpp's own batch of 512."""
    asked = json.dumps({"input": "one " * 1500, "model": "it"}).encode()
    address = f"http://127.0.0.1:{port}/v1/embeddings"
    request = urllib.request.Request(address, asked, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert len(json.load(reply)["data"][0]["embedding"]) == encoder_model.HIDDEN


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.network
def test_a_long_text_becomes_a_vector_and_its_memory_was_predicted(set_up, tmp_path):
    path = encoder_model.write(tmp_path / "encoder.gguf", CONTEXT)
    settings = ServerSettings(CONTEXT, ubatch=CONTEXT, embeddings=True)
    start = StartSettings(settings, str(path), "it")
    document = _runner_settings.document(start, free_port(18500))
    log, _ = served(saved(set_up), tmp_path, document, embed)
    predicted = estimate(shape(read_header(path)), settings).parts.compute
    assert parts(read(log)).compute == pytest.approx(predicted, rel=0.1)
