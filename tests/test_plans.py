"""What no plan may ever do, on every recorded machine that is at hand."""

import pytest

from localai_setup.engines import _graphics, _needs
from localai_setup.probes.gpus import Gpus
from localai_setup.probes.memory import Memory

from . import accept, plans_table


@pytest.fixture(scope="module")
def plans():
    return plans_table.plans()


def chosen(plans):
    return [
        (machine, facts, one)
        for machine, facts, found in plans
        for one in (found.choice, *found.alternatives)
        if one
    ]


def test_the_table_is_the_accepted_one():
    accepted = plans_table.ACCEPTED.read_text(encoding="utf-8")
    assert plans_table.table() == accepted, accept.HOW


def test_a_refusal_has_a_reason(plans):
    for machine, _, found in plans:
        if found.choice is None:
            assert found.refused, machine
            assert all(one.reason for one in found.refused), machine


def test_no_plan_exceeds_the_memory(plans):
    for machine, facts, one in chosen(plans):
        memory = facts.get(Memory) or Memory()
        gpus = [gpu for gpu in facts.get(Gpus).gpus if gpu.usable is not False]
        host = one.memory.host_mib + one.memory.process_overhead_mib
        if memory.total_mib:
            free = memory.available_mib or memory.total_mib
            assert host < min(free, memory.total_mib), machine
        if one.settings.gpu_layers:
            largest = sorted((gpu.memory_mib or 0 for gpu in gpus), reverse=True)
            for need, room in zip(sorted(one.memory.gpus_mib, reverse=True), largest, strict=False):
                assert need < room - 280, machine
        else:
            assert one.memory.gpu_mib == 0, machine


def test_no_build_that_cannot_run(plans):
    for machine, facts, one in chosen(plans):
        assert _needs.refuses(one.source, facts) is None, machine
        if one.settings.gpu_layers:
            gpus = facts.get(Gpus).gpus
            assert any(_graphics.refuses(one.source, gpu, facts) is None for gpu in gpus), machine


def test_no_usable_gpu_is_idle_without_a_word(plans):
    for machine, facts, one in chosen(plans):
        usable = [gpu for gpu in facts.get(Gpus).gpus if gpu.usable is not False]
        if len(one.memory.gpus_mib) < len(usable):
            assert one.why_no_gpu, (machine, one.model)


def test_alternatives_differ_in_kind(plans):
    for machine, _, found in plans:
        names = [one.model for one in (found.choice, *found.alternatives) if one]
        assert len(names) == len(set(names)) <= 4, machine
        assert all(one.differs for one in found.alternatives if found.choice), machine


def test_the_same_machine_gets_the_same_plan(plans):
    machine, facts, found = plans[5]
    recipes = plans_table.load_all(plans_table.recipe_files.texts())
    assert plans_table.match(facts, recipes, plans_table.Wish("chat")) == found
