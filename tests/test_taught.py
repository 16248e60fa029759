"""The set-up that was taught and forgets again, and how a training is made to fit."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from localai_setup import engines, taught
from localai_setup.commands import _tuning_ways, tuned
from localai_setup.commands._options import Options
from localai_setup.commands._recipes import load_recipes
from localai_setup.commands._taught import Checked, Taught
from localai_setup.commands._taught import taught as taught_from
from localai_setup.commands._training import Begins, Training, Trial
from localai_setup.commands.tune import TuneRequest, _name
from localai_setup.machine.keeping import folders
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
from localai_setup.tuning.examples import Data, Example, Turn
from localai_setup.tuning.parting import Parted
from localai_setup.tuning import cost

from .test_tuning import RUN, SIZE, SMALL

pytestmark = pytest.mark.quick

INSTALL = InstallEngine("xllamacpp-1", "xllamacpp==1", "an older program", engine="llama.cpp")
START = StartServer(
    ("python", "old.py"), StartSettings(ServerSettings(512), "/m.gguf", "m"), 43110, "llama.cpp"
)
CHECK = CheckAnswer("key", "/m.gguf", AnswerTest("Hello?", ("hi",)), use="chat", model="m")
LESSON = Lesson("support", "/a.gguf", "f" * 64, AnswerTest("One?", ("1",)))
BENCH = SimpleNamespace(environments=SimpleNamespace(program=lambda name, runner: ("new", name)))


def saved(*steps):
    return SetUp(
        "chat", "m", "/m.gguf", 9, "a" * 64, "llama.cpp", "b1", ("python", "old.py"), ServerSettings(512),
        AnswerTest("?"), Licence("Apache-2.0", False), finished=True, steps=tuple(map(step_document, steps)),
    )  # fmt: skip


def test_a_lesson_is_loaded_by_a_program_of_today_and_proved_by_its_own_question():
    after = taught.with_lesson(saved(INSTALL, START, CHECK), LESSON, BENCH)
    install, start, check = saved_steps(after)
    assert install == replace(INSTALL, runner=engines.runner())
    assert start.program == ("new", "xllamacpp-1") == after.program
    assert start.start.adapter_path == "/a.gguf"
    assert check.test == LESSON.test == after.test
    assert check.key != CHECK.key
    assert after.adapter == "support"


def test_a_program_of_the_user_stays():
    after = taught.with_lesson(saved(START, CHECK), LESSON, BENCH)
    assert after.program == ("python", "old.py")


def test_without_its_lesson_a_set_up_is_as_before():
    before = saved(INSTALL, START, CHECK)
    after = taught.without_lesson(taught.with_lesson(before, LESSON, BENCH))
    assert after == replace(before, test=CHECK.test)
    assert taught.without_lesson(before) is before


def test_another_lesson_takes_the_place_of_the_first():
    before = saved(INSTALL, START, CHECK)
    first = taught.with_lesson(before, LESSON, BENCH)
    other = replace(LESSON, name="other", path="/b.gguf")
    assert taught.with_lesson(first, other, BENCH) == taught.with_lesson(before, other, BENCH)


def test_a_set_up_that_was_taught_is_saved_and_read_again():
    after = taught.with_lesson(saved(INSTALL, START, CHECK), LESSON, BENCH)
    read = from_document(json.loads(json.dumps(to_document(after))))
    assert saved_steps(read) == saved_steps(after)
    assert saved_steps(taught.without_lesson(read)) == (INSTALL, START, CHECK)


def rows_of(*examples):
    checked = Checked(Data("", examples), "d" * 64)
    tokens = SimpleNamespace(row=lambda one: Row((ord(one.answer[0]), len(one.answer)), 1))
    return taught_from(checked, tokens, 512, list().append)


def test_each_example_keeps_its_tokens_where_all_stand_in_one_line():
    """As a list is that a program wrote."""
    examples = [
        Example(1, (Turn("user", f"{n}?"), Turn("assistant", chr(65 + n)))) for n in range(20)
    ]
    found = rows_of(*examples)
    sides = ((found.parted.train, found.train), (found.parted.held_back, found.held_back))
    for side, rows in sides:
        assert [chr(one.tokens[0]) for one in rows] == [one.answer for one in side]
    assert (len(found.train), len(found.held_back)) == (16, 4)


def test_one_question_for_all_is_told():
    examples = [
        Example(n, (Turn("user", "A text."), Turn("assistant", chr(65 + n)))) for n in range(20)
    ]
    with pytest.raises(LocalaiError, match="the same question"):
        rows_of(*examples)


WORK = _tuning_ways.Work(SMALL, 97, 62, cost.HALF_BYTES)
TUNING = load_recipes().tuning
CARD = Gpu("nvidia", "x", memory_mib=24_000, memory_kind="dedicated", used_mib=1_000,
           compute_capability="8.9", usable=True)  # fmt: skip
#: (card, whether the training goes to it)
CARDS = [
    (CARD, True),
    (replace(CARD, used_mib=23_500), False),
    (replace(CARD, used_mib=None), False),
    (replace(CARD, compute_capability="7.5"), False),
    (replace(CARD, compute_capability=None), False),
    (replace(CARD, usable=False), False),
    (replace(CARD, vendor="amd"), False),
    (replace(CARD, mig=True), False),
]


@pytest.mark.parametrize(("card", "goes"), CARDS, ids=range(len(CARDS)))
def test_only_a_card_with_room_is_trained_on(card, goes):
    found = _tuning_ways.first(WORK, Facts({Gpus: Gpus((card,))}), TUNING)
    assert found[1].on_gpu is goes


#: (free MiB, examples at a time, whether values are computed twice; None where it does not fit)
ROOMS = [
    (20_000, 4, False),
    (2_400, 1, False),
    (1_800, 1, True),
    (1_000, None, None),
    (None, 4, False),
]


@pytest.mark.parametrize(("free", "batch", "recompute"), ROOMS)
def test_a_training_is_made_to_fit(free, batch, recompute):
    facts = Facts({Memory: Memory(available_mib=free)})
    way = _tuning_ways.first(replace(WORK, longest=512), facts, TUNING)
    assert (way is not None) is (batch is not None)
    if not way:
        return
    found = way[1]
    assert (found.size.batch, found.recompute) == (batch, recompute)
    assert found.size.batch * found.size.accumulation == 4
