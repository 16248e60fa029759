"""The settings of a training, what it costs, how answers are scored, and the set-up that was taught."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest

from localai_setup import engines, taught
from localai_setup.commands._recipes import load_recipes
from localai_setup.commands._taught import Taught
from localai_setup.commands._training import Training, Trial
from localai_setup.fit.gguf import Header, Tensor
from localai_setup.machine.keeping import folders
from localai_setup.machine.tuning import adapters
from localai_setup.machine.tuning.tokens import Row
from localai_setup.model.errors import LocalaiError
from localai_setup.model.proof import AnswerTest
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.model.tuning import Score, TuningSize
from localai_setup.state import from_document, saved_steps, step_document, to_document
from localai_setup.steps.check_answer import CheckAnswer
from localai_setup.steps.install_engine import InstallEngine
from localai_setup.steps.start_server import StartServer
from localai_setup.taught import Lesson
from localai_setup.tuning import cost, scoring
from localai_setup.tuning.base import Base, base_of
from localai_setup.tuning.cost import Run
from localai_setup.tuning.examples import Data
from localai_setup.tuning.parting import Parted

pytestmark = pytest.mark.quick

RECIPE = load_recipes().tuning["lora"]
#: (values of the model, the rank that it gets; None where it is too large)
RANKS = [
    (134_515_008, 8),
    (10**9, 8),
    (10**9 + 1, 16),
    (8 * 10**9, 16),
    (70 * 10**9, 16),
    (10**12, None),
]


@pytest.mark.parametrize(("values", "rank"), RANKS)
def test_the_settings_follow_the_size(values, rank):
    found = RECIPE.size_for(values)
    assert (found.rank if found else None) == rank


HEADER = Header(
    {"general.architecture": "llama", "llama.block_count": 2, "llama.embedding_length": 8, "llama.feed_forward_length": 20,
     "llama.attention.head_count": 4, "llama.attention.head_count_kv": 2},
    {},
    (
        Tensor("token_embd.weight", (8, 100), 0),
        Tensor("blk.0.attn_q.weight", (8, 8), 0),
        Tensor("blk.1.ffn_down.weight", (20, 8), 0),
        Tensor("blk.1.ffn_down_exps.weight", (20, 8, 4), 0),
        Tensor("blk.1.attn_norm.weight", (8,), 0),
    ),
)  # fmt: skip


def test_a_header_tells_what_is_trained():
    found = base_of(HEADER)
    assert found == Base("llama", 2, 4, 2, 8, 20, 100, 800 + 64 + 160 + 640 + 8, 16 + 28)
    assert found.trained_values(8) == 8 * 44


def test_a_header_without_numbers_trains_nothing():
    assert base_of(Header({}, {}, ())) == Base("", 0, 0, 0, 0, 0, 0, 0, 0)


#: SmolLM2 135M, as its header says it
SMALL = Base("llama", 30, 9, 3, 576, 1536, 49_152, 134_515_008, 305_280)


def test_the_adapter_has_as_many_values_as_peft_counts():
    """peft's own count for this model at rank 8, printed by `print_trainable_parameters`."""
    assert SMALL.trained_values(8) == 2_442_240


#: (examples, batch, accumulation, epochs, steps)
STEPS = [
    (126, 4, 1, 2, 64),
    (120, 4, 1, 2, 60),
    (1, 4, 1, 3, 3),
    (100, 2, 4, 2, 26),
    (8, 2, 4, 1, 1),
]


@pytest.mark.parametrize(("examples", "batch", "accumulation", "epochs", "steps"), STEPS)
def test_steps_and_time(examples, batch, accumulation, epochs, steps):
    size = TuningSize(10**9, 8, 16, 1e-3, epochs, batch, accumulation)
    run = Run(SMALL, size, examples, 64, cost.HALF_BYTES)
    assert run.steps == steps
    assert cost.seconds(run, 2.0) == steps * accumulation * 2.0


#: Measured with the trainer of the pins (torch 2.15, Linux, one thread, SmolLM2 135M): batch, tokens, bytes of
#: a number, rank, MiB at the most. The first is a whole training, the others trials of two steps.
MEASURED_MIB = [
    (4, 62, 2, 8, 1799),
    (8, 256, 2, 8, 5382),
    (2, 512, 4, 8, 4156),
    (1, 1024, 2, 32, 3334),
    (4, 128, 4, 16, 2773),
]


@pytest.mark.parametrize(("batch", "tokens", "number_bytes", "rank", "mib"), MEASURED_MIB)
def test_memory_is_predicted_within_a_twentieth(batch, tokens, number_bytes, rank, mib):
    size = TuningSize(10**9, rank, 2 * rank, 1e-3, 2, batch)
    predicted = cost.memory_mib(Run(SMALL, size, 8, tokens, number_bytes))
    assert predicted == pytest.approx(mib, rel=0.05)


SIZE = TuningSize(10**9, 8, 16, 1e-3, 2, 4)
RUN = Run(SMALL, SIZE, 126, 512, cost.HALF_BYTES)
#: what makes a training need more memory
LARGER = [
    replace(RUN, longest=1024),
    replace(RUN, number_bytes=cost.FULL_BYTES),
    replace(RUN, size=replace(SIZE, batch=8)),
    replace(RUN, size=replace(SIZE, rank=64)),
    replace(RUN, base=replace(SMALL, vocabulary=200_000)),
]


@pytest.mark.parametrize("larger", LARGER, ids=range(len(LARGER)))
def test_more_of_anything_takes_more_memory(larger):
    assert (
        cost.memory_mib(larger)
        > cost.memory_mib(RUN)
        > cost.memory_mib(replace(RUN, recompute=True))
    )


#: (what was taught, answers, the score)
SCORES = [
    ([], [], Score(0, 0, 0, 0.0)),
    (["yes", "no"], ["Yes ", "maybe"], Score(2, 1, 2, 0.5)),
    (['{"a": 1, "b": 2}'], ['{"b": 2, "a": 1}'], Score(1, 0, 1, 7 / 13)),
    (['{"a": 1}'], ['{"b": 1}'], Score(1, 0, 0, 6 / 7)),
    (['{"a": 1}'], ["no JSON"], Score(1, 0, 0, 0.0)),
    (["one two three four"], ["one two"], Score(1, 0, 1, 2 * 2 / 6)),
    (["one two three four"], ["one"], Score(1, 0, 0, 2 / 5)),
    (["one"], [""], Score(1, 0, 0, 0.0)),
    (["a", "b", "a", "b"], ["a", "c", "b", "b"], Score(4, 2, 3, 0.5)),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "answers", "score"), SCORES)
def test_answers_are_scored(expected, answers, score):
    found = scoring.score(expected, answers)
    assert replace(found, likeness=0.0) == replace(score, likeness=0.0)
    assert found.likeness == pytest.approx(score.likeness)


#: (before, after, whether it helped)
HELPED = [
    (Score(10, 0, 0, 0.1), Score(10, 8, 10, 0.9), True),
    (Score(10, 0, 10, 0.5), Score(10, 0, 10, 0.56), True),
    (Score(10, 0, 10, 0.5), Score(10, 0, 10, 0.54), False),
    (Score(10, 3, 10, 0.5), Score(10, 2, 10, 0.9), False),
    (Score(10, 3, 10, 0.5), Score(10, 5, 9, 0.9), False),
    (Score(10, 10, 10, 1.0), Score(10, 10, 10, 1.0), False),
]


@pytest.mark.parametrize(("before", "after", "helped"), HELPED)
def test_it_helped_where_nothing_got_worse(before, after, helped):
    assert scoring.helped(before, after) is helped


NAMES = [
    ("Support Fälle (1)", "support-f-lle-1"),
    ("examples", "examples"),
    ("___", "adapter"),
    ("x" * 60, "x" * 40),
    ("con", "adapter"),
    ("Aux", "adapter"),
    ("con-man", "con-man"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_file_gives_its_adapter_a_name(text, name):
    assert adapters.name_for(text) == name
    adapters.check_name(name)


@pytest.mark.parametrize(
    "name", ["", "../x", "a b", "-a", "A", "x" * 41, "a/b", ".", "nul", "com1"]
)
def test_a_name_cannot_lead_elsewhere(name):
    with pytest.raises(LocalaiError):
        adapters.check_name(name)
