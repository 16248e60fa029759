"""Tokens guessed ahead: which files and places draft, what it costs, and how engines are told."""

from dataclasses import replace

import pytest

from localai_setup.engines import _server_flags
from localai_setup.fit import drafting, graph
from localai_setup.fit.from_facts import shape_from_facts
from localai_setup.fit.gguf import parse
from localai_setup.fit.memory import estimate
from localai_setup.fit.shape import shape
from localai_setup.fit.speed import Chip, Cores, speed
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.settings import HEADS, OFF, REPEATS, ServerSettings, StartSettings

from localai_setup.recipes.loading import load_all

from . import gguf_files

RECIPES = load_all(recipe_files.texts())
LAYERS = 4
ON_GPU = ServerSettings(4096, gpu_layers=LAYERS + 2)
DRAFTING = ServerSettings(4096, drafting=HEADS, draft_tokens=3)


def model(arch="qwen35", heads=1, *, with_tensors=True):
    """A header of `LAYERS` layers that says it has so many heads, with or without their tensors."""
    numbers = gguf_files.numbers(LAYERS + heads, arch=arch)
    numbers |= {f"{arch}.nextn_predict_layers": heads, f"{arch}.full_attention_interval": 4}
    sizes = {"conv_kernel": 4, "inner_size": 512, "state_size": 64, "time_step_rank": 8}
    numbers |= {f"{arch}.ssm.{key}": value for key, value in {**sizes, "group_count": 4}.items()}
    tensors = gguf_files.tensor_list(LAYERS)
    if with_tensors:
        for at in range(LAYERS, LAYERS + heads):
            tensors += [(f"blk.{at}.nextn.eh_proj.weight", (512, 256))]
    header, size = gguf_files.build(numbers, tensors)
    return shape(parse(header + bytes(size)))


#: the recurrent state's size in the working space, of one slot among as many rows as the state is wide
KEY, VALUE, STATE = 4 * 64, 8 * 64, 64


@pytest.mark.parametrize(
    ("snapshots", "states", "hidden"), [(0, 2, 1), (1, 2, 0), (3, 4, 0)], ids=str
)
def test_each_snapshot_is_one_state_more_in_the_working_space(snapshots, states, hidden):
    """Without any, the state is held twice, and half of the hidden rows beside it."""
    found, share = model(), 1 / 512
    rows = 2 * KEY + 2 * VALUE + 2 * KEY
    half_of_hidden = hidden * found.hidden / 2
    kept = STATE * VALUE * share
    assert graph._recurrence(found, share, snapshots) == rows + half_of_hidden + states * kept


def test_heads_are_no_layers():
    found = model()
    assert (len(found.layers), found.heads, len(found.head_blocks)) == (LAYERS, 1, 1)
    assert found.head_blocks[0].dense_bytes == 512 * 256 // 256 * 144


@pytest.mark.parametrize(
    ("found", "settings", "build", "drafts"),
    [
        (model(), ON_GPU, 11549, True),
        (model(), ServerSettings(4096), 11549, False),
        (model(), ServerSettings(4096, gpu_layers=LAYERS + 1), 11549, False),
        (model(), ServerSettings(4096, gpu_layers=LAYERS + 2, embeddings=True), 11549, False),
        (model(), ON_GPU, 9179, False),
        (model(heads=0), ON_GPU, 11549, False),
        (model(with_tensors=False), ON_GPU, 11549, False),
        (model(arch="glm4moe"), ON_GPU, 11549, False),
    ],
    ids=["heads", "processor", "partly", "vectors", "old build", "none", "left out", "unmeasured"],
)
def test_heads_draft_where_that_is_known_to_help(found, settings, build, drafts):
    chosen = drafting.chosen(found, settings, build)
    assert (chosen.drafting == HEADS) is drafts
    assert bool(chosen.draft_tokens) is drafts


def test_a_recipe_says_which_of_its_files_hold_heads():
    model = RECIPES.models["qwen3.5-9b"]
    without = shape_from_facts(model.architecture, model.weights[0])
    with_heads = shape_from_facts(model.architecture, replace(model.weights[0], prediction_heads=1))
    assert not drafting.has_heads(without)
    assert drafting.has_heads(with_heads)
    assert len(with_heads.layers) == len(without.layers) == model.architecture.layers


@pytest.mark.parametrize(
    ("arch", "asked", "who"),
    [
        ("qwen35", HEADS, HEADS),
        ("qwen35", OFF, ""),
        ("qwen35", REPEATS, ""),
        ("llama", REPEATS, REPEATS),
        ("llama", HEADS, ""),
    ],
)
def test_on_a_processor_who_drafts_is_asked_for(arch, asked, who):
    found = model(arch, heads=int(arch == "qwen35"))
    assert drafting.chosen(found, ServerSettings(4096), 11549, asked).drafting == who


def test_heads_cost_their_weights_a_cache_and_a_state_for_each_draft():
    plain, with_heads = (estimate(model(), one).parts for one in (ServerSettings(4096), DRAFTING))
    assert with_heads.weights - plain.weights == pytest.approx(512 * 256 // 256 * 144 / 2**20)
    assert with_heads.kv == pytest.approx(2 * plain.kv)
    assert with_heads.recurrent == pytest.approx(4 * plain.recurrent)
    assert with_heads.compute > plain.compute
    assert with_heads.output == pytest.approx(5 * plain.output)


def test_all_layers_on_a_gpu_includes_the_heads():
    """llama.cpp counts heads among the layers of -ngl: one too few leaves the first in main memory."""
    everything = estimate(model(), ON_GPU)
    one_less = estimate(model(), ServerSettings(4096, gpu_layers=LAYERS + 1))
    assert everything.gpu_mib > one_less.gpu_mib
    assert one_less.host_mib > everything.host_mib


def test_the_gain_is_a_range():
    chip = Chip("card", "nvidia", 900.0)
    plain = speed(model(), ON_GPU, Cores(4), (chip,))
    drafted = speed(model(), drafting.chosen(model(), ON_GPU, 11549), Cores(4), (chip,))
    assert drafted.low == plain.low
    assert drafted.generate_tps == pytest.approx(1.5 * plain.generate_tps)
    assert drafted.high == pytest.approx(2 * plain.high)
    assert "published" in drafted.basis


@pytest.mark.parametrize(
    ("kind", "flags"),
    [
        (HEADS, ["--spec-type", "draft-mtp", "--spec-draft-n-max", "3"]),
        (REPEATS, ["--spec-type", "ngram-simple"]),
    ],
)
def test_a_plain_server_is_told_by_flags(kind, flags):
    server = ServerSettings(4096, drafting=kind, draft_tokens=3)
    given = _server_flags.arguments(StartSettings(server, "/m.gguf", "m"), 1)
    at = given.index("--spec-type")
    assert given[at : at + len(flags)] == flags


def test_without_drafting_an_old_server_gets_no_new_flags():
    given = _server_flags.arguments(StartSettings(ServerSettings(4096), "/m.gguf", "m"), 1)
    assert not [one for one in given if one.startswith("--spec")]


def test_a_header_that_lies_about_its_heads_is_refused():
    arch = "qwen35"
    numbers = gguf_files.numbers(LAYERS, arch=arch) | {f"{arch}.nextn_predict_layers": LAYERS}
    header, size = gguf_files.build(numbers, gguf_files.tensor_list(LAYERS))
    with pytest.raises(Exception, match="0 layers"):
        shape(parse(header + bytes(size)))
