"""`--model` with the name of a model that Ollama has: its file is used where it lies."""

import json

import pytest

from localai_setup.engines._ollama_here import kept
from localai_setup.model.facts import Facts
from localai_setup.probes.ollama import (
    Ollama,
    OllamaModel,
    OllamaServer,
    Store,
    StoredModel,
)
from localai_setup.probes._ollama_store import Layer

from .gguf_files import build, numbers, tensor_list

DIGEST = "ab" * 32


def model(name, *on_disk, bytes=100):
    layers = tuple(Layer(DIGEST, "model", bytes, one) for one in on_disk)
    return StoredModel(name, (Layer("cd" * 32, "params", 5, 5), *layers))


def found(name):
    own = Store("~/.ollama/models", (model("tale:latest", 100), model("localai-tale:latest", 100)))
    other = Store(
        "/srv/models",
        (
            model("me/tale:7b", None),
            model("cut:1", 50),
            model("gone:1", -1),
            model("split:1", 100, 100),
            model("empty:1"),
        ),
    )
    listed = (OllamaModel("far:cloud", remote="ollama.com"), OllamaModel("hidden:latest"))
    server = OllamaServer("127.0.0.1:11434", 11434, "running", models=listed)
    ollama = Ollama(servers=(server,), stores=(own, other), home="/home/you")
    return kept(name, Facts({Ollama: ollama}))


@pytest.mark.quick
@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("tale", "/home/you/.ollama/models"),
        ("tale:latest", "/home/you/.ollama/models"),
        ("me/tale:7b", "/srv/models"),
    ],
)
def test_a_name_is_a_file(name, folder):
    assert found(name).path == f"{folder}/blobs/sha256-{DIGEST}"


@pytest.mark.quick
@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("cut:1", "damaged"),
        ("gone:1", "damaged"),
        ("split:1", "several files"),
        ("empty:1", "no weights"),
        ("far:cloud", "not on this computer"),
        ("hidden", "may not read"),
    ],
)
def test_what_cannot_be_used_says_why(name, why):
    assert found(name).path == ""
    assert why in found(name).why


@pytest.mark.quick
@pytest.mark.parametrize("name", ["tale:8b", "nonsuch", "localai-tale"])
def test_other_names_and_those_of_localai_are_none(name):
    assert found(name) is None


def test_it_is_planned_by_its_name_without_a_download(localai):
    header, size = build(numbers() | {"tokenizer.chat_template": "{{ messages }}"}, tensor_list())
    blobs = localai.home / ".ollama" / "models" / "blobs"
    manifest = localai.home / ".ollama/models/manifests/registry.ollama.ai/library/tale/latest"
    blobs.mkdir(parents=True)
    manifest.parent.mkdir(parents=True)
    path = blobs / f"sha256-{DIGEST}"
    path.write_bytes(header + bytes(size))
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{DIGEST}",
             "size": path.stat().st_size}  # fmt: skip
    manifest.write_text(json.dumps({"config": {**layer, "mediaType": "x.json"}, "layers": [layer]}))
    done = localai("plan", "--offline", "--model", "tale")
    assert done.returncode == 0, done.stderr
    assert f"Use {path} where it is" in done.stdout
    assert "tale: nothing to fetch" in done.stdout
