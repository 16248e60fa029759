"""What is offered differs as its labels say, on every machine and for every use: no label is untrue."""

import itertools
import re

import pytest

from localai_setup.machine.keeping import recipe_files
from localai_setup.match import Wish, match
from localai_setup.model.plan import BEST_ANSWERS, FASTEST, RECOMMENDED, SMALLEST
from localai_setup.probes.gpus import Gpus
from localai_setup.recipes.loading import load_all
from localai_setup.ui import choosing, plantext

from . import machines, plans_table
from .typical_machines import MACHINES

RECIPES = load_all(recipe_files.texts())
USES = ("chat", "coding", "embeddings")
RECORDED = {machines.name(path): plans_table.facts_of(path) for path in machines.own()}
EVERY = [
    *itertools.product(MACHINES.items(), USES),
    *itertools.product(RECORDED.items(), ("chat",)),
]


@pytest.fixture(scope="module")
def offers():
    """Machine, use and the choices that are offered there, the recommended first."""
    found = ((name, use, match(facts, RECIPES, Wish(use))) for (name, facts), use in EVERY)
    return [(name, use, one) for name, use, one in found if one.choice]


def together(one):
    return (one.choice, *one.alternatives)


def tps(choice):
    reads = choice.settings.embeddings
    return choice.speed.prompt_tps if reads else choice.speed.generate_tps


def others(label, choices):
    """The one with the label, and all that it was offered with."""
    for one in choices:
        if label in one.labels:
            yield from ((one, other) for other in choices if other is not one)


def test_there_are_enough_machines(offers):
    assert len({name for name, _, _ in offers}) > 20


def test_a_gpu_that_could_compute_and_does_not_has_its_reason(offers):
    every = MACHINES | RECORDED
    for machine, use, found in offers:
        gpus = every[machine].get(Gpus)
        usable = [one for one in (gpus.gpus if gpus else ()) if one.usable]
        for one in together(found):
            on_processor = usable and not one.settings.gpu_layers
            assert one.why_no_gpu or not on_processor, (machine, use, one.model)


def test_the_fastest_writes_the_most(offers):
    for machine, use, found in offers:
        for one, other in others(FASTEST, together(found)):
            assert tps(one) > tps(other), (machine, use)


def test_the_smallest_needs_least_memory_and_least_to_fetch(offers):
    for machine, use, found in offers:
        for one, other in others(SMALLEST, together(found)):
            assert one.memory.total_mib < other.memory.total_mib, (machine, use)
            assert one.download_bytes < other.download_bytes, (machine, use)


def test_the_best_answers_are_told_of_one_alone(offers):
    for machine, use, found in offers:
        for one, other in others(BEST_ANSWERS, together(found)):
            assert re.search("the best (answers|results) of these", one.differs), (machine, use)
            assert " the best " not in other.differs, (machine, use)


def test_every_suggestion_has_a_label_of_its_own_and_one_sentence(offers):
    for machine, use, found in offers:
        first, *rest = together(found)
        assert first.labels[0] == RECOMMENDED, (machine, use)
        for one in rest:
            assert one.labels, (machine, use)
            assert RECOMMENDED not in one.labels, (machine, use)
        labels = [label for one in together(found) for label in one.labels]
        assert len(labels) == len(set(labels)), (machine, use)
        for one in together(found):
            assert re.fullmatch(r"It (writes|reads) [^.]*(\d\.\d[^.]*)*\.", one.differs), (
                one.differs
            )


def test_two_are_offered_where_another_model_is_better_at_anything(offers):
    """Asked for by name, every other model of the use says what it would be."""
    for machine, use, found in offers:
        if found.alternatives or machine not in MACHINES:
            continue
        chosen = found.choice
        for model in (one.id for one in RECIPES.serving(RECIPES.uses[use])):
            other = match(MACHINES[machine], RECIPES, Wish(use, model)).choice
            if other and model != chosen.model and tps(other) >= RECIPES.uses[use].min_tps:
                smaller = other.memory.total_mib < chosen.memory.total_mib
                assert tps(other) <= 1.01 * tps(chosen), (machine, use, model)
                assert not (smaller and other.download_bytes < chosen.download_bytes), model


@pytest.mark.parametrize("columns", [40, 80])
def test_a_suggestion_is_never_cut_at_the_edge(offers, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for _, _, found in offers[:6]:
        for one in together(found):
            words = plantext.suggestion(one, RECIPES)
            rows = choosing.wrapped(words).splitlines()
            assert all(len(row) + choosing.POINTER_WIDTH < columns for row in rows[:1])
            assert all(len(row) < columns for row in rows)
            assert " ".join(" ".join(rows).split()) == " ".join(words.split())
