"""The driver against a real Ollama: the one that LOCALAI_TEST_OLLAMA names, or that is on PATH.

It is started on a port and with a folder of its own; one that runs already is left alone.
"""

import hashlib
import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from localai_setup.engines._tiny_model import tiny_model
from localai_setup.machine.ollama import loading, models, names, own_models, serving
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.measuring import OllamaMeter
from localai_setup.machine.ollama.pulling import Pull
from localai_setup.machine.ollama.serving import OwnServer
from localai_setup.machine.ollama.store import Store
from localai_setup.machine.ollama.troubles import OllamaError
from localai_setup.machine.running import measuring
from localai_setup.machine.running.processes import Processes
from localai_setup.machine.workbench import Workbench
from localai_setup.model.model_server import ModelPart, OwnModel, ServerPlace, ServeSettings
from localai_setup.model.readback import Expected
from localai_setup.steps.bring_model import BringModel

from .. import adapter_files
from . import test_kills
from .real_one import PROGRAM

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PROGRAM, reason="there is no Ollama on this computer"),
]
SYSTEM = "You answer in one short sentence."


@pytest.fixture
def served(tmp_path):
    """Our own server, and where its models are."""
    server = OwnServer(Processes())
    settings = ServeSettings(PROGRAM, str(tmp_path / "models"), prompt_cache_mib=0)
    server.start(settings, 43500)
    yield server, settings
    server.stop()


@pytest.fixture
def api(served):
    return Api(served[0].running().port)


@pytest.fixture
def store(served):
    return Store(Path(served[1].models_folder))


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "tiny.gguf"
    path.write_bytes(tiny_model())
    part = ModelPart(str(path), hashlib.sha256(tiny_model()).hexdigest(), len(tiny_model()))
    return OwnModel("localai-tiny", (part,), parameters={"num_ctx": 256}, system=SYSTEM)


def test_a_file_is_a_model_at_once_and_is_loaded_as_planned(served, api, store, own):
    assert models.version(api)
    assert own_models.write(store, own) == "hard-link"
    assert [one.name for one in models.listed(api)] == ["localai-tiny:latest"]
    assert loading.load(api, own.name, lambda _: None).context_length == 256
    expected = Expected(context=256, slots=1, system=SYSTEM)
    found = loading.read_back(api, own.name, expected, served[0].log_text())
    assert found.differences == ()
    long = [{"role": "user", "content": "word " * 400}]
    with pytest.raises(OllamaError) as caught:
        loading.prompt_tokens(api, own.name, long)
    assert caught.value.kind == "prompt-too-long"
    point = next(measuring.points(OllamaMeter(api, own.name), [32], 60.0, lambda _: None))
    assert point.generate_tps > 0
    assert own_models.remove(api, store, own.name)
    assert not models.loaded(api)
    assert Path(own.parts[0].path).exists()
    assert not list(store.blobs.iterdir())


def test_a_server_whose_folder_nobody_knows_pulls_the_very_file(served, api, store, own):
    """As a service of another account: its bytes, digest, template and system prompt are kept."""
    step = BringModel(ServerPlace(served[0].running().port), own, "Ollama")
    step.apply(Workbench(), lambda _: None)
    assert step.done(Workbench())
    assert [one.name for one in models.listed(api)] == ["localai-tiny:latest"]
    assert own_models.written(store, own)
    loading.load(api, own.name, lambda _: None)
    expected = Expected(context=256, slots=1, system=SYSTEM)
    assert loading.read_back(api, own.name, expected, served[0].log_text()).differences == ()
    step.undo(Workbench())
    assert not list(store.blobs.iterdir())


def test_it_pulls_an_adapter_too_and_gives_it_back(served, api, store, own, tmp_path):
    """It loads with the adapter, whose file goes with it."""
    file = adapter_files.written(own.parts[0].path, tmp_path, 0.01)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    part = ModelPart(str(file), sha256, file.stat().st_size, "adapter")
    place, machine = ServerPlace(served[0].running().port), Workbench()
    plain = BringModel(place, own, "Ollama")
    taught = BringModel(place, replace(own, parts=(*own.parts, part)), "Ollama")
    for step in (plain, taught):
        step.apply(machine, lambda _: None)
        assert step.done(machine)
    assert store.blob(sha256).read_bytes() == file.read_bytes()
    loading.load(api, own.name, lambda _: None)
    assert "--lora" in served[0].log_text()
    plain.apply(machine, lambda _: None)
    assert plain.done(machine)
    assert not taught.done(machine)
    assert not store.blob(sha256).exists()
    plain.undo(machine)
    assert not list(store.blobs.iterdir())


def test_a_lowered_context_is_told(api, store, own):
    own_models.write(store, replace(own, parameters={"num_ctx": 100_000}))
    loading.load(api, own.name, lambda _: None)
    (found,) = loading.read_back(api, own.name, Expected(context=100_000)).differences
    assert found.kind == "context"


def pulled(api, store, registry):
    return Pull(api, names.parse(registry.name("tiny:latest")), lambda _: None, store).run()


def test_a_damaged_pull_is_mended_by_the_next(api, store, registry):
    digest = registry.add("tiny:latest", tiny_model(), {"num_ctx": 256})
    registry.refusals = [503]
    pulled(api, store, registry)
    blob = store.blob(digest[7:])
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    assert pulled(api, store, registry).fetched_again == (digest[7:],)
    assert blob.read_bytes() == tiny_model()


def test_a_pull_that_is_cut_off_twice_ends_well(api, store, registry):
    digest = registry.add("tiny:latest", tiny_model(), {"num_ctx": 256})
    registry.cuts = 2
    pulled(api, store, registry)
    assert registry.cuts == 0
    assert store.blob(digest[7:]).read_bytes() == tiny_model()


def test_a_killed_server_leaves_an_engine_that_is_ended(served, api, store, own):
    server, settings = served
    own_models.write(store, own)
    loading.load(api, own.name, lambda _: None)
    os.kill(server.running().pid, 9)
    assert test_kills.until(server.orphans)
    server.start(settings, 43500)
    assert len(Processes().marked(serving.MARK, str(server.record))) == 1


@pytest.fixture
def machine(tmp_path):
    found = test_kills.Machine(tmp_path, Path(PROGRAM))
    found.start()
    yield found
    found.server.terminate()
    found.server.wait()


def test_ten_killed_pulls_end_well(machine, registry):
    for seed in range(10):
        test_kills.one_pull(machine, registry, seed)


def test_ten_files_whose_delivery_was_killed_arrive(machine, registry):
    """The server pulls five from the command, and is sent five."""
    if "llama-quantize" in serving.missing_engine_files(Path(PROGRAM)):
        pytest.skip("this Ollama has no llama-quantize, which every create runs")
    for seed, way in enumerate(("lent", "sent") * 5):
        test_kills.one_file(machine, registry, seed, way)


def test_what_is_no_model_is_refused_in_words(api, tmp_path):
    path = tmp_path / "page.gguf"
    path.write_text("<html>a page</html>" * random.randrange(2, 5))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    part = ModelPart(str(path), sha256, path.stat().st_size)
    with pytest.raises(OllamaError) as caught:
        own_models.create(api, OwnModel("page", (part,)), lambda _: None)
    assert caught.value.kind == "not-gguf"
