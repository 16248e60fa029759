"""The sentences about a choice, word by word: why this one, what lacks, what a person can do."""

from types import SimpleNamespace as Made

import pytest

from localai_setup.match import _words
from localai_setup.match._room import Host
from localai_setup.model.facts import Facts
from localai_setup.model.plan import Reserve
from localai_setup.probes.gpus import Gpu, Gpus

pytestmark = pytest.mark.quick
CARD = Gpu("nvidia", "RTX 4090", 24576, memory_kind="dedicated", used_mib=0)


def use(*, min_tps=5.0, embeddings=False, reranks=False, pictures=False):
    return Made(min_tps=min_tps, embeddings=embeddings, reranks=reranks, pictures=pictures)


def settings(**more):
    plain = {
        "gpu_layers": 0,
        "cpu_expert_layers": 0,
        "drafting": "",
        "draft_tokens": 3,
        "kv_type_k": "f16",
    }
    return Made(**plain | {"embeddings": False} | more)


def memory(total=5000.0, host=1000.0, gpu=4000.0, process=150.0, cache=50.0):
    return Made(
        total_mib=total, host_mib=host, gpu_mib=gpu, process_overhead_mib=process, prompt_cache_mib=cache
    )  # fmt: skip


def route(gpus=(), rooms=(), shared=False, **more):
    plain = {"idle": "", "update": "", "better": "", "names": "RTX 4090", "chips": ()}
    return Made(gpus=gpus, rooms_mib=rooms, in_main_memory=shared, **plain | more)


def candidate(where=None, needs=None, *, hold=True, on_gpu=1.0, kept=4, drafter=None, **more):
    shape = Made(layers=(1,) * kept)
    subject = Made(model=Made(id="m"), shape=shape, layers=kept + 1, drafter=drafter)
    return Made(
        subject=subject, route=where or route(), memory=needs or memory(), settings=settings(**more),
        on_gpu=on_gpu, gpus_hold=hold,
    )  # fmt: skip


#: tokens per second, least of the use, reads → what is noted
SLOW = [
    (5.0, 5.0, False, ()),
    (4.94, 5.0, False, ("It will write about 4.9 tokens per second here; for this use 5 are the least that is comfortable.",)),
    (80.0, 100.0, True, ("It will turn about 80.0 tokens per second here; for this use 100 are the least that is comfortable.",)),
]  # fmt: skip


@pytest.mark.parametrize(("tps", "least", "reads", "noted"), SLOW)
def test_slower_than_is_comfortable(tps, least, reads, noted):
    assert _words.slow(Made(tps=tps), use(min_tps=least, embeddings=reads)) == noted


TOO_SLOW = [
    (use(), "would write about 3.3 tokens per second"),
    (use(embeddings=True), "would turn about 3.3 tokens per second into vectors"),
    (use(reranks=True), "would read about 3.3 tokens per second"),
    (use(reranks=True, embeddings=True), "would read about 3.3 tokens per second"),
]


@pytest.mark.parametrize(("asked", "words"), TOO_SLOW)
def test_too_slow_for_a_use(asked, words):
    assert _words.too_slow(3.25001, asked) == (words, "this use needs at least 5")


#: abilities, use, projector → why not
KINDS = [
    ((), use(), None, ""),
    ((), use(pictures=True), "p.gguf", ""),
    ((), use(pictures=True), None,
     "cannot be given pictures: no verified projector file (mmproj) of it is known, and none lies beside it"),
    (("reranking",), use(reranks=True), None, ""),
    ((), use(reranks=True), None, "was not made to put texts in order"),
    (("reranking",), use(), None, "puts texts in order and does not answer"),
    (("reranking",), use(embeddings=True), None, "puts texts in order and does not answer"),
    (("embeddings",), use(embeddings=True), None, ""),
    ((), use(embeddings=True), None, "was not made to turn texts into vectors"),
    (("embeddings",), use(), None, "turns texts into vectors and does not answer"),
]  # fmt: skip


@pytest.mark.parametrize(("abilities", "asked", "projector", "words"), KINDS)
def test_a_model_of_another_kind(abilities, asked, projector, words):
    assert _words.of_another_kind(Made(abilities=abilities), asked, projector) == words


def large(count, vendor="nvidia", mib=40000, mig=False):
    return tuple(Gpu(vendor, "H100", mib, mig=mig) for _ in range(count))


MANY = [
    (large(3), 0, 0), (large(4), 4, 4), (large(8), 8, 8), (large(10), 10, 8), (large(4, mib=39999), 0, 0),
    (large(4, mib=None), 0, 0), (large(4, "amd"), 4, 4), (large(4, "intel"), 0, 0), ((), 0, 0),
    (large(4, mig=True), 0, 0), (large(5) + large(2, mib=8192), 5, 4),
    (large(4) + large(4, "amd"), 4, 4), (large(2) + large(2, "amd"), 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("gpus", "count", "together"), MANY)
def test_a_server_of_many_cards(gpus, count, together):
    words = (
        f"{count} cards of this size serve many people at once, or one far larger model, with vLLM "
        f"(`vllm serve OWNER/MODEL --tensor-parallel-size {together} --host 127.0.0.1`) or SGLang; this plan "
        "is for a few people at a time. Without `--host`, vLLM answers everybody who can reach this computer."
    )
    assert _words.many_users(Facts({Gpus: Gpus(gpus)})) == ((words,) if count else ())


def test_a_machine_whose_gpus_nobody_read_is_no_server():
    assert _words.many_users(Facts({})) == ()


ASKED = Reserve(2048, "asked")
#: host, in main memory → what is told (the model needs 1150 MiB of main memory, 4000 of a GPU)
CLOSING = [
    (Host(9000, 16000, 14850, ASKED), False, ""),
    (Host(9000, 16000, 14851, ASKED), False, "14.5 GB of main memory now, and it needs 1.1 GB"),
    (Host(9000, 16000, 10850, ASKED), True, ""),
    (Host(9000, 16000, 10851, ASKED), True, "10.6 GB of main memory now, and it needs 5.0 GB"),
    (Host(9000, 16000, 14851, Reserve(2048, "usual")), False, ""),
    (Host(9000, 16000, None, ASKED), False, ""),
    (Host(9000, None, 14851, ASKED), False, ""),
]


@pytest.mark.parametrize(("host", "shared", "reported"), CLOSING)
def test_programs_that_have_to_be_closed(host, shared, reported):
    found = _words.programs_to_close(candidate(route(shared=shared)), host)
    assert found == (
        (f"Close some programs before it starts: other programs hold {reported}.",)
        if reported
        else ()
    )


ROOMY, TIGHT = route((CARD,), (9000.0,)), route((CARD,), (3000.4,))
IDLE = [
    (candidate(gpu_layers=5), (ROOMY,), None),
    (candidate(), (), None),
    (candidate(route()), (route(),), None),
    (candidate(route(idle="It is old.")), (ROOMY,), "It is old."),
    (candidate(route(idle="It is one of two."), gpu_layers=5), (ROOMY,), "It is one of two."),
    (candidate(), (ROOMY,), "RTX 4090 stays idle: this model would run no better on it."),
    (candidate(needs=memory(9000.0)), (route(), ROOMY), "RTX 4090 stays idle: this model would run no better on it."),
    (candidate(), (TIGHT,), "RTX 4090 stays idle: 2.93 GB of its memory can be given, and this model needs 4.88 GB; with a part of it there it would run no better."),
    (candidate(), (TIGHT, route((CARD,), (9000.0,), names="two")), "two stays idle: this model would run no better on it."),
    (candidate(), (route((CARD,), (-20.0,)),), "RTX 4090 stays idle: 0 MB of its memory can be given, and this model needs 4.88 GB; with a part of it there it would run no better."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "routes", "words"), IDLE)
def test_why_a_usable_gpu_is_idle(one, routes, words):
    assert _words.idle(one, routes) == words


KNOWN, UNKNOWN = Host(2000.0), Host(None)
GIVEN, NOT_KNOWN = "1.95 GB can be given", "how much memory this machine has is not known"
NEED = "needs 5.08 GB of memory"
#: candidate, host, routes → kind, what it needs, what there is
LARGE = [
    (candidate(), KNOWN, 1, "too-large", NEED, GIVEN),
    (candidate(), UNKNOWN, 1, "memory-unknown", NEED, NOT_KNOWN),
    (candidate(route(idle="X is old.")), KNOWN, 1, "too-large", NEED, f"{GIVEN}. X is old"),
    (candidate(route(idle="X is old.")), KNOWN, 2, "too-large", NEED, GIVEN),
    (candidate(ROOMY), KNOWN, 1, "too-large", "needs 1.17 GB of main memory beside RTX 4090", GIVEN),
    (candidate(ROOMY), UNKNOWN, 1, "memory-unknown", "needs 1.17 GB of main memory beside RTX 4090", NOT_KNOWN),
    (candidate(TIGHT, hold=False), KNOWN, 1, "too-large", NEED,
     "RTX 4090 has room for 2.93 GB, main memory for 1.95 GB"),
    (candidate(TIGHT, hold=False), UNKNOWN, 1, "too-large", NEED,
     "RTX 4090 has room for 2.93 GB, and how much main memory there is is not known"),
    (candidate(route((CARD, CARD), (3000.0, 20.0)), hold=False), KNOWN, 1, "too-large", NEED,
     "RTX 4090 have room for 2.95 GB, main memory for 1.95 GB"),
    (candidate(route((CARD,), (-3.0,)), hold=False), KNOWN, 1, "too-large", NEED,
     "RTX 4090 has room for 0 MB, main memory for 1.95 GB"),
    (candidate(route((CARD,), (9000.0,), shared=True)), KNOWN, 1, "too-large", NEED,
     "RTX 4090 has room for 8.79 GB, main memory for 1.95 GB"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "host", "count", "kind", "needs", "room"), LARGE)
def test_what_does_not_fit(one, host, count, kind, needs, room):
    found = _words.too_large(one, host, (route(),) * count)
    assert (found.model, found.kind) == ("m", kind)
    assert _words._need_and_room(one, host, (route(),) * count) == (needs, room)


PLACES = [
    (candidate(), "It lies in main memory (1000 MB), and the processor computes."),
    (candidate(gpu_layers=5), "All of it fits: 3.9 GB on RTX 4090."),
    (candidate(gpu_layers=3, on_gpu=0.6),
     "3 of its 5 layers fit: 3.9 GB on RTX 4090, 1000 MB in main memory."),
    (candidate(gpu_layers=5, cpu_expert_layers=3),
     "The experts of 3 of its 4 layers lie in main memory (1000 MB), the rest is 3.9 GB on RTX 4090."),
    (candidate(gpu_layers=5, cpu_expert_layers=4),
     "Its experts lie in main memory (1000 MB), the rest is 3.9 GB on RTX 4090."),
]  # fmt: skip


@pytest.mark.parametrize(("one", "words"), PLACES)
def test_where_it_lies(one, words):
    assert _words._place(one) == words


def held(used, **more):
    plain = {"memory_kind": "dedicated", "used_mib": used}
    return Gpu("nvidia", "RTX 4090", 24576, **plain | more)


ABOUT = [
    (route((held(768),)), []),
    (route((held(769),)), ["Other programs hold 769 MB of the 24.0 GB of RTX 4090."]),
    (route((held(None),)), []),
    (route((held(900, memory_kind="shared"),)), []),
    (route((CARD,), better="Not CUDA: it is old."), ["Not CUDA: it is old."]),
    (route((CARD,), better="Not CUDA: it is old.", update="A newer driver"), []),
]


@pytest.mark.parametrize(("where", "reported"), ABOUT)
def test_what_is_told_of_the_cards(where, reported):
    assert _words._about_gpus(where) == reported


def chip(name):
    return (Made(family=name),)


NOTES = [
    (route(), ()),
    (route(update="CUDA needs 9"),
     ("CUDA needs 9; updated, it would take part of the work off the processor.",)),
    (route((held(0, compute_capability="8.9"),), update="CUDA needs 9", chips=chip("vulkan")),
     ("CUDA needs 9; until then Vulkan computes. It would read prompts about 2.1 times as fast.",)),
    (route((held(0, compute_capability="7.5"),), update="CUDA needs 9", chips=chip("vulkan")),
     ("CUDA needs 9; until then Vulkan computes.",)),
]  # fmt: skip


@pytest.mark.parametrize(("where", "noted"), NOTES)
def test_a_newer_driver_is_in_the_persons_hands(where, noted):
    assert _words.notes(candidate(where)) == noted
