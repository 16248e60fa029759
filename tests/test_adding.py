"""What CONTRIBUTING says of adding a thing: the file is the registration."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from localai_setup import catalog, probes, proofs, survey
from localai_setup.commands.detect import document
from localai_setup.model.facts import Facts
from localai_setup.model.proof import AnswerTest, Proof
from localai_setup.model.reading import Readings, Text
from localai_setup.model.server import Answer
from localai_setup.probes.reach import Place, Reach
from localai_setup.ui import report

from . import test_schemas

sys.path.append(str(Path(__file__).parent.parent / "docs"))
from generators.facts import pages as facts_schema  # noqa: E402

PROBE = """
from dataclasses import dataclass
from ..model.reading import Readings
from ..model.shown import Shown
from ..model.source import File

SOURCES = (File("/etc/made-up"),)

@dataclass(frozen=True)
class MadeUp:
    words: str = ""
    size_mib: float | None = None

def _words(fact: MadeUp):
    yield f"says {fact.words}"

SHOWN = Shown(name="made_up", fact=MadeUp, fields=("words", "size_mib"), heading="Made up", words=_words)

def parse(readings: Readings) -> MadeUp:
    return MadeUp(readings.text(SOURCES[0]) or "", 2.6)
"""
#: the same name again is the one of `made_up`, and shown once
NEIGHBOUR = """
from dataclasses import dataclass
from ..model.reading import Readings
from .made_up import SHOWN, MadeUp

@dataclass(frozen=True)
class Other:
    pass

def parse(readings: Readings, made_up: MadeUp) -> Other:
    return Other()
"""
KIND = """
FIELD = "rhyme"
NEEDS = "Rhymes need a model that knows them."

def mistake(proof): return None if proof.rhyme.isalpha() else "`rhyme` must be a word"
def expects(proof): return True
def request(test): return {"messages": [{"role": "user", "content": f"What rhymes with {test.proof.rhyme}?"}]}
def judge(answer, test): return None if answer.text.endswith(test.proof.rhyme[-2:]) else "it does not rhyme"
"""


@dataclass(frozen=True)
class WithRhyme(Proof):
    """The one field that a new kind of proof needs beside its file."""

    rhyme: str = ""


@pytest.fixture
def added(tmp_path, monkeypatch):
    """One more file in the folder of a package, until the end of the test."""
    forget = []

    def add(package, name, source):
        (tmp_path / f"{name}.py").write_text(source)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        cached = [catalog.modules, proofs._kinds]
        for one in cached:
            one.cache_clear()
        forget.extend(cached)

    yield add
    monkeypatch.undo()
    for one in forget:
        one.cache_clear()


def test_a_fact_is_one_file(added, capsys):
    added(probes, "made_up", PROBE)
    module = catalog.modules("probes")["made-up"]
    facts = survey.facts(Readings({"file:/etc/made-up": Text("hello")}), [module])
    assert facts[module.MadeUp].words == "hello"
    assert document(facts)["made_up"] == {"words": "hello", "size_mib": 3}
    report.machine(facts, survey.shown(), verbose=False)
    assert "Made up    says hello\n" in capsys.readouterr().out
    (schema,) = map(json.loads, facts_schema().values())
    assert schema["properties"]["made_up"]["properties"] == {
        "words": {"type": "string"},
        "size_mib": {"type": ["number", "null"]},
    }
    assert "made_up" in schema["required"]


def test_a_fact_is_shown_once_and_in_its_place(added):
    before = [one.name for one in survey.shown()]
    added(probes, "made_up", PROBE)
    added(probes, "neighbour", NEIGHBOUR)
    after = [one.name for one in survey.shown()]
    assert sorted(after) == sorted([*before, "made_up"])
    assert before[:4] == ["os", "cpu", "memory", "gpus"]
    assert len({*before}) == len(before)


def test_where_nobody_asked_for_places_the_document_says_null():
    assert document(Facts())["network"] is None
    shown = document(Facts({Reach: Reach((Place("index", "https://a.example", 200),))}))
    for one in (document(Facts()), shown):
        test_schemas.check(json.loads(json.dumps(one, default=vars)))


def test_a_kind_of_proof_is_one_file_and_its_field(added):
    added(proofs, "_rhyme", KIND)
    test = AnswerTest("?", proof=WithRhyme(rhyme="light"))
    assert "rhyme" in proofs.fields()
    assert proofs.is_special(test) and proofs.needs(test).startswith("Rhymes need")
    assert "light" in proofs.request(test)["messages"][0]["content"]
    assert proofs.judge(Answer("night", None), test, has_template=True) is None
    assert proofs.judge(Answer("day", None), test, has_template=True) == "it does not rhyme"
    assert proofs.mistake(WithRhyme(rhyme="7")) == "`rhyme` must be a word"
    assert proofs.expects(test.proof)


def test_the_kinds_that_there_are():
    assert {"fields", "neighbours", "picture", "tool"} <= set(proofs.fields())
