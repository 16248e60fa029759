"""The sentences about who guesses ahead, and about the kernels that compute on the processor."""

from types import SimpleNamespace as Made

import pytest

from localai_setup.fit import drafting
from localai_setup.match import _words
from localai_setup.model.facts import Facts
from localai_setup.probes.confines import Confines
from localai_setup.probes.cpu import Cpu

from .test_match_words import candidate, route

pytestmark = pytest.mark.quick

FILE = Made(file=Made(file="d.gguf", bytes=500_000_000), kind="model")
GOES = "which the model checks in one go; `localai bench` tells what that brings."
DRAFTS = [
    (candidate(drafting="heads"), f"Prediction heads in its file guess up to 3 tokens ahead, {GOES}"),
    (candidate(drafting="repeats", draft_tokens=8), f"Repeats in the text guess up to 8 tokens ahead, {GOES}"),
    (candidate(drafting="model", drafter=FILE), f"d.gguf (477 MB) guesses up to 3 tokens ahead, {GOES}"),
    (candidate(drafting="heads", drafter=FILE), f"Prediction heads in its file guess up to 3 tokens ahead, {GOES}"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "words"), DRAFTS)
def test_who_guesses_ahead(one, words):
    assert _words._drafts(one) == words


def engine(drafts):
    return {"engine": Made(NAME="Ollama", abilities=lambda build: Made(drafting=drafts)), "build": Made(number=1)}  # fmt: skip


NOBODY = [
    (candidate(), "auto", ""),
    (candidate(), "off", ""),
    (candidate(drafting="heads"), "heads", ""),
    (candidate(route(**engine(False))), "heads", "Ollama is not told to"),
    (candidate(route(**engine(True))), "companion", "its recipe names no file for it; `--drafting FILE` does"),
    (candidate(route(**engine(True)), drafter=FILE), "companion", "because of model"),
    (candidate(route(**engine(True)), drafter=FILE), "heads", "because of heads"),
    (candidate(route(**engine(True))), "repeats", "with what that takes the model does not fit here"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "asked", "why"), NOBODY)
def test_why_nobody_guesses_though_it_was_asked_for(monkeypatch, one, asked, why):
    reason = lambda shape, settings, build, kind: "" if kind == "repeats" else f"because of {kind}"
    monkeypatch.setattr(drafting, "why_not", reason)
    words = f"Nobody guesses ahead, though that was asked for: {why}."
    assert _words.nobody_drafts(one, asked) == ((words,) if why else ())


AVX512, AMX = Cpu(features=("avx512f",)), Cpu(features=("amx_tile", "avx512f"))
WHEEL = (
    "The wheel of the package index is taken, whose kernels are for AVX2 alone; those of the project's "
    "own archive read prompts {}."
)
FAST_512 = "up to 1.2 times as fast with AVX-512 (measured)"
FAST_AMX = "4 to 5 times as fast with AMX (measured)"
KERNELS = [
    (Made(archives=(), package="p"), Cpu(), False, []),
    (Made(archives=(), package=None), AVX512, False, []),
    (Made(archives=(), package="p"), AVX512, True, [WHEEL.format(FAST_512)]),
    (Made(archives=("a",), package=None), AVX512, False,
     [f"The project's own archive is taken: its kernels read prompts {FAST_512}."]),
    (Made(archives=(), package="p"), AMX, False, [WHEEL.format(FAST_AMX)]),
    (Made(archives=(), package="p"), AMX, True,
     [WHEEL.format(FAST_AMX), "The archive is not taken here: in virtual machines that list AMX its kernels "
      "are known to crash, where the hypervisor does not let them use it."]),
]  # fmt: skip


@pytest.mark.parametrize(("build", "cpu", "virtual", "reported"), KERNELS)
def test_which_kernels_compute(build, cpu, virtual, reported):
    facts = Facts({Cpu: cpu, Confines: Confines(virtual_machine=virtual)})
    assert _words._kernels_for(build, facts) == reported
    assert _words._kernels_for(build, Facts({})) == []
