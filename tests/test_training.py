"""A training that goes on where it was: its own examples, its own settings, its own name."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from localai_setup import engines, taught
from localai_setup.commands import _tuning_ways, tuned
from localai_setup.commands import tune as tune_command
from localai_setup.commands._options import Options
from localai_setup.commands._recipes import load_recipes
from localai_setup.commands._taught import Checked, Taught
from localai_setup.commands._taught import taught as taught_from
from localai_setup.commands._training import Begins, Training, Trial
from localai_setup.commands.tune import TuneRequest, _name
from localai_setup.machine.keeping import folders
from localai_setup.machine.keeping.locking import Lock
from localai_setup.machine.tuning import adapters
from localai_setup.machine.tuning.adapters import Begun
from localai_setup.machine.tuning.tokens import Row
from localai_setup.machine.tuning.trainer import Event, _event
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.licence import Licence
from localai_setup.model.proof import AnswerTest
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.model.setup import SetUp
from localai_setup.model.tuning import Adapter
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.memory import Memory
from localai_setup.state import from_document, saved_steps, step_document, to_document
from localai_setup.steps.check_answer import CheckAnswer
from localai_setup.steps.install_engine import InstallEngine
from localai_setup.steps.start_server import StartServer
from localai_setup.taught import Lesson
from localai_setup.ui import shellwords
from localai_setup.tuning.examples import Data, Example, Turn
from localai_setup.tuning.parting import Parted
from localai_setup.tuning import cost

from .test_taught import START, saved
from .test_tuning import RUN, SIZE, SMALL

pytestmark = pytest.mark.quick


class FakeTrainer:
    """Tells what it is given, and writes the result at the end."""

    def __init__(self, *events) -> None:
        self.events_, self.asked = events, []

    def events(self, settings, folder):
        self.asked.append(settings)
        yield from self.events_
        if "trial_steps" not in settings:
            (folder / "adapter.gguf").write_bytes(b"adapter")


ROW = Row((1, 2, 3, 4), 2)
TRIED = (
    Event("loading"),
    Event("trial", threads=1, seconds_per_step=2.0, peak_mib=900.0),
    Event("trial", threads=2, seconds_per_step=9.0, peak_mib=950.0),
    Event(),
)
EVENTS = (
    Event("step", step=1, of=2, loss=3.0),
    Event("step", step=2, of=2, loss=0.5),
    Event("done", peak_mib=1200.5),
)


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setattr(folders, "folder", lambda name: tmp_path / name)
    return tmp_path


def training(trainer, run=RUN):
    examples = Taught(Data("", ()), Parted((), ()), (ROW, ROW), (ROW,), "d" * 64)
    made = Training(trainer, "support", "/m.gguf", run, examples)
    made.begin(Begun(SAME, "/home/a/my support.jsonl"))
    return made


def test_the_trial_takes_the_threads_of_the_fastest_step_and_is_made_once(home):
    trainer = FakeTrainer(*TRIED)
    made = training(trainer)
    assert made.trial(list().append) == Trial(1, 2.0, 900.0)
    assert training(trainer).trial(list().append) == Trial(1, 2.0, 900.0)
    assert len(trainer.asked) == 1


def test_a_training_tells_its_steps_and_is_not_done_twice(home):
    trainer, reported = FakeTrainer(*EVENTS), []
    trained = training(trainer).train(1, reported.append)
    assert (trained.peak_mib, trained.last_loss) == (1200.5, 0.5)
    assert reported[-1].detail == "step 2 of 2, about 0 s left, loss 0.50"
    again = training(trainer).train(1, reported.append)
    assert again.file == trained.file
    assert len(trainer.asked) == 1


#: a line of the trainer's output → what it tells
LINES = [
    (b'{"event": "step", "step": 3, "of": 9, "loss": 0.25}', Event("step", 3, 9, 0.25)),
    (b'{"event": "saved", "step": 3, "of": null}', Event("saved", 3)),
    (b"Loading weights: 100%", Event()),
    (b"[1, 2]", Event()),
    (b"{", Event()),
]


@pytest.mark.parametrize(("line", "event"), LINES)
def test_a_line_tells_what_it_says_and_no_more(line, event):
    assert _event(line) == event


def test_other_settings_are_another_training(home):
    trainer = FakeTrainer(*EVENTS)
    training(trainer).train(1, list().append)
    training(trainer, replace(RUN, size=replace(SIZE, epochs=3))).train(1, list().append)
    assert [one["epochs"] for one in trainer.asked] == [2, 3]
    assert trainer.asked[0]["examples"] == [{"tokens": (1, 2, 3, 4), "given": 2}] * 2


def test_a_training_tells_how_it_begins(home):
    made = training(FakeTrainer())
    assert made.begin(BEGUN) is Begins.AGAIN
    other = replace(made, run=replace(RUN, recompute=True))
    assert other.begin(BEGUN) is Begins.ANEW
    adapters.remove("support")
    assert made.begin(BEGUN) is Begins.FIRST


def test_what_another_command_changed_meanwhile_is_not_taught_over(home, monkeypatch):
    one = saved(START)
    job = tune_command._Job(one, None, None, None, None, "support", None)
    monkeypatch.setattr(tune_command, "saved", lambda: replace(one, port=43119))
    assert tune_command._as_planned(job).setup.port == 43119
    monkeypatch.setattr(adapters, "find", lambda _name: SimpleNamespace())
    with pytest.raises(LocalaiError, match="Another command changed"):
        tune_command._as_planned(job)
    monkeypatch.setattr(adapters, "find", lambda _name: None)
    monkeypatch.setattr(tune_command, "saved", lambda: replace(one, model_sha256="f" * 64))
    with pytest.raises(LocalaiError, match="Another command changed"):
        tune_command._as_planned(job)


def test_a_plan_does_not_wait_for_a_training(home, monkeypatch):
    monkeypatch.setattr(tune_command, "LOCK_SECONDS", 0)
    with tune_command._alone(TuneRequest("a.csv")):
        with tune_command._alone(TuneRequest("a.csv", dry_run=True)):
            pass
        with pytest.raises(LocalaiError, match="Another localai"):
            with tune_command._alone(TuneRequest("a.csv")):
                pass


#: (what is to be learned, the name of its file, what it is called)
UNDER_WAY = [
    (adapters.Lesson("a" * 64, "d" * 64), "support", "support"),
    (adapters.Lesson("a" * 64, "d" * 64), "renamed", "support"),
    (adapters.Lesson("a" * 64, "e" * 64), "support", "support-2"),
    (adapters.Lesson("b" * 64, "d" * 64), "support", "support-2"),
]


@pytest.mark.parametrize(("lesson", "stem", "name"), UNDER_WAY)
def test_a_training_that_was_interrupted_goes_on_with_its_own_examples_alone(
    home, lesson, stem, name
):
    """Whatever their file is called, and whichever other examples are learned in between."""
    training(FakeTrainer())
    (adapters.run_folder("support") / "checkpoints").mkdir()
    assert _name(TuneRequest(""), Path(f"/{stem}.jsonl"), lesson) == name
    assert adapters.is_free("support", lesson) is (name == "support")
    assert adapters.interrupted() == {"support": BEGUN}


def test_a_training_that_was_interrupted_is_listed_and_removed(home, capsys):
    training(FakeTrainer())
    tuned.listing(Options())
    shown = " ".join(capsys.readouterr().out.split())
    assert "support: its training was interrupted" in shown
    assert f"`localai tune {shellwords.word(BEGUN.data)}` goes on" in shown
    tuned.listing(Options(json=True))
    found = json.loads(capsys.readouterr().out)
    assert found["interrupted"] == [{"name": "support", "examples": BEGUN.data}]
    tuned.remove(Options(), "support", yes=True)
    assert not adapters.folder("support").exists()
    with pytest.raises(LocalaiError, match="support"):
        tuned.remove(Options(), "support", yes=True)


def test_a_training_that_goes_on_is_not_called_interrupted(home, capsys):
    training(FakeTrainer())
    with Lock("init"):
        tuned.listing(Options())
    shown = " ".join(capsys.readouterr().out.split())
    assert "interrupted" not in shown
    assert "support: not ready; another localai is at work now" in shown


ADAPTER = Adapter(
    "support",
    "m",
    "a" * 64,
    "f" * 64,
    9,
    "2026-11-29T00:00:00Z",
    8,
    4,
    "d" * 64,
    SIZE,
    AnswerTest("One?", ("1",)),
)
SAME = adapters.Lesson("a" * 64, "d" * 64)
BEGUN = Begun(SAME, "/home/a/my support.jsonl")
#: (name, what is to be learned, the name that is free for it)
FREE = [
    ("other", SAME, "other"),
    ("support", SAME, "support"),
    ("support", adapters.Lesson("b" * 64, "d" * 64), "support-2"),
    ("support", adapters.Lesson("a" * 64, "e" * 64), "support-2"),
]


@pytest.mark.parametrize(("name", "lesson", "free"), FREE)
def test_what_was_taught_is_never_written_over(home, name, lesson, free):
    adapters.save(ADAPTER)
    assert adapters.find("support") == ADAPTER
    assert adapters.free_name(name, lesson) == free


@pytest.mark.parametrize(("unfinished", "free"), [(False, "support-2"), (True, "support")])
def test_an_adapter_without_a_readable_record_is_never_written_over(home, unfinished, free):
    adapters.save(ADAPTER)
    adapters.file("support").write_bytes(b"GGUF")
    (adapters.folder("support") / adapters.RECORD).write_text("{damaged")
    if unfinished:
        adapters.run_folder("support").mkdir()
    assert adapters.free_name("support", adapters.Lesson("c" * 64, "d" * 64)) == free
