"""What is offered beside the choice, the sentence about each, and what would let a better one run."""

from dataclasses import dataclass
from types import SimpleNamespace as Made

import pytest

from localai_setup.match import _suggested, _suggestions, _what_if
from localai_setup.match._room import Host
from localai_setup.model.facts import Facts
from localai_setup.probes.gpus import Gpu, Gpus
from localai_setup.probes.memory import Memory

from .test_match_figures import candidate

pytestmark = pytest.mark.quick


@dataclass(frozen=True)
class Ranked:
    """As much of a scored model as is looked at."""

    id: str
    quality: float
    tps: float
    memory: float
    fetch: int = 0

    @property
    def candidate(self):
        return candidate(name=self.id, memory=self.memory, bytes=self.fetch or int(self.memory))

    @property
    def key(self):
        return -self.quality


#: ranked, slow → what is offered, with its labels besides `recommended`
OFFERS = {
    "nothing else": ([Ranked("a", 10, 10, 100)], [], {"a": ()}),
    "alike": ([Ranked("a", 10, 10, 100), Ranked("b", 10, 10, 100)], [], {"a": ()}),
    "better and slower": (
        [Ranked("a", 10, 10, 100), Ranked("b", 10.3, 5, 100)], [],
        {"a": ("fastest",), "b": ("best-answers",)},
    ),
    "hardly better is offered where nothing else is": (
        [Ranked("a", 10, 10, 100), Ranked("b", 10.2, 5, 100)], [],
        {"a": ("fastest",), "b": ("best-answers",)},
    ),
    "not even a hundredth better": ([Ranked("a", 10, 10, 100), Ranked("b", 10.05, 10, 100)], [], {"a": ()}),
    "faster by half": (
        [Ranked("a", 10, 10, 100), Ranked("b", 9, 15, 100)], [],
        {"a": ("best-answers",), "b": ("fastest",)},
    ),
    "far too bad": ([Ranked("a", 10, 10, 100), Ranked("b", 3.4, 99, 10)], [], {"a": ()}),
    "just good enough": (
        [Ranked("a", 10, 10, 100), Ranked("b", 3.5, 99, 10)], [],
        {"a": ("best-answers",), "b": ("fastest", "smallest")},
    ),
    "smaller by a third": (
        [Ranked("a", 10, 10, 100), Ranked("b", 9, 10, 65)], [],
        {"a": ("best-answers",), "b": ("smallest",)},
    ),
    "smaller in memory alone": (
        [Ranked("a", 10, 10, 100, 100), Ranked("b", 9, 10, 50, 100)], [], {"a": ()},
    ),
    "patience brings better answers": (
        [Ranked("a", 10, 10, 100)], [Ranked("b", 20, 2.0, 300), Ranked("c", 30, 1.9, 500)],
        {"a": ("fastest", "smallest"), "b": ("best-answers",)},
    ),
    "one of each kind": (
        [Ranked("a", 10, 10, 100), Ranked("b", 11, 5, 200), Ranked("c", 9, 20, 80), Ranked("d", 8, 15, 40)], [],
        {"a": (), "b": ("best-answers",), "c": ("fastest",), "d": ("smallest",)},
    ),
    "of what is faster the far faster one": (
        [Ranked("a", 10, 10, 100), Ranked("b", 9, 16, 90), Ranked("c", 8, 40, 95), Ranked("d", 6, 99, 99)], [],
        {"a": ("best-answers",), "c": ("fastest", "smallest")},
    ),
    "what is smaller is no faster than what is offered as fast": (
        [Ranked("a", 10, 10, 100), Ranked("c", 9, 20, 80), Ranked("d", 8, 25, 40)], [],
        {"a": ("best-answers",), "c": ("fastest", "smallest")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OFFERS)
def test_what_is_offered_beside_the_choice(name):
    ranked, slow, expected = OFFERS[name]
    found = _suggestions.offered(ranked, slow, lambda one: one)
    labels = {key: value[1:] if key == "a" else value for key, value in _suggestions.labels(found).items()}  # fmt: skip
    assert labels == expected
    assert _suggestions.labels(found)["a"][0] == "recommended"


def offered(
    quality=10.0, tps=30.0, *, fetch=2 * 10**9, where=None, reads=False, on_gpu=0.0, **memory
):
    one = candidate(on_gpu=on_gpu, reads=reads)
    one.memory = Made(
        **{"total_mib": 4000, "gpu_mib": 3000, "host_mib": 1000, "process_overhead_mib": 96}
        | memory
    )
    one.route = where or one.route
    return Made(
        candidate=one, scored=Made(candidate=one), quality=quality, tps=tps, fetch_bytes=fetch
    )


def on(*gpus, shared=False):
    return Made(gpus=gpus, in_main_memory=shared)


PACES = [
    (50.0, "writes far faster than you read"), (49.9, "writes faster than you read"),
    (20.0, "writes faster than you read"), (9.0, "writes about as fast as you read"),
    (5.0, "writes a little slower than you read"), (4.9, "writes so slowly that you wait for it"),
]  # fmt: skip


@pytest.mark.parametrize(("tps", "words"), PACES)
def test_how_fast_it_writes(tps, words):
    assert _suggested._pace(offered(tps=tps)) == words


def test_what_reads_is_told_by_its_tokens():
    assert _suggested._pace(offered(tps=812.4, reads=True)) == "reads about 812 tokens per second"


ANSWERS = [
    (10.0, "equally good answers"), (9.7, "equally good answers"),
    (9.69, "nearly as good answers"), (8.0, "nearly as good answers"),
    (7.9, "simpler answers"), (4.0, "simpler answers"), (3.9, "much simpler answers"),
]  # fmt: skip


@pytest.mark.parametrize(("quality", "words"), ANSWERS)
def test_how_good_it_is_beside_the_best(quality, words):
    best, one = offered(10.0), offered(quality)
    assert _suggested._answers(one, [best, one]) == words
    assert _suggested._answers(best, [best, one]) == "the best answers of these"
    assert _suggested._answers(best, [best]) == ""


CARD, BIG = Gpu("nvidia", memory_mib=8192), Gpu("nvidia", memory_mib=24576)
SENTENCES = [
    (offered(), Host(9000, 16384), "It writes faster than you read; 1.9 GB to fetch; leaves 12 of 16 GB of memory to other programs."),
    (offered(), Host(None), "It writes faster than you read; 1.9 GB to fetch."),
    (offered(fetch=9.94 * 1024**3), Host(None), "It writes faster than you read; 9.9 GB to fetch."),
    (offered(fetch=10 * 1024**3), Host(None), "It writes faster than you read; 10 GB to fetch."),
    (offered(gpu_mib=0, host_mib=99999), Host(9000, 16384), "It writes faster than you read; 1.9 GB to fetch; leaves 0 of 16 GB of memory to other programs."),
    (offered(on_gpu=1.0, where=on(CARD)), Host(9000, 16384), "It writes faster than you read; 1.9 GB to fetch; leaves 5 of 8 GB of the card's memory free."),
    (offered(on_gpu=0.5, where=on(CARD, BIG)), Host(9000, 16384), "It writes faster than you read; 1.9 GB to fetch; leaves 29 of 32 GB of the cards' memory free."),
    (offered(on_gpu=0.5, where=on(CARD), gpu_mib=2000, host_mib=5000), Host(9000, 16384), "It writes faster than you read; 1.9 GB to fetch; leaves 11 of 16 GB of memory to other programs."),
    (offered(on_gpu=0.5, where=on(CARD), gpu_mib=2000, host_mib=5000), Host(None), "It writes faster than you read; 1.9 GB to fetch."),
    (offered(on_gpu=1.0, where=on(CARD, shared=True)), Host(9000, 16384), "It writes faster than you read; 1.9 GB to fetch; leaves 12 of 16 GB of memory to other programs."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "host", "words"), SENTENCES)
def test_the_sentence_about_a_suggestion(one, host, words):
    assert _suggested.sentence(one, _suggested.merits(one, [one], host)) == words


def test_the_sentence_says_how_good_the_answers_are_where_there_are_others():
    best, one = offered(10.0), offered(8.0)
    first, second = (
        _suggested.sentence(it, _suggested.merits(it, [best, one], Host(None)))
        for it in (best, one)
    )
    begin = "It writes faster than you read, with"
    assert first == f"{begin} the best answers of these; 1.9 GB to fetch."
    assert second == f"{begin} nearly as good answers; 1.9 GB to fetch."


LARGER = [
    (3000, [8, 12, 16]), (4096, [8, 12, 16]), (4097, [12, 16, 18, 24, 32]), (15900, [18, 24, 32, 36, 48, 64]),
    (700 * 1024, [1024]), (1024 * 1024, []), (2000 * 1024, []),
]  # fmt: skip


@pytest.mark.parametrize(("mib", "sizes"), LARGER)
def test_sizes_on_sale(mib, sizes):
    assert list(_what_if._larger(mib)) == sizes


def machine(total=16000.0, available=9000.0, limit=None, *gpus):
    return Facts({Memory: Memory(total, available, limit, 0), Gpus: Gpus(gpus)})


def chosen(least_free):
    """A choice that is better from so much free memory on."""

    def choose(facts):
        better = facts[Memory].available_mib >= least_free
        return Made(model="large" if better else "small", weights=Made(quantization="Q4"))

    return choose


CLOSED = [
    (machine(), 16000, None, "With other programs closed, which hold 7 GB now, it would be large (Q4)."),
    (machine(), 16001, None, None), (machine(), 9000, None, None), (machine(), 16000, 4096, None),
    (machine(16000.0, 15900.0), 16000, None, None), (machine(16000.0, 9000.0, 12000.0), 16000, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "least", "leave", "reported"), CLOSED)
def test_what_closing_programs_would_bring(facts, least, leave, reported):
    assert _what_if.closing_programs(facts, chosen(least), leave) == reported


MORE = [
    (machine(), 9000 + 18 * 1024 - 16000, "With 18 GB of main memory it would be large (Q4)."),
    (machine(), 9001 + 18 * 1024 - 16000, "With 24 GB of main memory it would be large (Q4)."),
    (machine(), 9000, None), (machine(), 10**6, None), (machine(16000.0, 9000.0, 12000.0), 20000, None),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "least", "reported"), MORE)
def test_what_more_memory_would_bring(facts, least, reported):
    assert _what_if.more_memory(facts, chosen(least)) == reported
    assert _what_if.more_memory(Facts({}), chosen(least)) is None


def test_a_gpu_that_shares_main_memory_grows_with_it():
    own = Gpu("amd", memory_mib=8000, memory_kind="shared")
    facts = machine(16000.0, 9000.0, None, own, CARD)
    grown = _what_if._grown(facts, facts[Memory], 32000.0)
    assert [one.memory_mib for one in grown[Gpus].gpus] == [16000, 8192]
    assert (grown[Memory].total_mib, grown[Memory].available_mib) == (32000, 25000)
    unknown = Facts({Memory: Memory(16000.0, None, None, 0)})
    assert _what_if._grown(unknown, unknown[Memory], 32000.0)[Memory].available_mib is None
