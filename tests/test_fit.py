"""Memory and speed: recipes against their own figures, places against the whole."""

import dataclasses

import pytest

from localai_setup.fit.from_facts import shape_from_facts
from localai_setup.fit.copies import with_copies
from localai_setup.fit.memory import MIB, estimate
from localai_setup.model.settings import ServerSettings
from localai_setup.fit.families import family
from localai_setup.fit.shape import shape as gguf_shape
from localai_setup.fit.speed import Chip, Cores, corrected, speed, used_share
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.recipes.loading import load_all

from . import accept, architectures_table, estimates_table, mixture_models

pytestmark = pytest.mark.quick
MODELS = load_all(recipe_files.texts()).models
CORES = Cores(8, "x86-64-v3", 80.0)
#: models whose windows are in their geometry alone
WINDOWED = ("gpt-oss-20b", "gpt-oss-120b", "laguna-xs-2.1")
CARD = Chip("NVIDIA GeForce RTX 3060", "nvidia-ampere", 360.0)


def of(name):
    model = MODELS[name]
    file = model.weights[0]
    return shape_from_facts(model.architecture, file)


@pytest.mark.parametrize("name", MODELS)
def test_the_cache_of_a_recipe_is_what_its_facts_say(name):
    facts = MODELS[name].architecture
    memory = estimate(of(name), ServerSettings(context=8192))
    reported = (8192 * facts.kv_bytes_per_token_f16 + (facts.swa_fixed_bytes_f16 or 0)) / MIB
    assert memory.parts.kv >= reported * 0.999
    assert not memory.exact
    if facts.swa_fixed_bytes_f16 is None and not facts.geometry:
        # spread over all layers, and rounded up in each
        assert memory.parts.kv == pytest.approx(reported, rel=0.01)
    elif facts.swa_fixed_bytes_f16 is None and name not in WINDOWED:
        assert memory.parts.kv == pytest.approx(reported)


@pytest.mark.parametrize(
    "accepted", [estimates_table, architectures_table], ids=lambda one: one.ACCEPTED.stem
)
def test_no_estimate_moves_unnoticed(accepted):
    assert accepted.table() == accepted.ACCEPTED.read_text(encoding="utf-8"), accept.HOW


@pytest.mark.parametrize("name", MODELS)
def test_weights_are_the_file_without_its_header(name):
    memory = estimate(of(name), ServerSettings(context=4096))
    size = MODELS[name].weights[0].all_bytes / MIB
    assert size - 20 < memory.parts.weights <= size


@pytest.mark.parametrize("name", ["llama-3.1-8b", "gpt-oss-20b", "qwen3.5-4b", "gemma-4-e4b"])
def test_each_layer_given_to_the_gpu_leaves_the_host(name):
    shape = of(name)
    rows = [
        estimate(shape, ServerSettings(context=4096, gpu_layers=n))
        for n in range(len(shape.layers) + 2)
    ]
    assert rows[0].gpu_mib == 0
    assert all(a.gpu_mib < b.gpu_mib for a, b in zip(rows[1:], rows[2:], strict=False))
    assert rows[-1].host_mib < rows[0].host_mib * 0.6
    for row in rows:
        parts = sum(dataclasses.astuple(row.parts))
        assert row.total_mib == pytest.approx(parts)
        assert row.total_mib == pytest.approx(row.gpu_mib + row.host_mib)


def test_experts_on_the_cpu_leave_the_gpu_small_and_the_speed_usable():
    shape = of("qwen3-coder-30b-a3b")
    complete = ServerSettings(context=8192, gpu_layers=99)
    kept = dataclasses.replace(complete, cpu_expert_layers=99)
    assert estimate(shape, kept).gpu_mib < 0.2 * estimate(shape, complete).gpu_mib
    on_cpu = speed(shape, ServerSettings(context=8192), CORES).generate_tps
    mixed = speed(shape, kept, CORES, (CARD,)).generate_tps
    assert on_cpu < mixed < speed(shape, complete, CORES, (CARD,)).generate_tps


def test_each_layer_whose_experts_stay_on_the_card_takes_room_there_and_makes_it_faster():
    shape = of("qwen3-coder-30b-a3b")
    placed = ServerSettings(context=8192, gpu_layers=99)
    rows = [dataclasses.replace(placed, cpu_expert_layers=kept) for kept in (48, 30, 10, 0)]
    on_card = [with_copies(estimate(shape, one), shape, one).gpu_mib for one in rows]
    tps = [speed(shape, one, CORES, (CARD,)).generate_tps for one in rows]
    assert on_card == sorted(on_card)
    assert tps == sorted(tps)
    weights = {estimate(shape, one).parts.weights for one in rows}
    assert len(weights) == 1


@pytest.mark.parametrize(
    ("placed", "copied"),
    [
        (ServerSettings(8192), False),
        (ServerSettings(8192, gpu_layers=99), False),
        (ServerSettings(8192, gpu_layers=99, cpu_expert_layers=1), True),
        (ServerSettings(8192, gpu_layers=20), True),
    ],
)
def test_a_card_holds_a_copy_of_the_largest_tensor_that_lies_beside_it(placed, copied):
    shape = of("qwen3-coder-30b-a3b")
    without = estimate(shape, placed)
    found = with_copies(without, shape, placed)
    assert (found != without) is copied
    assert found.total_mib == pytest.approx(found.gpu_mib + found.host_mib)
    assert sum(found.gpus_mib) == pytest.approx(found.gpu_mib)


@pytest.mark.parametrize(("arch", "second"), [("qwen35moe", True), ("qwen3moe", False)])
def test_two_copies_lie_on_the_card_where_recurrent_layers_alternate_with_attending_ones(
    arch, second, tmp_path
):
    its = mixture_models.Mixture(arch, 256, 4, 2, 64, mixture_models.KINDS.Q8_0)
    header = read_header(mixture_models.made(its, tmp_path))
    sizes = {"ffn_gate_exps": 8 * MIB, "ffn_up_exps": 8 * MIB, "ffn_down_exps": 6 * MIB}
    tensors = [
        dataclasses.replace(one, bytes=sizes.get(one.name.split(".")[-2], one.bytes))
        for one in header.tensors
    ]
    made = gguf_shape(dataclasses.replace(header, tensors=tuple(tensors)))
    placed = ServerSettings(256, ubatch=32, gpu_layers=mixture_models.LAYERS + 1)
    few, more = (dataclasses.replace(placed, cpu_expert_layers=kept) for kept in (3, 4))
    held = [with_copies(estimate(made, one), made, one).parts.compute for one in (few, more)]
    complete = estimate(made, placed).parts.compute
    rows = 32 * (4 * 4.5 * 256 + 2 * 256) / MIB
    host = 32 * (4 * 4 * 256 + 2 * 256 + 16) / MIB
    assert held[0] == pytest.approx(complete + 8)
    assert held[1] == pytest.approx(rows + 8 + 6 + host if second else complete + 8)


def test_two_cards_share_the_layers_in_the_ratio_asked_for():
    shape = of("llama-3.1-8b")
    both = estimate(shape, ServerSettings(context=4096, gpu_layers=99, gpu_split=(3.0, 1.0)))
    assert len(both.gpus_mib) == 2
    assert 2 < both.gpus_mib[0] / both.gpus_mib[1] < 3
    assert sum(both.gpus_mib) == pytest.approx(both.gpu_mib)


def test_speed_is_a_range_with_its_source_and_a_measurement_narrows_it():
    shape = of("llama-3.1-8b")
    found = speed(shape, ServerSettings(context=8192, gpu_layers=99), CORES, (CARD,))
    assert found.low < found.generate_tps < found.high
    assert "RTX 3060" in found.basis
    measured = corrected(found, 0.9 * found.generate_tps, "measured here")
    assert measured.generate_tps == pytest.approx(0.9 * found.generate_tps)
    assert measured.low < measured.generate_tps < measured.high
    assert measured.high - measured.low < found.high - found.low


def test_a_mixture_reads_only_the_experts_in_use():
    dense, sparse = of("qwen3.5-9b"), of("qwen3.6-35b-a3b")
    place = ServerSettings(context=4096)
    assert speed(sparse, place, CORES).generate_tps > 1.3 * speed(dense, place, CORES).generate_tps


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (("apple", "metal", "Apple M2 Ultra"), "apple-ultra"),
        (("nvidia", "cuda", "NVIDIA GeForce RTX 4070", "8.9"), "nvidia"),
        (("nvidia", "cuda", "Tesla K80", "3.7"), "nvidia-kepler"),
        (("nvidia", "cuda", "Tesla V100", "7.0"), "nvidia-volta"),
        (("amd", "rocm", "AMD Instinct MI210", "gfx90a"), "amd-instinct"),
        (("amd", "rocm", "Radeon RX 9070", "gfx1201"), "amd-rdna4"),
        (("nvidia", "vulkan", "NVIDIA GeForce RTX 4070"), "vulkan"),
    ],
)
def test_a_chip_belongs_to_its_family(asked, expected):
    assert family(*asked) == expected


def test_the_range_is_wider_where_memory_is_only_estimated():
    settings = ServerSettings(context=4096, gpu_layers=99)
    sure = speed(of("llama-3.1-8b"), settings, Cores(4), (CARD,))
    unsure = speed(
        of("llama-3.1-8b"), settings, Cores(4), (dataclasses.replace(CARD, slower=1.6, faster=1.4),)
    )
    assert unsure.generate_tps == sure.generate_tps
    assert unsure.low == pytest.approx(sure.low / 1.6)
    assert unsure.high == pytest.approx(sure.high * 1.4)


@pytest.mark.parametrize(("name", "dense", "experts"), [("20b", 1.29, 1.27), ("120b", 1.63, 1.90)])
def test_of_gpt_oss_the_experts_alone_are_packed_tightly(name, dense, experts):
    """GB by the published widths: attention and output in 8.5 bits, four experts of each layer in 4.25. By the
    share of the parameters alone the larger was told 4.9 GB for a token, in place of 3.5.
    """
    shape = of(f"gpt-oss-{name}")
    used = sum(one.expert_bytes for one in shape.blocks) * used_share(shape)
    every = sum(one.dense_bytes for one in shape.blocks) + shape.ending.dense_bytes
    assert used / 1e9 == pytest.approx(experts, rel=0.03)
    assert every / 1e9 == pytest.approx(dense, rel=0.05)
