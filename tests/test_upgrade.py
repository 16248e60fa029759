"""An upgrade keeps what works until the new set-up has answered, and there is a way back."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from localai_setup import state, wayback
from localai_setup.commands import _kept, _replacing
from localai_setup.machine.keeping import folders, statefile
from localai_setup.machine.workbench import Workbench
from localai_setup.model.behaviour import Sampling
from localai_setup.engines import kind_of
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import ModelFile
from localai_setup.steps.check_answer import CheckAnswer
from localai_setup.steps.fetch_model import FetchModel
from localai_setup.steps.install_engine import InstallEngine

from .test_state import DOCUMENT

pytestmark = pytest.mark.quick


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


def set_up(model="tiny", engine="xllamacpp-1", digest="a" * 64):
    """A finished set-up of this model's file on this build of the engine."""
    file = ModelFile("weights", f"{model}.gguf", 5, digest, "Q4", "o/r", "main")
    steps = (InstallEngine(engine, "pins", "runner"), FetchModel(file))
    made = replace(
        state.from_document(DOCUMENT),
        model=model,
        build=f"{engine}-linux-x64",
        model_path=f"/m/{digest[:12]}-{model}.gguf",
        model_sha256=digest,
        steps=tuple(map(state.step_document, steps)),
        finished=True,
    )
    return state.from_document(json.loads(json.dumps(state.to_document(made))))  # as a file has it


OLD, NEW = set_up(), set_up(engine="xllamacpp-2")


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (OLD, ()),
        (replace(OLD, port=1, predicted_tps=3.0, answer="Hi", receipts=()), ()),
        (NEW, ("engine",)),
        (set_up(digest="b" * 64), ("model file",)),
        (set_up(model="large"), ("model", "model file")),
        (replace(OLD, program=("python", "runner-2.py")), ("program that starts the engine",)),
        (
            replace(OLD, sampling=Sampling(temperature=0.7)),
            ("sampling",),
        ),
    ],
    ids=["same", "numbers alone", "engine", "file", "model", "runner", "sampling"],
)
def test_what_changes_is_named(after, named):
    assert tuple(one.what for one in wayback.changes(OLD, after)) == named


def test_a_set_up_that_was_saved_differs_in_nothing_from_itself(home):  # noqa: ARG001
    saved = replace(OLD, sampling=Sampling(temperature=0.7))
    statefile.save(saved)
    assert wayback.changes(saved, statefile.load()) == ()


@pytest.mark.parametrize(
    ("engine", "older", "newer", "alike"),
    [
        (
            "llama.cpp",
            "xllamacpp-2026.9.11063-linux-x64",
            "xllamacpp-2026.10.11549-linux-x64",
            True,
        ),
        ("llama.cpp", "b11146-linux-cuda-12.8-x64", "b11512-linux-cuda-12.8-x64", True),
        ("llama.cpp", "b11146-linux-cuda-12.8-x64", "b11512-linux-cuda-13.4-x64", False),
        ("ollama", "ollama-0.32.7-linux-cpu-x64", "ollama-0.33.0-rc2-linux-cpu-x64", True),
        ("llama.cpp", "ollama-0.32.7-linux-cpu-x64", "b11512-linux-cpu-x64", False),
        ("llama.cpp", "/usr/bin/llama-server", "linux-x64", False),
    ],
)
def test_builds_of_one_kind_differ_in_their_version_alone(engine, older, newer, alike):
    assert (kind_of(engine, older) == kind_of(engine, newer)) == alike


def test_only_what_the_other_does_not_use_is_kept_for_the_way_back(home):
    kept = wayback.kept_for(OLD, NEW, Workbench())
    assert [Path(path).name for path in kept] == ["xllamacpp-1"]
    engine = home / "data/engines/xllamacpp-1"
    engine.mkdir(parents=True)
    (engine / "lib.so").write_bytes(b"x" * 1000)
    statefile.keep_previous(OLD)
    assert _kept.document(NEW, Workbench()) == {
        "model": "tiny",
        "engine": "llama.cpp",
        "build": OLD.build,
        "bytes": 1000,
    }


@pytest.mark.parametrize("text", ["", "[", "{}", "[" * 100_000, json.dumps({"schema": "x"})])
def test_a_damaged_way_back_is_none_and_stops_nothing(home, text):
    (home / "state").mkdir()
    (home / "state/previous.json").write_text(text)
    assert _kept.document(NEW, Workbench()) is None


@pytest.mark.parametrize(
    ("dropped", "kept", "gone"),
    [
        (set_up(engine="xllamacpp-0"), (NEW, OLD), ["xllamacpp-0"]),
        (set_up(digest="c" * 64), (NEW, OLD), ["cccccccccccc-tiny.gguf"]),
        (set_up(model="other", digest="d" * 64), (NEW, OLD), []),
        (OLD, (NEW, OLD), []),
    ],
    ids=["older engine", "older file of the model", "another model stays", "still in use"],
)
def test_what_nothing_leads_back_to_is_outdated(home, dropped, kept, gone):  # noqa: ARG001
    assert [Path(path).name for path in wayback.outdated(dropped, kept, Workbench())] == gone


def test_outdated_files_are_removed_and_others_stay(home):
    for name in ("xllamacpp-0", "xllamacpp-1", "xllamacpp-2", "mine"):
        (home / "data/engines" / name).mkdir(parents=True)
    _kept.remove_outdated(set_up(engine="xllamacpp-0"), (NEW, OLD), Workbench())
    left = sorted(path.name for path in (home / "data/engines").iterdir())
    assert left == ["mine", "xllamacpp-1", "xllamacpp-2"]


class Killed(BaseException):
    """Nobody catches it: what was written until then is what stays."""


@pytest.mark.parametrize("record", [_replacing.remember, _replacing.swap])
@pytest.mark.parametrize("writes", [0, 1, 2])
def test_killed_between_any_two_writes_both_files_name_a_set_up_that_worked(
    home, monkeypatch, record, writes
):  # noqa: ARG001
    before, after = (OLD, NEW) if record is _replacing.remember else (NEW, OLD)
    statefile.save(before)
    statefile.keep_previous(set_up(engine="xllamacpp-0") if before is OLD else OLD)
    write, done = statefile.write_atomically, []

    def killed(*arguments):
        if len(done) == writes:
            raise Killed
        done.append(write(*arguments))

    monkeypatch.setattr(statefile, "write_atomically", killed)
    if writes < 2:
        with pytest.raises(Killed):
            record(before, after)
    else:
        record(before, after)
    current, previous = statefile.load(), statefile.previous()
    assert current in (before, after)
    assert previous is not None
    if writes == 2:
        assert (current, previous) == (after, before)
    if current == after:
        assert previous in (before, after)


@dataclass
class Serving:
    """The server of a place; whoever starts one takes the place of the other."""

    now: str = "old"

    def running(self, _place):
        return self.now

    def stop(self, _place, _name):
        self.now = ""


@dataclass
class Bench:
    serving: Serving


@dataclass
class Step:
    """Starts the server, and then ends as told."""

    ends: BaseException | None
    id: str = "start-server"
    title: str = "start"
    is_done: bool = False

    def done(self, _machine):
        return self.is_done

    def apply(self, machine, _report):
        machine.serving.now = "new"
        if self.ends:
            raise self.ends
        self.is_done = True

    def writes(self, _machine):
        return ()

    def receipt(self, _machine):
        return {"answer": "Hi"}


@pytest.mark.parametrize(
    "ends",
    [
        LocalaiError("it broke"),
        OSError(28, "No space left on device"),
        KeyboardInterrupt(),
        SystemExit(143),
        ValueError("a bug of ours"),
    ],
    ids=lambda one: type(one).__name__,
)
def test_however_it_fails_the_old_one_serves_again_and_stays_saved(home, monkeypatch, ends):  # noqa: ARG001
    bench = Bench(Serving())
    statefile.save(OLD)
    monkeypatch.setattr(
        _replacing, "serve_again", lambda setup, where: setattr(where.serving, "now", setup.model)
    )
    with pytest.raises(BaseException) as reported:  # noqa: PT011  which one is what is compared
        _replacing.carry_out([Step(ends)], NEW, bench, OLD, lambda _: True)
    assert isinstance(reported.value, (type(ends), LocalaiError))
    assert bench.serving.now == "tiny"
    assert statefile.load() == OLD


def test_the_new_one_is_saved_by_nobody_before_its_caller_does(home):  # noqa: ARG001
    statefile.save(OLD)
    made = _replacing.carry_out([Step(None)], NEW, Bench(Serving()), OLD, lambda _: True)
    assert (made.build, made.answer, made.finished) == (NEW.build, "Hi", True)
    assert statefile.load() == OLD


def test_what_cannot_be_saved_leaves_the_old_one_serving(home, monkeypatch):  # noqa: ARG001
    bench, served = Bench(Serving("new")), []
    statefile.save(OLD)
    monkeypatch.setattr(_replacing, "serve_again", lambda setup, _: served.append(setup))

    def full(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        _replacing.settle(OLD, NEW, bench, full)
    assert served == [OLD]
    assert statefile.load() == OLD


def test_an_old_answer_proves_nothing_new():
    class Proof(Step):
        undone = 0

        def undo(self, _machine):
            self.undone += 1

    other, proof = Step(None), Proof(None, CheckAnswer.id)
    steps = wayback.proved_anew([other, proof], None)
    assert next(steps) is other
    assert proof.undone == 0
    assert next(steps) is proof
    assert proof.undone == 1
