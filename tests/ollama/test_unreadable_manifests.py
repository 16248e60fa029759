"""Where somebody's manifest cannot be read, no file that it may name is taken away."""

import json

import pytest

from localai_setup.machine.ollama import manifests, names
from localai_setup.machine.ollama.manifests import Manifest
from localai_setup.machine.ollama.store import Store

OURS = names.parse("localai-smol:q4_1")
LIBRARY = "manifests/registry.ollama.ai/library"
WEIGHTS = b"GGUF and more"


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def leading_nowhere(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to("/nowhere/at/all")


def other_hash():
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha512:{'0' * 128}"}
    return json.dumps({"schemaVersion": 2, "layers": [{**layer, "size": 13}]})


#: what is wrong with another model → how it comes to be
UNREADABLE = {
    "empty": lambda root: written(root / LIBRARY / "theirs/latest", ""),
    "cut off": lambda root: written(root / LIBRARY / "theirs/latest", '{"layers": [{"medi'),
    "of a later form": lambda root: written(root / LIBRARY / "theirs/latest", other_hash()),
    "on a disk that is away": lambda root: leading_nowhere(root / LIBRARY / "theirs/latest"),
    "below a link to nowhere": lambda root: leading_nowhere(root / LIBRARY / "theirs"),
}
#: what lies beside manifests and is none
NO_MODEL = {
    "nothing": lambda root: None,  # noqa: ARG005
    "a file of the system": lambda root: written(root / LIBRARY / "theirs/.DS_Store", "x"),
    "a file beside the models": lambda root: written(root / LIBRARY / "notes.txt", "x"),
    "a folder": lambda root: (root / LIBRARY / "theirs/latest").mkdir(parents=True),
}


@pytest.fixture
def store(tmp_path):
    """With a model of ours and its weights."""
    found = Store(tmp_path / "models")
    found.write(WEIGHTS)
    found.write_manifest(OURS, Manifest((manifests.layer("model", WEIGHTS),)))
    return found


def weights(store):
    return store.blob(manifests.layer("model", WEIGHTS).sha256)


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_an_unreadable_manifest_may_name_stays(store, case):
    UNREADABLE[case](store.folder)
    assert store.remove(OURS)
    assert weights(store).read_bytes() == WEIGHTS
    assert store.manifest(OURS) is None


@pytest.mark.parametrize("case", NO_MODEL)
def test_what_nobody_names_goes(store, case):
    NO_MODEL[case](store.folder)
    assert store.remove(OURS)
    assert not weights(store).exists()


def test_a_folder_that_cannot_be_listed_may_hold_a_manifest(store, monkeypatch):
    def refused(_path):
        raise PermissionError(13, "Permission denied")

    (store.folder / LIBRARY / "theirs").mkdir()
    monkeypatch.setattr("pathlib.Path.iterdir", refused)
    assert store.remove(OURS)
    assert weights(store).exists()


def test_what_another_model_names_stays(store):
    theirs = names.parse("theirs:latest")
    store.write_manifest(theirs, Manifest((manifests.layer("model", WEIGHTS),)))
    assert store.remove(OURS)
    assert weights(store).exists()
