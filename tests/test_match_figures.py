"""What a choice is weighed by, as figures: quality, speed and what a place is worth."""

import math
from types import SimpleNamespace as Made

import pytest

from localai_setup.match import _quality, _score, _weights
from localai_setup.probes.gpus import Gpu

pytestmark = pytest.mark.quick


def model(billions=8.0, active=None, released="2024-01", recommended=False, quality=()):
    shape = Made(total_parameters=billions * 1e9, active_parameters=active and active * 1e9)
    return Made(architecture=shape, released=released, recommended=recommended, quality=quality)


def figure(value, metric="index", group="1", date="2025-01-01"):
    return Made(metric=metric, group=group, value=value, date=date)


STATURES = [
    (model(8.0), 3.0),
    (model(1.0), 0.0),
    (model(32.0, 2.0), 3.0),
    (model(8.0, released="2025-01"), 4.0),
    (model(8.0, released="2025-07-15"), 4.5),
    (model(8.0, released="2025"), 4.0),
    (model(8.0, released=""), 3.0),
    (model(8.0, recommended=True), 3.75),
]


@pytest.mark.parametrize(("one", "stature"), STATURES)
def test_size_and_age_as_doublings(one, stature):
    assert _quality.stature(one) == pytest.approx(stature)


LOSSES = [
    ("Q4_K_M", "a.gguf", 0.0226), ("UD-Q4_K_XL", "a.gguf", 0.0226), ("F16", "a.gguf", 0.0),
    ("Q8_0", "a.gguf", 0.0011), ("UD-IQ3_XXS", "a.gguf", 0.1469), ("UD-IQ2_S", "a.gguf", 0.3514),
    ("Q9_X", "a.gguf", 0.05), ("Q4_0", "gemma-QAT-q4.gguf", 0.0),
]  # fmt: skip


@pytest.mark.parametrize(("quantization", "file", "share"), LOSSES)
def test_what_quantization_takes(quantization, file, share):
    assert _quality.loss(quantization, file) == pytest.approx(share, abs=5e-5)


def on_line(slope, start, *statures, **where):
    """Models of these statures, each with the figure that the line has there."""
    return [
        model(2.0**at, quality=[figure(math.exp(start + slope * at), **where)]) for at in statures
    ]


def test_the_line_goes_through_what_is_measured_and_a_guess_is_worth_less():
    found = _quality.scale(on_line(0.5, 1.0, 0, 1, 2, 4))
    assert found.index == ("index", "1")
    assert (found.slope, found.start) == (pytest.approx(0.5), pytest.approx(1.0))
    measured = model(2.0, quality=[figure(0.0), figure(7.5)])
    assert found.of(measured) == 7.5
    assert found.basis(measured) == "index, 2025-01-01"
    assert found.of(model(8.0)) == pytest.approx(0.77 * math.exp(2.5))
    assert found.basis(model(8.0)) == "estimated from its size and age"
    other = model(2.0, quality=[figure(7.5, group="2")])
    assert found.basis(other) == "estimated from its size and age"


@pytest.mark.parametrize(
    "models",
    [on_line(0.5, 1.0, 0, 1), on_line(-0.5, 1.0, 0, 1, 2), on_line(0.5, 1.0, 1, 1, 1)],
    ids=["two figures", "it falls", "all of one size"],
)
def test_without_a_line_the_plain_one_is_taken(models):
    assert (_quality.scale(models).slope, _quality.scale(models).start) == (0.36, 0.65)


def test_without_figures_there_is_no_index():
    nothing = [model(8.0), model(8.0, quality=[figure(3.0, group=""), figure(0.0)])]
    found = _quality.scale(nothing)
    assert found == _quality.Scale(("", ""), 0.36, 0.65, {})


@pytest.mark.parametrize(
    ("above", "moved"), [(0.0, 0.0), (0.2, 0.2), (-0.2, -0.2), (3.0, 0.4), (-3.0, -0.4)]
)
def test_another_index_moves_a_guess_by_what_it_stands_above_its_peers(above, moved):
    peers = on_line(0.5, 2.0, 0, 2, metric="other")
    found = _quality.scale([*on_line(0.5, 1.0, 0, 1, 2), *peers])
    assert found.others == {("other", "1"): pytest.approx(2.0)}
    one = model(4.0, quality=[figure(math.exp(2.0 + 0.5 * 2 + above), "other")])
    assert found.of(one) == pytest.approx(0.77 * math.exp(1.0 + 0.5 * 2 + moved))


def test_of_another_index_two_peers_are_needed_and_the_mean_of_several_counts():
    few = _quality.scale([*on_line(0.5, 1.0, 0, 1, 2), *on_line(0.5, 2.0, 0, metric="other")])
    assert few.others == {}
    two = [*on_line(0.5, 2.0, 0, 2, metric="other"), *on_line(0.5, 3.0, 0, 2, metric="third")]
    found = _quality.scale([*on_line(0.5, 1.0, 0, 1, 2), *two])
    figures = [figure(math.exp(3.1), "other"), figure(math.exp(4.3), "third")]
    assert found.of(model(4.0, quality=figures)) == pytest.approx(0.77 * math.exp(2.2))


def candidate(**more):
    licence = Made(needs_acceptance=False, commercial="yes")
    plain = {"name": "m", "context": 8192, "kv": "f16", "experts": 0, "on_gpu": 0.0, "gpus": 0, "free": 0.0,
             "bytes": 0, "licence": licence, "reads": False, "file": "a.gguf", "memory": 0.0}  # fmt: skip
    is_ = Made(**plain | more)
    memory = Made(total_mib=is_.memory, gpu_mib=is_.memory, process_overhead_mib=100)
    return Made(
        settings=Made(context=is_.context, kv_type_k=is_.kv, cpu_expert_layers=is_.experts, embeddings=is_.reads),
        subject=Made(
            model=Made(id=is_.name, context_length=32768, licence=is_.licence), quality=10.0,
            file=Made(quantization="F16", file=is_.file), download_bytes=is_.bytes,
        ),
        on_gpu=is_.on_gpu, free_share=is_.free, memory=memory,
        route=Made(gpus=tuple(Gpu("nvidia", memory_mib=8192) for _ in range(is_.gpus)), in_main_memory=False),
    )  # fmt: skip


def worth(comfortable=10.0, context=8192, tps=10.0, **more):
    """What all but the quality adds or takes, as a share of it."""
    speed = Made(generate_tps=tps, prompt_tps=None)
    one, use = candidate(**more), Made(comfortable_tps=comfortable)
    found = _score.scored(one, use, Made(of=lambda _: speed), context)
    assert found.quality == pytest.approx(10.0)
    return found.score / 10.0 - 1


W = _weights
SHARES = [
    ({}, 0.0),
    ({"tps": 20.0}, W.FAST), ({"tps": 5.0}, -W.SLOW), ({"tps": 2.5}, -2 * W.SLOW),
    ({"tps": 1e6}, W.FAST * W.MOST_DOUBLINGS), ({"tps": 0.0}, W.SLOW * math.log2(0.001)),
    ({"context": 8192}, 0.0), ({"context": 16384}, -W.SHORT), ({"context": 4096}, W.LONG),
    ({"kv": "q8_0"}, -W.SMALL_CACHE),
    ({"free": 0.5}, W.HEADROOM * 0.5), ({"bytes": 10**10}, -W.FETCH), ({"bytes": 10**9}, -W.FETCH / 10),
    ({"licence": Made(needs_acceptance=True, commercial="yes")}, -W.ACCEPT),
    ({"licence": Made(needs_acceptance=False, commercial="no")}, -W.NO_COMMERCE),
    ({"licence": Made(needs_acceptance=True, commercial="no")}, -W.ACCEPT - W.NO_COMMERCE),
    ({"gpus": 1, "on_gpu": 1}, W.ON_GPU), ({"gpus": 3, "on_gpu": 1}, W.ON_GPU - 2 * W.MORE_CARDS),
    ({"gpus": 1, "on_gpu": 0.5}, -W.PARTLY), ({"gpus": 1, "on_gpu": 1, "experts": 4}, -W.EXPERTS),
]  # fmt: skip


@pytest.mark.parametrize(("more", "share"), SHARES, ids=str)
def test_what_a_place_is_worth(more, share):
    assert worth(**more) == pytest.approx(share)


def test_of_what_the_model_cannot_hold_nothing_is_missed():
    assert worth(context=131072) == pytest.approx(-W.SHORT * 2)


@pytest.mark.parametrize(
    ("reads", "prompt", "tps"), [(False, 90.0, 10.0), (True, 90.0, 90.0), (True, None, 0.0)]
)
def test_the_speed_that_counts(reads, prompt, tps):
    speed = Made(generate_tps=10.0, prompt_tps=prompt)
    assert _score.Scored(candidate(reads=reads), speed, 1.0, 1.0).tps == tps


def test_the_best_comes_first_then_the_smaller_then_by_name():
    speed = Made(generate_tps=10.0, prompt_tps=None)
    made = [
        _score.Scored(candidate(name=name, bytes=size, file=file), speed, 1.0, score)
        for name, size, file, score in [
            ("a", 9, "a", 1.0), ("b", 5, "b", 2.0), ("c", 4, "b", 2.0000001), ("d", 4, "a", 2.0),
        ]
    ]  # fmt: skip
    order = [one.candidate.subject.model.id for one in sorted(made, key=lambda one: one.key)]
    assert order == ["d", "c", "b", "a"]


@pytest.mark.parametrize("kind", sorted(_quality.KLD))
def test_files_below_three_bits_are_never_suggested_and_others_may_be(kind):
    is_coarse = _quality.loss(kind, "model.gguf") > _weights.MOST_LOSS
    assert is_coarse == kind.startswith(("Q2", "IQ2"))
