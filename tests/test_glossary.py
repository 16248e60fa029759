"""The terms that commands show, and the commands that people of other programs type first."""

import json
import re
from pathlib import Path

import pytest

from localai_setup import glossary
from localai_setup.cli import app
from localai_setup.cli.other_names import HINTS, in_our_words
from localai_setup.model.errors import Exit, LocalaiError

TESTS = Path(__file__).parent
#: (what a person types, the term that is told)
SPELLINGS = [
    ("quantization", "quantization"),
    ("Quantisation", "quantization"),
    ("kv-cache", "KV cache"),
    ("GPUs", "GPU"),
    ("tokens/s", "tokens per second"),
    ("num_ctx", "context"),
    ("lora", "adapter"),
    ("MoE", "mixture of experts"),
    ("localhost", "loopback"),
]
#: capitals in outputs that are names of makers, products, licences or places, not terms of the field
NAMES = {
    "AI", "AMD", "APP", "ATI", "GTX", "LICENSE", "NOTICE", "NVIDIA", "RTX", "RX", "SIZE", "SUPER", "TM", "UHD", "USER",
    "XS", "XT", "XTX",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "term"), SPELLINGS)
def test_a_term_is_found_as_people_write_it(typed: str, term: str) -> None:
    found = glossary.find(typed)
    assert found and found.term == term


def test_what_is_no_term_is_none() -> None:
    assert glossary.find("CUDA error: out of memory") is None


def test_each_spelling_is_of_one_term_and_each_reference_leads_on() -> None:
    names = [one.term for one in glossary.terms()]
    spellings = [form for one in glossary.terms() for form in (one.term, *one.also)]
    assert len(glossary.by_spelling()) == len(spellings)
    assert {name for one in glossary.terms() for name in one.see} <= set(names)


@pytest.mark.parametrize("term", glossary.terms(), ids=lambda one: one.term)
def test_an_entry_is_made_of_short_sentences(term: glossary.Term) -> None:
    for text in filter(None, (term.means, term.matters)):
        assert text.endswith(".")
        assert max(len(one.split()) for one in re.split(r"[.;:] ", text)) <= 35


def test_every_abbreviation_that_plans_and_diagnoses_show_is_a_term() -> None:
    outputs = [p.read_text("utf-8") for p in TESTS.glob("machines/*/*.txt")]
    shown = {word for text in outputs for word in re.findall(r"\b[A-Z]{2,}\b", text)}
    assert shown
    assert not {word for word in shown - NAMES if not glossary.find(word)}


def test_a_term_is_explained(localai) -> None:
    reported = localai("explain", "kv", "cache")
    assert reported.returncode == 0
    assert reported.stdout.startswith("KV cache (also: KV,")
    document = json.loads(localai("explain", "KV-cache", "--json").stdout)
    assert (document["schema"], document["term"]) == ("localai.term/1", "KV cache")


def test_a_file_comes_before_a_term_of_its_name(localai, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "server").write_text("CUDA error: out of memory\n")
    assert "mem-vram-used-by-others" in localai("explain", "server").stdout


def commands() -> set[str]:
    named = {one.name or one.callback.__name__ for one in app.registered_commands if one.callback}
    for group in app.registered_groups:
        inner = group.typer_instance
        if group.name and isinstance(group.name, str):
            named.add(group.name)
        elif inner:
            named |= {one.name or one.callback.__name__ for one in inner.registered_commands}
    return named


def test_hints_are_for_names_that_are_free_and_lead_to_commands_that_are_there() -> None:
    assert "init" in commands()
    assert not HINTS.keys() & commands()
    led = {name for hint in HINTS.values() for name in re.findall(r"`localai ([a-z]+)", hint)}
    assert led <= commands()


@pytest.mark.parametrize("name", ["run", "install", "start", "list"])
def test_the_first_words_of_a_newcomer_lead_on(name: str) -> None:
    with pytest.raises(LocalaiError) as refused:
        in_our_words([name, "llama3"])
    assert refused.value.exit_code == Exit.USAGE
    assert "`localai " in refused.value.hint


def test_help_is_a_word_too(localai) -> None:
    assert in_our_words(["help", "chat"]) == ["chat", "--help"]
    assert localai("help").stdout == localai("--help").stdout
