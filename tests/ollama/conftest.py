"""A home of its own for each test, a registry, and an Ollama that stands in."""

import hashlib

import pytest

from localai_setup.machine.keeping import folders
from localai_setup.machine.ollama.store import Store
from localai_setup.model.model_server import ModelPart, OwnModel

from .registry import Registry
from .standin import Ollama


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    folders.all_folders.cache_clear()
    yield tmp_path / "home"
    folders.all_folders.cache_clear()


@pytest.fixture
def registry():
    with Registry() as found:
        yield found


@pytest.fixture
def ollama(tmp_path):
    with Ollama(tmp_path / "models") as found:
        yield found


@pytest.fixture
def store(ollama):
    return Store(ollama.models)


@pytest.fixture
def weights(tmp_path):
    """A file that says it is a GGUF, which nobody reads further."""
    path = tmp_path / "files" / "smol.gguf"
    path.parent.mkdir()
    path.write_bytes(b"GGUF" + bytes(range(256)) * 400)
    return path


@pytest.fixture
def own(weights):
    sha256 = hashlib.sha256(weights.read_bytes()).hexdigest()
    part = ModelPart(str(weights), sha256, weights.stat().st_size)
    return OwnModel(
        "localai-smol:q4_1",
        (part,),
        parameters={"num_ctx": 2048, "temperature": 0.2, "stop": ("a", "b")},
        system="You are kind.",
        family="llama",
        quantization="Q4_1",
    )
