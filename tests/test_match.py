"""The match on machines that differ in memory and cores: plain calls."""

import pytest

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


def test_the_same_question_gets_the_same_answer():
    assert match(machine(16384), RECIPES, Wish()) == match(machine(16384), RECIPES, Wish())
