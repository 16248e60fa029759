"""The one server that serves, whichever kind it is: each question goes to the right one."""

from types import SimpleNamespace

import pytest

from localai_setup.machine import serving
from localai_setup.machine.ollama import models
from localai_setup.machine.ollama.troubles import OllamaError
from localai_setup.machine.serving import Serving
from localai_setup.model.errors import LocalaiError
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.server import Running

pytestmark = pytest.mark.quick
OURS = Running(7, 1.0, 43110, "/m/a.gguf")
OWN_OLLAMA = Running(8, 1.0, 11500, "/m/b.gguf")
PLACES = {
    "llama.cpp": None,
    "own Ollama": ServerPlace(),
    "another's Ollama": ServerPlace(port=11434),
}


def server_of(running, **more):
    return SimpleNamespace(
        running=lambda: running, stop=lambda: True, is_ready=lambda port: port == 43110,
        log="server.log", **more,
    )  # fmt: skip


@pytest.fixture
def unloaded():
    return []


@pytest.fixture
def served(unloaded, monkeypatch):
    monkeypatch.setattr(models, "version", lambda api, seconds: "0.33.0")
    driver = server_of(
        OWN_OLLAMA,
        api=lambda place: place,
        own=SimpleNamespace(log="ollama-server.log", log_text=lambda: ""),
        unload=lambda place, name: unloaded.append(name),
        read_back=lambda place, name, expected: SimpleNamespace(context=4096),
    )
    return Serving(server_of(OURS), lambda: driver)


def test_who_runs(served):
    found = {name: served.running(place) for name, place in PLACES.items()}
    assert (found["llama.cpp"], found["own Ollama"]) == (OURS, OWN_OLLAMA)
    assert found["another's Ollama"].port == 11434


def test_a_server_that_does_not_answer_does_not_run(served, monkeypatch):
    def silent(api, seconds):
        raise OllamaError("silent", "it does not answer")

    monkeypatch.setattr(models, "version", silent)
    assert served.running(PLACES["another's Ollama"]) is None
    assert not served.is_ready(PLACES["another's Ollama"], 11434)
    assert served.context(PLACES["another's Ollama"], "m") is None


def test_ours_is_asked_at_its_own_port(served):
    assert served.is_ready(None, 43110)
    assert not served.is_ready(None, 43111)


@pytest.mark.parametrize(
    ("name", "stopped"), [("llama.cpp", True), ("own Ollama", True), ("another's Ollama", False)]
)
def test_only_a_server_of_ours_is_stopped_and_of_another_only_our_model_leaves(
    served, unloaded, name, stopped
):
    assert served.stop(PLACES[name], "our-model") == stopped
    assert unloaded == ([] if stopped else ["our-model"])


def test_the_log_is_read_where_it_is_ours(served):
    found = [served.log(place) for place in PLACES.values()]
    assert found == ["server.log", "ollama-server.log", None]


def test_the_context_is_what_the_server_says(served, monkeypatch):
    monkeypatch.setattr(serving.fullness, "context", lambda port, key: {43110: 8192}[port])
    assert [served.context(place, "m") for place in PLACES.values()] == [8192, 4096, 4096]


def test_the_context_of_a_server_that_says_nothing_is_unknown(served):
    def gone(place, name, expected):
        raise LocalaiError("It is gone.")

    served.model_server.read_back = gone
    assert served.context(PLACES["own Ollama"], "m") is None
    served.model_server.read_back = lambda *_: SimpleNamespace(context=0)
    assert served.context(PLACES["own Ollama"], "m") is None
    nobody = Serving(server_of(None), served.find_model_server)
    assert nobody.context(None, "m") is None
    assert nobody.context_used(None) is None


def test_how_much_of_the_context_is_used(served, monkeypatch):
    full = SimpleNamespace(used=79)
    monkeypatch.setattr(serving.fullness, "fullness", lambda port, key: full)
    assert served.context_used(None) == 79
    assert served.context_used(PLACES["another's Ollama"]) is None
    monkeypatch.setattr(serving.fullness, "fullness", lambda port, key: None)
    assert served.context_used(None) is None
