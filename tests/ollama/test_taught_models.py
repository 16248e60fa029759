"""What a model was taught, on a server that keeps models of its own: an adapter beside the very weights."""

import hashlib
import os
from dataclasses import replace
from types import SimpleNamespace

import pytest

from localai_setup import executor, taught
from localai_setup.machine.ollama import models, own_models
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.workbench import Workbench
from localai_setup.model.licence import Licence
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.proof import AnswerTest
from localai_setup.model.readback import Expected
from localai_setup.model.settings import ServerSettings
from localai_setup.model.setup import SetUp
from localai_setup.state import saved_steps, step_document
from localai_setup.steps.bring_model import BringModel
from localai_setup.steps.check_answer import CheckAnswer
from localai_setup.steps.load_model import LoadModel
from localai_setup.taught import Lesson

from .test_lending import not_ours, nothing, unreadable

ADAPTER = b"GGUF, small matrices" * 20


def lesson_of(folder, name, content=ADAPTER):
    path = folder / f"{name}.gguf"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    return Lesson(name, str(path), digest, AnswerTest("One?", ("1",)), len(content))


@pytest.fixture
def lesson(tmp_path):
    return lesson_of(tmp_path, "support")


@pytest.fixture
def place(ollama):
    return ServerPlace(ollama.port, models_folder=str(ollama.models))


def set_up(place, own):
    steps = (
        BringModel(place, own, "Ollama"),
        LoadModel(place, own.name, Expected(context=2048)),
        CheckAnswer("key", "/m.gguf", AnswerTest("Hello?"), place=place, served_as=own.name),
    )
    return SetUp(
        "chat", "smol", "/m.gguf", 9, "a" * 64, "ollama", "ollama-0.33", (), ServerSettings(2048),
        AnswerTest("Hello?"), Licence("Apache-2.0", False), steps=tuple(map(step_document, steps)),
        place=place, served_as=own.name,
    )  # fmt: skip


def test_a_set_up_is_taught_and_forgets_again(place, own, lesson):
    before = set_up(place, own)
    after = taught.with_lesson(before, lesson, SimpleNamespace())
    bring, load, check = saved_steps(after)
    assert bring.own.name == own.name
    assert [one.kind for one in bring.own.parts] == ["model", "adapter"]
    assert bring.own.parts[1].path == lesson.path
    assert load.name == own.name
    assert (check.test, after.adapter) == (lesson.test, "support")
    assert taught.without_lesson(after) == before


def run(step, machine):
    return executor.run(step, machine, lambda _: None)


def step_of(setup):
    return saved_steps(setup)[0]


#: (what happens, whether the models folder is known): linked, pulled from here, created
WAYS = [(nothing, True), (not_ours, True), (unreadable, True), (nothing, False)]


@pytest.mark.parametrize(("happens", "known"), WAYS, ids=range(len(WAYS)))
def test_our_model_has_the_adapter_and_loses_it_again(
    place, own, lesson, ollama, monkeypatch, happens, known
):
    happens(monkeypatch, place)
    place = place if known else replace(place, models_folder="")
    before, machine = set_up(place, own), Workbench()
    after = taught.with_lesson(before, lesson, machine)
    run(step_of(before), machine)
    assert run(step_of(after), machine)
    assert not run(step_of(after), machine)
    assert ollama.layer(own.name, "adapter") == ADAPTER
    assert ollama.blob(f"sha256:{own.parts[0].sha256}").exists()
    assert run(step_of(before), machine)
    assert not run(step_of(before), machine)
    assert ollama.layer(own.name, "adapter") is None
    assert list(ollama.names()) == [own.name]
    assert not ollama.blob(f"sha256:{lesson.sha256}").exists()
    assert os.path.getsize(lesson.path) == len(ADAPTER)


def test_another_adapter_takes_the_place_of_the_first(place, own, lesson, ollama, tmp_path):
    before, machine = set_up(place, own), Workbench()
    other = lesson_of(tmp_path, "other", b"GGUF of another lesson")
    for one in (lesson, other):
        run(step_of(taught.with_lesson(before, one, machine)), machine)
    assert ollama.layer(own.name, "adapter") == b"GGUF of another lesson"
    assert not ollama.blob(f"sha256:{lesson.sha256}").exists()


def test_an_adapter_that_was_there_before_localai_stays(place, own, lesson, ollama):
    """Somebody else's file with the very bytes: no model names it, and it is not ours to delete."""
    blob = ollama.blob(f"sha256:{lesson.sha256}")
    blob.write_bytes(ADAPTER)
    before, machine = set_up(place, own), Workbench()
    run(step_of(taught.with_lesson(before, lesson, machine)), machine)
    run(step_of(before), machine)
    assert blob.exists()


def test_taking_our_models_away_takes_the_adapter_along(place, own, lesson, ollama):
    machine = Workbench()
    run(step_of(taught.with_lesson(set_up(place, own), lesson, machine)), machine)
    assert machine.model_server.remove_all() == ()
    assert list((ollama.models / "blobs").iterdir()) == []
    assert os.path.getsize(lesson.path) == len(ADAPTER)


def test_a_model_that_is_created_takes_the_adapter_by_its_own_field(ollama, own, lesson):
    api, taught_own = Api(ollama.port), replace(own, parts=(*own.parts, lesson.part))
    own_models.create(api, taught_own, lambda _: None)
    assert ollama.layer(own.name, "adapter") == ADAPTER
    assert own_models.created(api, taught_own)
    assert not own_models.created(api, own)
    other = replace(lesson.part, sha256="0" * 64)
    assert not own_models.created(api, replace(own, parts=(*own.parts, other)))
    assert f"sha256-{lesson.sha256}" in models.shown(api, own.name).modelfile
