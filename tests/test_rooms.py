"""What a machine can give to a model, what lacks, and why GPUs stay idle: tables of values."""

import pytest

from localai_setup.engines import llama_cpp
from localai_setup.match import _routes
from localai_setup.match._candidate import _short_mib
from localai_setup.match._room import Host, gpu, host, shares_main_memory
from localai_setup.match._routes import MOST_GPUS, Route, _why_idle, _why_none
from localai_setup.model.engine import BuildRecipe
from localai_setup.model.estimate import MemoryEstimate, MemoryParts
from localai_setup.model.facts import Facts
from localai_setup.model.settings import ServerSettings
from localai_setup.probes.gpus import Gpu
from localai_setup.probes.memory import Memory

pytestmark = pytest.mark.quick

#: total, available, limit in MiB → what can be given, of how much, what other programs hold
HOSTS = [
    ((None, None, None), Host(None)),
    ((16384, 16000, None), Host(12288, 16384)),
    ((16384, None, None), Host(12288, 16384)),
    ((16384, 12800, None), Host(12288, 16384)),
    ((16384, 12799, None), Host(12287, 16384, 3585)),
    ((16384, 20000, None), Host(12288, 16384)),
    ((2048, 2000, None), Host(1024, 2048)),
    ((65536, 65000, None), Host(57344, 65536)),
    ((None, 8000, None), Host(6000)),
    ((16384, 16000, 4096), Host(4096 - 409.6, 4096)),
    ((16384, 16000, 1024), Host(768, 1024)),
    ((16384, 500, 4096), Host(500, 4096)),
    ((16384, 16000, 16384), Host(12288, 16384)),
    ((None, None, 4096), Host(4096 - 409.6, 4096)),
]


@pytest.mark.parametrize(("memory", "given"), HOSTS)
def test_main_memory_that_can_be_given(memory, given):
    found = host(Facts({Memory: Memory(*memory, 0)}))
    assert (found.mib, found.held_mib) == (pytest.approx(given.mib), given.held_mib)
    if given.total_mib:
        assert found.total_mib == given.total_mib


WORDS = [
    (Host(None), "how much memory this machine has is not known",
     "and how much main memory there is is not known"),
    (Host(1000.4), "1000 MB can be given", "main memory for 1000 MB"),
    (Host(-5), "0 MB can be given", "main memory for 0 MB"),
    (Host(10, 20, 7), "10 MB can be given, while other programs hold 7 MB",
     "main memory for 10 MB, while other programs hold 7 MB"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "alone", "with_gpu"), WORDS)
def test_what_can_be_given_in_words(one, alone, with_gpu):
    assert (one.words(), one.words_with_gpu()) == (alone, with_gpu)


#: vendor, its memory, kind, held by others → what a model may fill
CARDS = [
    (("nvidia", None, "dedicated", None), None),
    (("nvidia", 8192, "dedicated", None), 8192 - 300 - 768),
    (("nvidia", 8192, "dedicated", 0), 8192 - 300),
    (("nvidia", 8192, "dedicated", 99), 8192 - 300),
    (("nvidia", 8192, "dedicated", 100), 8192 - 300 - 768),
    (("nvidia", 8192, "dedicated", 3000), 8192 - 300 - 3000),
    (("nvidia", 39999, "dedicated", None), 39999 - 300 - 768),
    (("nvidia", 40000, "dedicated", None), 40000 - 300),
    (("nvidia", 65536, "dedicated", 0), 65536 - 300),
    (("nvidia", 65537, "dedicated", 0), 65537 - 650),
    (("amd", 8192, "shared", 3000), 8192 - 300),
    (("apple", 8192, "unified", None), 8192 - 300),
    (("apple", 8192, "dedicated", 3000), 8192 - 300),
]


@pytest.mark.parametrize(("card", "room"), CARDS)
def test_what_a_model_may_fill_of_a_gpu(card, room):
    vendor, memory, kind, used = card
    one = Gpu(vendor, memory_mib=memory, memory_kind=kind, used_mib=used)
    assert gpu(one) == room
    assert shares_main_memory(one) is (kind in ("shared", "unified"))


BUILD = BuildRecipe("b1-linux-cuda", "cuda", 1, ("linux",), ("x86_64",))
DEDICATED = Gpu("nvidia", "RTX", 8192, memory_kind="dedicated")
SHARED = Gpu("amd", "780M", 8192, memory_kind="shared")
PARTS = MemoryParts(0, 0, 0, 0, 0)
#: GPUs, their rooms, layers on them; needs of each GPU and of main memory; room of main memory → what lacks
SHORT = [
    ((), (), 0, (), 1000, 1500, -300),
    ((), (), 0, (), 1500, 1500, 200),
    ((), (), 0, (), 1000, None, 1200),
    ((DEDICATED,), (6000,), 9, (5000,), 1000, 4000, -1000),
    ((DEDICATED,), (6000,), 9, (6100,), 1000, 4000, 100),
    ((DEDICATED,), (6000,), 9, (5000,), 4000, 4000, 200),
    ((DEDICATED,), (6000,), 9, (5000,), 1000, None, 1200 - 2048),
    ((DEDICATED,), (6000,), 0, (9000,), 1000, 4000, 1200 - 4000),
    ((SHARED,), (6000,), 9, (5000,), 1000, 4000, 6200 - 4000),
    ((SHARED,), (6000,), 9, (3000,), 0, None, 3200 - 4800),
    ((DEDICATED, DEDICATED), (6000, 2000), 9, (5000, 2500), 0, 9000, 500),
]  # fmt: skip


@pytest.mark.parametrize(("gpus", "rooms", "layers", "needs", "main", "room", "lacks"), SHORT)
def test_what_lacks_where_it_is_tightest(gpus, rooms, layers, needs, main, room, lacks):
    """Main memory gives 150 MiB to the process and 50 to the cache of prompts too."""
    memory = MemoryEstimate(0, sum(needs), main, PARTS, 150, 50, gpus_mib=needs)
    route = Route(BUILD, llama_cpp, gpus, rooms)
    settings = ServerSettings(4096, gpu_layers=layers)
    assert _short_mib(memory, route, Host(room), settings) == pytest.approx(lacks)


MIG = Gpu("nvidia", "A100 slice", 9000, mig=True)
INSIDE = Gpu("intel", "UHD", integrated=True)
NEXT_TO_A_CARD = [
    ((DEDICATED,), [], ""),
    ((MIG,), [MIG], "one program sees one slice"),
    ((DEDICATED,) * MOST_GPUS, [DEDICATED], f"a server takes {MOST_GPUS} GPUs at most"),
    ((DEDICATED,), [INSIDE], "UHD stays idle: beside a card it would only slow it down"),
    ((DEDICATED,), [Gpu("amd")], "AMD GPU stays idle: this build of the engine cannot use it"),
]


@pytest.mark.parametrize(("gpus", "left", "words"), NEXT_TO_A_CARD)
def test_why_a_gpu_is_idle_beside_others(gpus, left, words):
    reason = _why_idle(gpus, left)
    assert words in reason and bool(words) == bool(reason)


class Offered:
    """An offer of a build for these GPUs, refused or not."""

    refusal = None
    gpus = (DEDICATED,)


NONE = [
    ([Offered], [], ""),
    ([Offered], [DEDICATED], "what other programs leave of its memory is too little"),
    ([Offered], [Gpu("nvidia", "RTX")], "how much memory it has is not known"),
    ([], [DEDICATED], "RTX stays idle. No build of the engine is for it."),
]


@pytest.mark.parametrize(("offers", "usable", "words"), NONE)
def test_why_no_build_uses_a_gpu(offers, usable, words):
    reason = _why_none(offers, usable)
    assert words in reason and bool(words) == bool(reason)


@pytest.mark.parametrize(
    ("rooms", "split"),
    [((), ()), ((9,), ()), ((8000, 4000), (1.0, 0.5)), ((3000, 9000), (0.333, 1.0))],
)
def test_several_gpus_share_by_their_room(rooms, split):
    assert Route(BUILD, llama_cpp, (DEDICATED,) * len(rooms), rooms).split == split


def test_a_gpu_is_called_by_its_name_or_its_vendor():
    names = [_routes.name(one) for one in (DEDICATED, Gpu("amd"), Gpu("intel"), Gpu("apple"))]
    assert names == ["RTX", "AMD GPU", "Intel GPU", "Apple GPU"]
    assert Route(BUILD, llama_cpp, (DEDICATED,) * 2, (1, 1)).names == "2 x RTX"
