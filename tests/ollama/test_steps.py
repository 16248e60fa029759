"""The steps of a set-up with Ollama: done, apply, undo, receipts; saved and run again."""

import json
import sys
from dataclasses import replace

import pytest

from localai_setup import executor, state
from localai_setup.machine.ollama import our_models, own_models
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import LocalaiError
from localai_setup.model.model_server import OwnModel, ServerPlace, ServeSettings
from localai_setup.model.readback import Expected
from localai_setup.steps.bring_model import BringModel
from localai_setup.steps.load_model import LoadModel
from localai_setup.steps.start_model_server import StartModelServer

from .program import install

WEIGHTS = b"GGUF" + b"weights " * 5000


@pytest.fixture
def place(ollama):
    return ServerPlace(ollama.port, models_folder=str(ollama.models))


@pytest.fixture
def machine():
    found = Workbench()
    yield found
    found.model_server.stop()


def run(step, machine):
    return executor.run(step, machine, lambda _: None)


def saved(step):
    """The step as a later version reads it from the disk."""
    return state.step_of(json.loads(json.dumps(state.step_document(step))))


def test_steps_are_read_back_from_the_disk_as_they_were(place, own):
    steps = [
        BringModel(place, own, "Ollama"),
        LoadModel(place, own.name, Expected(context=2048, system="Be kind.")),
        StartModelServer(ServeSettings("/bin/ollama", "/m", flash_attention=True), 43600, "Ollama"),
    ]
    for step in steps:
        assert saved(step) == step
        assert step.title


def test_our_model_comes_and_goes_and_the_file_stays(machine, place, own, weights, ollama):
    step = BringModel(place, own, "Ollama")
    assert run(step, machine)
    assert not run(saved(step), machine)
    assert step.receipt(machine)["sha256"] == [own.parts[0].sha256]
    step.undo(machine)
    assert weights.exists()
    assert list(ollama.names()) == []


def test_somebody_elses_model_is_never_replaced(machine, place, own, store):
    own_models.write(store, replace(own, system="Another's."))
    step = BringModel(place, own, "Ollama")
    assert not step.done(machine)
    with pytest.raises(LocalaiError, match="localai did not make it"):
        run(step, machine)
    step.undo(machine)
    assert not own_models.written(store, own)
    assert own_models.written(store, replace(own, system="Another's."))


def test_a_model_that_was_deleted_behind_our_back_is_brought_again(machine, place, own, ollama):
    step = BringModel(place, own, "Ollama")
    run(step, machine)
    ollama.delete({"model": own.name})
    assert not step.done(machine)
    assert run(step, machine)


def test_a_model_is_loaded_and_another_client_may_have_changed_that(machine, place, own, ollama):
    run(BringModel(place, own, "Ollama"), machine)
    step = LoadModel(place, own.name, Expected(context=2048, system="You are kind."))
    assert run(step, machine)
    assert not run(step, machine)
    assert step.receipt(machine) == {"context": 2048, "bytes": 1000, "gpu": "", "differences": []}
    ollama.loaded[own.name] = 512
    assert run(step, machine)
    step.undo(machine)
    assert not ollama.loaded


def test_less_context_than_planned_stops_the_set_up(machine, place, own, ollama):
    large = replace(own, parameters={"num_ctx": 131072})
    run(BringModel(place, large, "Ollama"), machine)
    with pytest.raises(LocalaiError, match="8192 tokens, not 131072 tokens"):
        run(LoadModel(place, own.name, Expected(context=131072)), machine)


def test_a_server_that_is_gone_is_told_and_harms_no_removal(machine, own, ollama, place):
    step = BringModel(place, own, "Ollama")
    run(step, machine)
    gone = replace(place, port=1)
    with pytest.raises(LocalaiError, match="nobody listens"):
        run(LoadModel(gone, own.name, Expected()), machine)
    LoadModel(gone, own.name, Expected()).undo(machine)


def test_uninstalling_leaves_a_server_as_it_was(machine, place, own, ollama, registry, store):
    """Also where the server is away by then, and its folder is known."""
    registry.add("theirs:latest", WEIGHTS)
    list(ollama.pull({"model": registry.name("theirs:latest")}))
    before = ollama.tags(None), sorted(store.blobs.iterdir())
    run(BringModel(place, own, "Ollama"), machine)
    assert machine.model_server.remove_all() == ()
    assert (ollama.tags(None), sorted(store.blobs.iterdir())) == before
    away = replace(place, port=1)
    our_models.remember(away, own.name)
    own_models.write(store, own)
    assert machine.model_server.remove_all() == ()
    assert (ollama.tags(None), sorted(store.blobs.iterdir())) == before
    our_models.remember(replace(away, models_folder=""), own.name)
    assert machine.model_server.remove_all() == (own.name,)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_a_set_up_of_our_own_server_from_nothing_to_nothing(machine, tmp_path, own, weights):
    program = install(tmp_path / "app")
    folder = str(tmp_path / "home" / "data" / "ollama" / "models")
    place = ServerPlace(models_folder=folder)
    steps = [
        StartModelServer(ServeSettings(str(program), folder), 43700, "Ollama"),
        BringModel(place, own, "Ollama"),
        LoadModel(place, own.name, Expected(context=2048)),
    ]
    assert [run(step, machine) for step in steps] == [True, True, True]
    assert [run(step, machine) for step in steps] == [False, False, False]
    assert isinstance(steps[0].receipt(machine)["port"], int)
    for step in reversed(steps):
        step.undo(machine)
    assert not machine.model_server.running()
    assert weights.exists()


def test_a_base_of_a_registry_gets_our_settings(machine, place, registry, ollama):
    registry.add("tiny:latest", WEIGHTS, {"stop": ["<|im_end|>"]})
    list(ollama.pull({"model": registry.name("tiny:latest")}))
    own = OwnModel("localai-tiny", base=registry.name("tiny:latest"), parameters={"num_ctx": 1024})
    run(BringModel(place, own, "Ollama"), machine)
    assert ollama.parameters("localai-tiny") == {"num_ctx": 1024, "stop": ["<|im_end|>"]}
    ollama.delete({"model": registry.name("tiny:latest")})
    assert ollama.layer("localai-tiny", "model") == WEIGHTS


def test_a_server_that_listens_elsewhere_now_is_the_same_where_its_folder_is(machine, own):
    before = ServerPlace(21777, models_folder="/srv/models")
    our_models.remember(before, own.name)
    moved = replace(before, port=21778)
    assert our_models.is_ours(moved, own.name)
    assert not our_models.is_ours(replace(moved, models_folder="/other"), own.name)
    assert not our_models.is_ours(replace(moved, models_folder=""), own.name)
    our_models.forget(moved, own.name)
    assert not our_models.stores()


def test_a_server_whose_version_changes_serves_on(machine, place, own, ollama):
    steps = (
        BringModel(place, own, "Ollama"),
        LoadModel(place, own.name, Expected(context=2048)),
    )
    for step in steps:
        run(step, machine)
    ollama.version = "0.34.1"
    assert not any(run(step, machine) for step in steps)


def test_a_file_that_no_model_named_is_there_again_when_ours_is_gone(
    machine, place, own, store, weights
):
    """`create` leaves an upload that Ollama takes away with the last model that names it: ours."""
    blob = store.blob(own.parts[0].sha256)
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(weights.read_bytes())
    step = BringModel(place, own, "Ollama")
    run(step, machine)
    second = replace(own, name="localai-second")
    run(BringModel(place, second, "Ollama"), machine)
    assert machine.model_server.remove_all() == ()
    assert [one.name for one in store.blobs.iterdir()] == [blob.name]
    assert blob.read_bytes() == weights.read_bytes()
    blob.unlink()
    run(step, machine)
    run(BringModel(place, second, "Ollama"), machine)
    assert machine.model_server.remove_all() == ()
    assert not list(store.blobs.iterdir())
