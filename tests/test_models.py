"""What takes space, who shares it, and that only what is ours and not in use is removed."""

import json
import os
import sys
from dataclasses import replace
from functools import cache

import pytest

from localai_setup import state
from localai_setup.commands import models
from localai_setup.commands._options import Options
from localai_setup.commands._recipes import load_recipes
from localai_setup.machine.keeping import folders, model_files, statefile, stock
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import ModelFile
from localai_setup.model.stock import NOW, UNUSED, WAY_BACK, StockItem, StoredFile, freed_bytes
from localai_setup.steps.fetch_model import FetchModel
from localai_setup.steps.install_engine import InstallEngine

from .test_state import DOCUMENT

pytestmark = pytest.mark.quick


@cache
def recipes():
    """Those that are shipped, read once for all these tests."""
    return load_recipes()


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "localai"))
    monkeypatch.setenv("OLLAMA_MODELS", str(tmp_path / "ollama"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(models, "load_recipes", recipes)
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


def put(path, size):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    return path


def item(*found):
    return StockItem("a", "model", "/a", tuple(StoredFile(*one) for one in found))


@pytest.mark.parametrize(
    ("items", "freed"),
    [
        ([item(((1, 1), 10, 1))], 10),
        ([item(((1, 1), 10, 2))], 0),
        ([item(((1, 1), 10, 2)), item(((1, 1), 10, 2), ((1, 2), 3, 1))], 13),
        ([item(((1, 1), 10, 2), ((1, 1), 10, 2))], 10),
        ([], 0),
    ],
    ids=["alone", "shared", "both names", "twice in one folder", "nothing"],
)
def test_a_file_is_free_once_its_last_name_is_gone(items, freed):
    assert freed_bytes(tuple(items)) == freed


def made(model, home, size=100, engine="xllamacpp-1"):
    """A finished set-up whose file and engine lie on the disk."""
    file = ModelFile("weights", f"{model}.gguf", size, model[0] * 64, "Q4", "o/r", "main")
    target = put(model_files.target(file), size)
    put(folders.folder("data") / "engines" / engine / "lib.so", 7)
    steps = (InstallEngine(engine, "pins", "runner"), FetchModel(file))
    return replace(
        state.from_document(DOCUMENT),
        model=model,
        model_path=str(target),
        model_sha256=file.sha256,
        steps=tuple(map(state.step_document, steps)),
        finished=True,
    )


def listed():
    return {one.name: one for one in models.stocked(Workbench())}


def test_each_thing_is_named_with_its_use_and_who_shares_it(home):
    statefile.save(made("aa", home))
    statefile.keep_previous(made("bb", home, engine="xllamacpp-0"))
    recipe = recipes().models["qwen3.5-0.8b"]
    linked = put(home / "ollama/blobs/sha256-1", 11)
    os.link(linked, model_files.target(recipe.weights[0]))
    put(folders.folder("data") / "models/dddddddddddd-d.gguf.part", 5)
    put(folders.folder("cache") / "wheels/one.whl", 3)
    seen = {
        name: (one.kind, one.used, one.bytes, freed_bytes((one,)), one.shared_with)
        for name, one in listed().items()
    }
    assert seen == {
        "aa": ("model", NOW, 100, 100, ""),
        "xllamacpp-1": ("engine", NOW, 7, 7, ""),
        "bb": ("model", WAY_BACK, 100, 100, ""),
        "xllamacpp-0": ("engine", WAY_BACK, 7, 7, ""),
        "qwen3.5-0.8b": ("model", UNUSED, 11, 0, "Ollama"),
        "d.gguf.part": ("interrupted download", UNUSED, 5, 5, ""),
        "downloads": ("downloads", UNUSED, 3, 3, ""),
    }
    assert next(iter(listed().values())).used == NOW


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a permission there")
def test_a_link_to_a_file_of_another_store_frees_nothing_and_names_it(home):
    cached = put(home / "hub/models--o--r/blobs/2", 50)
    link = folders.folder("data") / "models/cccccccccccc-c.gguf"
    link.parent.mkdir(parents=True)
    link.symlink_to(cached)
    one = listed()["c.gguf"]
    assert (one.bytes, freed_bytes((one,)), one.shared_with) == (0, 0, "the Hugging Face cache")


def test_what_is_in_use_or_not_ours_is_not_removed(home):
    setup = made("aa", home)
    statefile.save(setup)
    for name in ("aa", setup.model_path, "xllamacpp-1"):
        with pytest.raises(LocalaiError, match="is in use"):
            models.remove(Options(), name, yes=True)
    own = put(home / "own.gguf", 9)
    statefile.save(replace(setup, model="own", model_path=str(own)))
    for name in ("own", str(own), "llama3:latest"):
        with pytest.raises(LocalaiError):
            models.remove(Options(), name, yes=True)
    assert own.exists() and os.path.exists(setup.model_path)


def test_what_the_way_back_needs_goes_with_a_word_and_takes_the_way_back_with_it(home, capsys):
    statefile.save(made("aa", home))
    before = made("bb", home)
    statefile.keep_previous(before)
    with pytest.raises(LocalaiError, match="has to be answered"):
        models.remove(Options(), "bb", yes=False)
    assert os.path.exists(before.model_path)
    models.remove(Options(json=True), "bb", yes=True)
    removed = json.loads(capsys.readouterr().out)
    assert (removed["removed"], removed["freed_bytes"]) == ([before.model_path], 100)
    assert not os.path.exists(before.model_path)
    assert statefile.previous() is None
    assert set(listed()) == {"aa", "xllamacpp-1"}


def test_a_folder_that_is_not_there_holds_nothing(home):  # noqa: ARG001
    assert list(stock.items()) == []


def test_the_trainer_is_listed_and_removed_and_own_work_is_listed_alone(home, monkeypatch):
    lines = []
    for name in ("say", "show"):
        monkeypatch.setattr(models.console, name, lambda words, **_: lines.append(words))
    statefile.save(replace(made("aa", home), adapter="tone"))
    data = folders.folder("data")
    put(data / "trainers/transformers-cpu/bin/python", 30)
    adapter = put(data / "adapters/tone/adapter.gguf", 20).parent
    talk = put(data / "conversations/trip to Rome.json", 10)
    seen = {name: (one.kind, one.used, one.bytes) for name, one in listed().items()}
    assert seen["transformers-cpu"] == ("trainer", UNUSED, 30)
    assert seen["tone"] == ("adapter", NOW, 20)
    assert seen["trip to Rome"] == ("conversation", UNUSED, 10)
    models.remove(Options(), "transformers-cpu", yes=True)
    assert not (data / "trainers/transformers-cpu").exists()
    for name in ("tone", "trip to Rome"):
        with pytest.raises(LocalaiError, match="your own work"):
            models.remove(Options(), name, yes=True)
    models.models(Options())
    assert "conversation, your own work" in lines[-2]
    assert "In all" in lines[-1]  # none of it is offered for removal
    assert adapter.is_dir() and talk.is_file()
