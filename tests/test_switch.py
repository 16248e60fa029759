"""Switching: what stays where flags say nothing, and what is offered where nothing is named."""

from dataclasses import replace

import pytest

from localai_setup import state
from localai_setup.commands import _on_disk, switch
from localai_setup.commands._recipes import load_recipes
from localai_setup.commands._request import Request
from localai_setup.commands.switch import SwitchRequest
from localai_setup.machine.keeping import folders, model_files, statefile
from localai_setup.model.facts import Facts
from localai_setup.probes._ollama_store import Layer, Store, StoredModel
from localai_setup.probes.ollama import Ollama

from .test_state import DOCUMENT

pytestmark = pytest.mark.quick

CURRENT = replace(
    state.from_document(DOCUMENT), model="smollm2-135m", recipe="starter", engine="llama.cpp"
)
PLAIN = Request(engine="llama.cpp")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    monkeypatch.setattr(model_files, "_engine_blobs", lambda _file: iter(()))
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        ({"model": "qwen3.5-4b"}, {"model": "qwen3.5-4b", "use": None, "engine": "llama.cpp"}),
        ({"use": "coding"}, {"model": None, "use": "coding", "engine": "llama.cpp"}),
        (
            {"engine": "ollama"},
            {"model": "smollm2-135m", "use": "starter", "engine": "ollama"},
        ),
        (
            {"model": "qwen3.5-4b", "engine": "ollama"},
            {"model": "qwen3.5-4b", "use": None, "engine": "ollama"},
        ),
    ],
    ids=["model", "use", "engine", "both"],
)
def test_what_no_flag_names_stays(flags, asked):
    made = switch._as_init_has_it(SwitchRequest(**flags), CURRENT, load_recipes())
    assert {name: getattr(made, name) for name in asked} == asked


def offered(current, facts=None):
    return [one.value for one in _on_disk.options(current, load_recipes(), facts or Facts({}))]


def test_what_lies_on_the_disk_is_offered_first(home):  # noqa: ARG001
    *engines, last = offered(CURRENT)
    assert "engine ollama" in engines
    assert (all(one.startswith("engine ") for one in engines), last) == (True, "other")
    file = load_recipes().models["qwen3.5-0.8b"].weights[0]
    model_files.target(file).parent.mkdir(parents=True)
    with model_files.target(file).open("wb") as out:
        out.truncate(file.bytes)
    statefile.keep_previous(replace(CURRENT, model="before", finished=True))
    first, second, *rest = offered(CURRENT)
    assert (first, second) == ("--back", f"file qwen3.5-0.8b {file.quantization}")
    assert rest == [*engines, "other"]


def test_what_ollama_keeps_is_offered_by_its_name_and_what_is_damaged_is_not(home):  # noqa: ARG001
    def stored(name, on_disk):
        return StoredModel(name, (Layer("a" * 64, "model", 7, on_disk),))

    store = Store("/m", models=(stored("tiny:latest", 7), stored("cut:latest", -1)))
    facts = Facts({Ollama: Ollama(stores=(store,))})
    assert offered(CURRENT, facts)[0] == "kept tiny:latest"
    assert not any("cut" in one for one in offered(CURRENT, facts))


@pytest.mark.parametrize(
    ("answer", "asked"),
    [
        ("file qwen3.5-4b Q4_K_M", replace(PLAIN, model="qwen3.5-4b", quantization="Q4_K_M")),
        ("kept tiny:latest", replace(PLAIN, model="tiny:latest")),
        ("engine ollama", PLAIN),
        ("other", replace(PLAIN, engine=None)),
    ],
)
def test_each_answer_is_a_request(answer, asked):
    assert _on_disk.request_of(answer, PLAIN) == asked
