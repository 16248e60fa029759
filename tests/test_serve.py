"""Several people at once: what each gets, what fits, and what is said of it."""

from dataclasses import replace

import pytest

from localai_setup.commands import _serving_plan
from localai_setup.commands._serving_plan import Ground, settings_for
from localai_setup.fit.speed import Chip, Cores, speed
from localai_setup.fit.together import together
from localai_setup.match import Room
from localai_setup.model.errors import LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.measurement import Measurement, SpeedPoint
from localai_setup.model.settings import ServerSettings
from localai_setup.probes.measurements import Measurements
from localai_setup.ui import servetext

from .test_fit import of
from .test_taught import CHECK, INSTALL, START, saved

pytestmark = pytest.mark.quick

# what each gets

#: how fast cores multiply follows from their number and level; what memory gives is said
SLOW_MEMORY, FAST_MEMORY = (
    Cores(8, "x86-64-v3", read_gbps=20.0),
    Cores(2, "x86-64-v3", read_gbps=80.0),
)
CARD = Chip("NVIDIA GeForce RTX 3060", "nvidia-ampere", 360.0)
ON_CARD = ServerSettings(8192, gpu_layers=99)


def shares(model, settings, cores, chips=(), most=16):
    shape = of(model)
    alone = speed(shape, settings, cores, chips)
    return [together(shape, settings, alone, cores, users) for users in range(1, most + 1)]


@pytest.mark.parametrize(
    ("model", "settings", "cores", "chips"),
    [
        ("qwen3.5-4b", ServerSettings(8192), SLOW_MEMORY, ()),
        ("qwen3.5-4b", ServerSettings(8192), FAST_MEMORY, ()),
        ("qwen3.5-4b", ON_CARD, SLOW_MEMORY, (CARD,)),
        ("gpt-oss-20b", ON_CARD, SLOW_MEMORY, (CARD,)),
        ("gpt-oss-20b", replace(ON_CARD, cpu_expert_layers=12), SLOW_MEMORY, (CARD,)),
    ],
)
def test_nobody_gets_more_by_others_and_all_together_never_less(model, settings, cores, chips):
    found = shares(model, settings, cores, chips)
    alone = found[0]
    for users, one in enumerate(found, 1):
        assert one.low <= one.generate_tps <= one.high
        assert one.generate_tps <= alone.generate_tps
        assert users * one.generate_tps >= alone.generate_tps * 0.999
        assert one.low == pytest.approx(alone.low / users)
    each = [one.generate_tps for one in found]
    assert each == sorted(each, reverse=True)


def test_cores_that_are_the_limit_are_shared_and_memory_is_not():
    """8 cores of this level multiply 88 GB/s and memory gives 19: four take no more than one, eight do."""
    slow = shares("qwen3.5-4b", ServerSettings(8192), SLOW_MEMORY)
    assert slow[3].generate_tps == slow[0].generate_tps
    assert slow[7].generate_tps == pytest.approx(slow[0].generate_tps * 88 / 19 / 8, rel=0.01)
    fast = shares("qwen3.5-4b", ServerSettings(8192), FAST_MEMORY)
    assert fast[3].generate_tps == pytest.approx(fast[0].generate_tps / 4)


def test_on_a_card_several_gain_and_a_mixture_gains_less_than_it_reads():
    dense = shares("qwen3.5-4b", ON_CARD, SLOW_MEMORY, (CARD,))
    mixture = shares("gpt-oss-20b", ON_CARD, SLOW_MEMORY, (CARD,))
    gains = [8 * one[7].generate_tps / one[0].generate_tps for one in (dense, mixture)]
    assert 2 < gains[1] < gains[0] < 8
    partly = shares("qwen3.5-4b", replace(ON_CARD, gpu_layers=4), SLOW_MEMORY, (CARD,))
    assert 8 * partly[7].generate_tps == pytest.approx(partly[0].generate_tps)


# what fits

SETUP = replace(saved(INSTALL, START, CHECK), settings=ServerSettings(8192), model_sha256="a" * 64)


def ground(room, setup=SETUP, facts=None):
    return Ground(setup, of("qwen3.5-4b"), facts or Facts({}), room, SLOW_MEMORY, 0.0)


def needs(slots, each):
    plain = ServerSettings(slots * each, slots=slots)
    memory = ground(Room(None)).memory(plain)
    return memory.host_mib + memory.process_overhead_mib


@pytest.mark.parametrize(
    ("users", "room", "slots", "each"),
    [
        (4, needs(4, 8192), 4, 8192),
        (4, needs(4, 8192) - 1, 4, 4096),
        (4, needs(4, 2048) + 1, 4, 2048),
        (4, needs(4, 1024) - 1, 3, 2048),
        (40, needs(16, 8192), 16, 8192),
        (4, needs(2, 1024) - 1, 1, 8192),
        (4, None, 1, 8192),
    ],
    ids=["all", "half the context", "a quarter", "fewer", "most", "nobody else", "unknown"],
)
def test_context_shrinks_first_and_then_places(users, room, slots, each):
    found = settings_for(ground(Room(room)), users, 0)
    assert (found.slots, found.context_each, found.kv_unified) == (slots, each, False)


def test_a_context_that_was_asked_for_is_kept_or_refused():
    roomy = Room(needs(4, 8192))
    assert settings_for(ground(roomy), 4, 4096).context == 4 * 4096
    with pytest.raises(LocalaiError, match="16384 tokens for each of 4 does not fit"):
        settings_for(ground(roomy), 4, 16384)


@pytest.mark.parametrize(
    ("room", "fits"),
    [
        (Room(9000.0, (9000.0,)), True),
        (Room(9000.0, (1000.0,)), False),
        (Room(9000.0, ()), False),
        (Room(100.0, (9000.0,)), False),
        (Room(3400.0, (9000.0,), in_main_memory=True), False),
        (Room(9000.0, (9000.0,), in_main_memory=True), True),
    ],
    ids=["fits", "full card", "card gone", "full memory", "one memory, full", "one memory"],
)
def test_every_place_has_to_have_room(room, fits):
    settings = replace(ON_CARD, slots=2)
    memory = ground(room).memory(settings)
    assert 1000 < memory.gpu_mib < 9000 and 100 < memory.host_mib
    assert (room.short_mib(memory, settings) <= 0) is fits


def run(**more):
    values = {
        "model": "m",
        "model_sha256": "a" * 64,
        "build": "b1",
        "context": 8192,
        "gpu_layers": 0,
    }
    point = (SpeedPoint(32, 100.0, 40.0),)
    return Measurement(**{**values, "at": "2026-11-01T00:00:00Z", "points": point, **more})


@pytest.mark.parametrize(
    ("measured", "is_taken"),
    [
        (run(), True),
        (run(busy_share=0.9), False),
        (run(build="b2"), False),
        (run(model_sha256="c" * 64), False),
        (run(gpu_layers=4), False),
        (run(drafting="heads"), False),
    ],
)
def test_a_plan_starts_from_what_was_measured_of_the_same(measured, is_taken):
    found = ground(Room(None), facts=Facts({Measurements: Measurements((measured,))}))
    assert (found.alone(ServerSettings(8192)).generate_tps == 40.0) is is_taken


def planned(users, settings, min_tps=8.0, setup=SETUP):
    facts = Facts({Measurements: Measurements((run(),))})
    return _serving_plan.plan(ground(Room(50_000.0), setup, facts), settings, users, min_tps)


@pytest.mark.parametrize(
    ("slots", "min_tps", "comfortable", "line"),
    [
        (8, 8.0, 8, "8 at once at about 23 tokens per second each"),
        (8, 25.0, 7, "4 at once at about 40 tokens per second each"),
        (8, 50.0, 0, "even one is answered at about 40.0 tokens per second"),
        (1, 8.0, 1, "1 at once at about 40 tokens per second each"),
    ],
)
def test_the_last_line_says_how_many_get_how_much(slots, min_tps, comfortable, line):
    made = planned(8, ServerSettings(slots * 2048, slots=slots), min_tps)
    assert made.comfortable == comfortable
    assert servetext.carried(made) == line
    assert made.memory_mib > made.kv_mib > 0


NOTES = {
    "wait": "share 4 places",
    "shorter": "A conversation holds 2048 tokens then, and not 8192",
    "drafting": "Nobody guesses ahead then",
    "slow": "While more than 4 is answered",
    "many": "For more than about 10 people at once",
}


@pytest.mark.parametrize(
    ("users", "settings", "min_tps", "drafting", "expected"),
    [
        (4, ServerSettings(4 * 8192, slots=4), 8.0, "", set()),
        (6, ServerSettings(4 * 8192, slots=4), 8.0, "", {"wait"}),
        (4, ServerSettings(4 * 2048, slots=4), 8.0, "heads", {"shorter", "drafting"}),
        (8, ServerSettings(8 * 8192, slots=8), 39.0, "", {"slow"}),
        (12, ServerSettings(12 * 8192, slots=12), 8.0, "", {"many"}),
    ],
)
def test_what_a_person_should_know_is_told_and_nothing_else(
    users, settings, min_tps, drafting, expected
):
    setup = replace(SETUP, settings=ServerSettings(8192, drafting=drafting))
    notes = " ".join(planned(users, settings, min_tps, setup).notes)
    assert {name for name, words in NOTES.items() if words in notes} == expected


# several servers


@pytest.mark.parametrize(
    ("users", "threads", "slots", "each"),
    [(4, 8, 2, 4), (5, 3, 3, 1), (2, 1, 1, 1), (1, None, 1, None)],
)
def test_servers_share_people_and_cores(users, threads, slots, each):
    setup = replace(SETUP, settings=ServerSettings(8192, threads=threads))
    two = replace(ground(Room(90_000.0), setup), replicas=2)
    found = settings_for(two, users, 0)
    assert (found.slots, found.threads, found.context_each) == (slots, each, 8192)
    one = replace(two, replicas=1).memory(found)
    both = two.memory(found)
    assert (both.total_mib, both.parts.kv) == (2 * one.total_mib, 2 * one.parts.kv)
    made = _serving_plan.plan(two, found, users, 1.0)
    assert (made.replicas, made.slots, made.speeds[-1].users) == (2, slots, 2 * slots)
    assert made.speeds[1].tps == pytest.approx(made.speeds[0].tps / 2)
    assert "answer no faster than one" in made.notes[0]


def test_servers_that_do_not_fit_are_refused():
    two = replace(ground(Room(needs(1, 8192) * 1.2)), replicas=2)
    with pytest.raises(LocalaiError, match="2 servers of m do not fit"):
        settings_for(two, 2, 0)
