"""Of a page's steps those are shown that the text's system and engine can take, never a list for many engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localai_setup.diagnosis.choosing import MOST_ENGINES, MOST_STEPS, fitting
from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.findings import finding
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.model.finding import Fix, Symptom, Where
from localai_setup.problems.card_names import makers_of
from localai_setup.problems.engine_names import BEGINNINGS, CALLED, COMMANDS, OTHER

from .known import KNOWN, PROBLEMS

pytestmark = pytest.mark.quick

DEBIAN = Surroundings("linux", "debian", wsl=False, container=False, systemd=True)


#: where such a text may be read
READERS = {
    "Debian": DEBIAN,
    "a container": replace(DEBIAN, container=None, systemd=None),
    "a Mac": Surroundings("macos"),
    "Windows": Surroundings("windows"),
}


def of(*engines: str, system: str | None = None) -> Surroundings:
    """A text of these engines and this system, read in Debian."""
    return Surroundings(system, engines=frozenset(engines)).over(DEBIAN)


def for_engine(name: str, *systems: str) -> Fix:
    return Fix(f"With {name}.", (f"{name} x",), where=Where(systems, engines=(name,)))


ANY = Fix("Any.")
REST = Fix("Others.", where=Where(engines=(OTHER,)))
OLLAMA, VLLM, JAN, TORCH = map(for_engine, ("ollama", "vllm", "jan", "pytorch"))
MLX = for_engine("mlx", "macos")
LINUX = Fix("Of Linux.", ("sudo x",), where=Where(("linux",)))
MANY = (OLLAMA, VLLM, JAN, ANY, REST)
NAMED = "For Jan, Ollama or vLLM there are steps of their own: name the program in the text to get them."

#: (what is read for, the page's steps, the texts that are shown)
SHOWN = [
    (of("ollama"), MANY, ["With ollama.", "Any."]),
    (of("ollama", "jan"), MANY, ["With ollama.", "With jan.", "Any."]),
    (of("koboldcpp"), MANY, ["Any.", "Others."]),
    (of("tabbyapi", "pytorch"), (TORCH, REST), ["With pytorch.", "Others."]),
    (of("pytorch"), (TORCH, REST), ["With pytorch."]),
    (of(), MANY * 2, ["Any.", "Others.", "Any.", "Others.", NAMED]),
    (of(), MANY, [one.text for one in MANY]),
    (of(), (OLLAMA, VLLM, ANY), ["With ollama.", "With vllm.", "Any."]),
    (of(), (OLLAMA, VLLM, JAN), ["With ollama.", "With vllm.", "With jan."]),
    (DEBIAN, MANY, [one.text for one in MANY]),
    (of("mlx"), (OLLAMA, MLX, VLLM), ["On macOS: With mlx."]),
    (of("mlx"), (MLX, ANY), ["On macOS: With mlx.", "Any."]),
    (of("mlx", system="linux"), (MLX, ANY), ["Any."]),
    (of("ollama"), (VLLM, Fix("Or any.")), ["Any."]),
    (of("vmlx"), (MLX, LINUX, ANY), ["Any."]),
]


@pytest.mark.parametrize(("around", "fixes", "texts"), SHOWN)
def test_the_steps_of_the_engine_are_shown(
    around: Surroundings, fixes: tuple[Fix, ...], texts: list[str]
) -> None:
    assert [one.text for one in fitting(around, fixes)] == texts


#: (what is read for, a page, an engine whose steps are shown, one whose steps are not)
PAGES_OF_AN_APP = [
    (of("llama.cpp"), "jan-backend-mismatch", "jan", "llama.cpp"),
    (of(), "lmstudio-engine-crashed", "lm-studio", "ollama"),
    (of("mlx"), "lmstudio-mlx-runtime-outdated", "lm-studio", "mlx"),
]


@pytest.mark.parametrize(("around", "name", "own", "foreign"), PAGES_OF_AN_APP)
def test_a_page_about_an_app_is_for_what_the_app_has_inside(
    around: Surroundings, name: str, own: str, foreign: str
) -> None:
    engines = {
        e for f in finding(PROBLEMS[name], Symptom(""), around).fixes for e in f.where.engines
    }
    assert own in engines
    assert foreign not in engines


def test_where_no_system_is_named_few_steps_are_shown_for_each() -> None:
    places = ("linux", "macos", "windows")
    each = tuple(Fix(f"Do it, {one}.", where=Where((one,))) for one in places)
    shown = [one.text for one in fitting(of(), each)]
    assert shown == ["On Linux: Do it, linux.", "On macOS: Do it, macos.", "On Windows: Do it, windows."]  # fmt: skip
    assert [one.text for one in fitting(of(), each * 3)] == ["On Linux: Do it, linux."] * 3
    typed = (Fix("Do it.", ("curl a", "$env:A = 1"), where=Where(("windows",))),)
    (only,) = fitting(of(), typed)
    assert (only.commands, only.shell) == (("curl.exe a", "$env:A = 1"), "PowerShell")


#: (the cards that a text names, the texts of steps that are shown)
CARDS = [
    ([], ["For an NVIDIA card.", "For an AMD or Intel card.", "AMD on Windows: x.", "Any."]),
    (["NVIDIA GeForce RTX 5090"], ["For an NVIDIA card.", "Any."]),
    (["AMD Radeon RX 9070 XT"], ["For an AMD or Intel card.", "AMD on Windows: x.", "Any."]),
    (["Intel Arc B580"], ["For an AMD or Intel card.", "Any."]),
    (["RTX 4090", "Radeon 780M"], ["For an NVIDIA card.", "For an AMD or Intel card.", "AMD on Windows: x.", "Any."]),
    (["Apple M4"], ["For an NVIDIA card.", "For an AMD or Intel card.", "AMD on Windows: x.", "Any."]),
]  # fmt: skip


@pytest.mark.parametrize(("names", "texts"), CARDS)
def test_a_step_for_another_makers_card_is_not_shown(names: list[str], texts: list[str]) -> None:
    around = replace(of(system="linux"), cards=makers_of(names))
    assert [one.text for one in fitting(around, map(Fix, CARDS[0][1]))] == texts
    assert [one.text for one in fitting(around, (Fix("For an AMD card."),))] == ["For an AMD card."]


def test_the_cards_of_a_text_choose_its_steps() -> None:
    text = "NVIDIA GeForce RTX 5060 Ti\nAssertionError: Torch not compiled with CUDA enabled"
    (first, *_) = explain(text, DEBIAN, KNOWN).found
    assert first.id == "python-torch-cpu-only"
    texts = " ".join(one.text for one in first.fixes)
    assert "For an NVIDIA card" in texts
    assert "For an AMD card" not in texts


def test_for_an_engine_without_a_step_words_say_so() -> None:
    (only,) = fitting(of("jan"), (OLLAMA, VLLM))
    assert only.text.startswith("No step is known for Jan;")
    assert not only.commands


#: (what is read for, the system of the only step, how its text begins, whether its commands are shown)
BEGINNINGS_OF_A_SYSTEM = [
    (of(system="linux"), "linux", "Do", True),
    (of(), "linux", "On Linux: Do", True),
    (of(), "windows", "On Windows: Do", True),
    (of(system="windows"), "linux", "No step is known for Windows.", False),
    (of(system="macos"), "windows", "No step is known for macOS.", False),
    (DEBIAN, "linux", "Do", True),
]


@pytest.mark.parametrize(("around", "system", "begins", "has_commands"), BEGINNINGS_OF_A_SYSTEM)
def test_a_step_of_one_system_says_so(
    around: Surroundings, system: str, begins: str, has_commands: bool
) -> None:
    shown = fitting(around, (Fix("Do it.", ("x",), where=Where((system,))),))
    assert shown[0].text.startswith(begins)
    assert any(one.commands for one in shown) == has_commands


def test_a_step_of_another_system_is_told_in_words_to_a_text_of_an_engine_too() -> None:
    lead, words = fitting(
        of("vllm", system="windows"), (Fix("Do it.", ("x",), where=Where(("linux",))),)
    )
    assert lead.text.startswith("No step is known for Windows.")
    assert (words.text, words.commands) == ("On Linux: Do it.", ())


#: pages whose steps name more engines than a text without any can be told
LONG = sorted(
    name
    for name, one in PROBLEMS.items()
    if len({engine for fix in one.problem.fixes for engine in fix.where.engines} - {OTHER})
    > MOST_ENGINES + 1
)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", LONG)
def test_a_page_for_many_engines_has_a_step_where_none_is_named(name: str, reader: str) -> None:
    problem = PROBLEMS[name].problem
    shown = fitting(Surroundings().over(READERS[reader]), problem.fixes, problem.systems)
    engines = {engine for fix in shown for engine in fix.where.engines} - {OTHER}
    assert len(engines) <= MOST_ENGINES or len(shown) <= MOST_STEPS


def test_every_engine_of_a_step_is_one_that_a_text_can_name() -> None:
    known = {*CALLED, *COMMANDS, *BEGINNINGS, OTHER, "llamafile", "text-generation-webui"}
    used = {e for one in PROBLEMS.values() for fix in one.problem.fixes for e in fix.where.engines}
    assert used <= known
