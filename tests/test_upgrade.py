"""An upgrade keeps what works until the new set-up has answered, and there is a way back."""

import json
import signal
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest

from localai_setup import state, wayback
from localai_setup.commands import _kept, _replacing
from localai_setup.machine.keeping import folders, statefile
from localai_setup.machine.workbench import Workbench
from localai_setup.model.behaviour import Sampling
from localai_setup.model.engine import kind_of
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import ModelFile
from localai_setup.steps.check_answer import CheckAnswer
from localai_setup.steps.fetch_model import FetchModel
from localai_setup.steps.install_engine import InstallEngine

from .test_state import DOCUMENT

quick = pytest.mark.quick


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


@quick
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


@quick
def test_a_set_up_that_was_saved_differs_in_nothing_from_itself(home):  # noqa: ARG001
    saved = replace(OLD, sampling=Sampling(temperature=0.7))
    statefile.save(saved)
    assert wayback.changes(saved, statefile.load()) == ()


@quick
@pytest.mark.parametrize(
    ("older", "newer", "alike"),
    [
        ("xllamacpp-2026.9.11063-linux-x64", "xllamacpp-2026.10.11549-linux-x64", True),
        ("b11146-linux-cuda-12.8-x64", "b11512-linux-cuda-12.8-x64", True),
        ("b11146-linux-cuda-12.8-x64", "b11512-linux-cuda-13.4-x64", False),
        ("ollama-0.32.7-linux-cpu-x64", "ollama-0.33.0-rc2-linux-cpu-x64", True),
        ("ollama-0.32.7-linux-cpu-x64", "b11512-linux-cpu-x64", True),
        ("/usr/bin/llama-server", "linux-x64", False),
    ],
)
def test_builds_of_one_kind_differ_in_their_version_alone(older, newer, alike):
    assert (kind_of(older) == kind_of(newer)) == alike


@quick
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


@quick
@pytest.mark.parametrize("text", ["", "[", "{}", "[" * 100_000, json.dumps({"schema": "x"})])
def test_a_damaged_way_back_is_none_and_stops_nothing(home, text):
    (home / "state").mkdir()
    (home / "state/previous.json").write_text(text)
    assert _kept.document(NEW, Workbench()) is None


@quick
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


@quick
def test_outdated_files_are_removed_and_others_stay(home):
    for name in ("xllamacpp-0", "xllamacpp-1", "xllamacpp-2", "mine"):
        (home / "data/engines" / name).mkdir(parents=True)
    _kept.remove_outdated(set_up(engine="xllamacpp-0"), (NEW, OLD), Workbench())
    left = sorted(path.name for path in (home / "data/engines").iterdir())
    assert left == ["mine", "xllamacpp-1", "xllamacpp-2"]


class Killed(BaseException):
    """Nobody catches it: what was written until then is what stays."""


@quick
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


@quick
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
    with pytest.raises(BaseException) as told:  # noqa: PT011  which one is what is compared
        _replacing.carry_out([Step(ends)], NEW, bench, OLD, lambda _: True)
    assert isinstance(told.value, (type(ends), LocalaiError))
    assert bench.serving.now == "tiny"
    assert statefile.load() == OLD


@quick
def test_the_new_one_is_saved_by_nobody_before_its_caller_does(home):  # noqa: ARG001
    statefile.save(OLD)
    made = _replacing.carry_out([Step(None)], NEW, Bench(Serving()), OLD, lambda _: True)
    assert (made.build, made.answer, made.finished) == (NEW.build, "Hi", True)
    assert statefile.load() == OLD


@quick
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


# --- with the real engine: yesterday's localai had another runner ---------------------------


def as_yesterday(localai):
    """The set-up as an older localai made it: its runner had other bytes, its server runs."""
    localai("down")
    state_file = localai.home / "local ai ü/state/state.json"
    saved = json.loads(state_file.read_text("utf-8"))
    install = next(one for one in saved["steps"] if one["id"] == "install-engine")
    install["runner"] += "# of yesterday\n"
    step = state.step_of(install)
    folder = Path(saved["program"][1]).parent
    for runner in folder.glob("runner-*.py"):
        runner.unlink()
    name = f"runner-{sha256(step.runner.encode()).hexdigest()[:12]}.py"
    (folder / name).write_text(step.runner)
    program = [saved["program"][0], str(folder / name)]
    saved["program"] = program
    next(one for one in saved["steps"] if one["id"] == "start-server")["program"] = program
    state_file.write_text(json.dumps(saved))
    assert localai("up").returncode == 0
    return name


def program_of(localai):
    saved = json.loads((localai.home / "local ai ü/state/state.json").read_text("utf-8"))
    return Path(saved["program"][1]).name


@pytest.mark.real
@pytest.mark.e2e
def test_an_upgrade_and_the_way_back_are_proved_by_answers(localai):
    assert localai("init", "--yes", "--for", "starter").returncode == 0
    newest = program_of(localai)
    assert localai.json("upgrade", "--yes")["changes"] == []
    old = as_yesterday(localai)
    before = localai.json("status")
    planned = localai.json("upgrade", "--dry-run")
    assert planned["changes"] == [
        {"what": "program that starts the engine", "from": old, "to": newest}
    ]
    assert planned["downloads"] == []
    assert program_of(localai) == old
    assert localai("upgrade").returncode == 4
    done = localai.json("upgrade", "--yes")
    assert done["upgraded"]
    assert done["answer"]
    assert done["previous"]["model"] == "smollm2-135m"
    assert program_of(localai) == newest
    status = localai.json("status")
    assert (status["running"], status["address"]) == (True, before["address"])
    assert status["pid"] != before["pid"]
    assert "Kept for the way back" in localai("status").stderr
    back = localai.json("upgrade", "--undo", "--yes")
    assert back["answer"]
    assert program_of(localai) == old
    assert localai.json("status")["running"]


def left_serving(localai, before):
    """Whether what was set up before is served as it was, and answers."""
    now = localai.json("status")
    same = ("running", "address", "model", "build", "model_file")
    return [now[one] for one in same] == [before[one] for one in same] and localai(
        "chat", "Say hi"
    ).returncode == 0


def broken_copy(localai, path):
    """A file with the header of the starter's model and nonsense for weights."""
    model = next((localai.home / "local ai ü/data/models").glob("*.gguf"))
    raw = bytearray(model.read_bytes())
    raw[5_000_000:-1_000_000] = b"\xff" * (len(raw) - 6_000_000)
    path.write_bytes(raw)
    return path


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_what_fails_leaves_the_old_one_serving(localai, tmp_path):
    """A broken model, an engine that cannot be fetched, a signal in the middle."""
    assert localai("init", "--yes", "--for", "starter").returncode == 0
    before = localai.json("status")
    broken = broken_copy(localai, tmp_path / "broken.gguf")
    done = localai("init", "--yes", "--model", str(broken))
    assert done.returncode == 1, done.stderr
    assert "is kept; its server is started again" in " ".join(done.stderr.split())
    assert left_serving(localai, before)
    for number in (signal.SIGTERM, signal.SIGINT):
        changing = localai.start("init", "--yes", "--model", str(broken))
        wait_for(lambda: localai.json("status")["pid"] != before["pid"])
        changing.send_signal(number)
        changing.communicate(timeout=120)
        assert changing.returncode in (1, 130, 143)
        assert left_serving(localai, before)
    with_broken_engine(localai)
    done = localai("upgrade", "--yes")
    assert done.returncode == 1, done.stdout + done.stderr
    assert left_serving(localai, before)


def wait_for(true, seconds=60):
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.1)


def with_broken_engine(localai):
    """The user's own recipe of the engine, with the hash of another wheel."""
    shipped = (Path(__file__).parents[1] / "recipes/engines/llama.cpp.yaml").read_text("utf-8")
    build = localai.json("status")["build"]
    newer = shipped.replace(build.rpartition("-linux")[0], "xllamacpp-2026.9.11063")
    newer = newer.replace("version: 2026.10.11549", "version: 2026.9.11063")
    own = localai.home / "local ai ü/config/recipes"
    own.mkdir(parents=True)
    (own / "engine.yaml").write_text(newer, "utf-8")
