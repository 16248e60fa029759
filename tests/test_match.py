"""The match on machines that differ in memory and cores: plain calls."""

from dataclasses import asdict

import pytest

from localai_setup.engines import _server_flags
from localai_setup.machine import recipe_files
from localai_setup.match import Wish, match
from localai_setup.model.facts import Facts
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.memory import Memory
from localai_setup.recipes.loading import load_all

RECIPES = load_all(recipe_files.texts())


def machine(total_mib, available_mib=None, cores=8, gpus=(), limit_mib=None):
    memory = Memory(total_mib, available_mib or total_mib, limit_mib, 0)
    return Facts({Memory: memory, Cpu: Cpu(physical_cores=cores), Gpus: Gpus(tuple(gpus))})


@pytest.mark.parametrize("gib", [2, 4, 8, 16, 32, 64, 128])
@pytest.mark.parametrize("use", sorted(RECIPES.uses))
def test_never_more_than_the_machine_has(gib, use):
    found = match(machine(gib * 1024), RECIPES, Wish(use))
    for choice in (found.choice, *found.alternatives):
        if choice:
            assert choice.memory.total_mib + choice.memory.process_overhead_mib < gib * 1024 - 1024


def test_more_memory_never_chooses_a_worse_model():
    sizes = [match(machine(g * 1024), RECIPES, Wish("chat")).choice for g in (4, 8, 16, 32)]
    chosen = [choice.download_bytes for choice in sizes if choice]
    assert chosen == sorted(chosen)


def test_a_container_limit_counts():
    free = match(machine(64 * 1024), RECIPES, Wish("chat")).choice
    limited = match(machine(64 * 1024, limit_mib=4096), RECIPES, Wish("chat")).choice
    assert limited.memory.total_mib < 4096 < free.memory.total_mib


def test_nothing_fits_is_said_with_the_nearest_first():
    found = match(machine(1200), RECIPES, Wish("chat"))
    assert found.choice is None
    assert "MiB" in found.refused[0].reason


def test_unknown_memory_promises_nothing_but_the_starter():
    unknown = Facts({Memory: Memory(), Cpu: Cpu()})
    assert match(unknown, RECIPES, Wish("chat")).choice is None
    assert match(unknown, RECIPES, Wish("starter")).choice.model == "smollm2-135m"


def test_an_idle_gpu_is_told():
    gpu = Gpu("nvidia", "NVIDIA GeForce RTX 3060", 12288, driver="410.1", usable=True)
    assert "RTX 3060" in match(machine(32768, gpus=[gpu]), RECIPES, Wish("chat")).choice.why_no_gpu


def card(used_mib=0, memory_mib=24576):
    return Gpu("nvidia", "NVIDIA GeForce RTX 4090", memory_mib, memory_kind="dedicated",
               driver="580.65", compute_capability="8.9", usable=True, used_mib=used_mib,
               bandwidth_gbs=1008)  # fmt: skip


def test_what_fits_one_card_is_put_on_the_freest_one():
    cards = [card(used_mib=900), *(card() for _ in range(3))]
    choice = match(machine(65536, gpus=cards), RECIPES, Wish("chat")).choice
    assert choice.settings.only_gpu == 1
    assert len(choice.memory.gpus_mib) == 1
    assert choice.settings.gpu_split == ()
    assert "1 of 4 GPUs" in choice.why_no_gpu
    flags = _server_flags.arguments(
        {**asdict(choice.settings), "model": "m", "alias": "a", "port": 1}
    )
    assert flags[flags.index("--split-mode") + 1] == "none"
    assert _server_flags.environment(asdict(choice.settings)) == {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": "1",
    }


def test_what_needs_two_cards_is_split():
    cards = [card(memory_mib=12288), card(memory_mib=12288)]
    choice = match(machine(65536, gpus=cards), RECIPES, Wish("chat")).choice
    assert choice.settings.only_gpu is None
    assert len(choice.settings.gpu_split) == 2


def test_the_same_question_gets_the_same_answer():
    assert match(machine(16384), RECIPES, Wish()) == match(machine(16384), RECIPES, Wish())
