"""What CONTRIBUTING says of adding a thing: the file is the registration."""

from dataclasses import dataclass

import pytest

from localai_setup import catalog, probes, proofs, survey
from localai_setup.model.proof import AnswerTest, Proof
from localai_setup.model.reading import Readings, Text
from localai_setup.model.server import Answer

PROBE = """
from dataclasses import dataclass
from ..model.reading import Readings
from ..model.source import File

SOURCES = (File("/etc/made-up"),)

@dataclass(frozen=True)
class MadeUp:
    words: str = ""

def parse(readings: Readings) -> MadeUp:
    return MadeUp(readings.text(SOURCES[0]) or "")
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


def test_a_fact_is_one_file(added):
    added(probes, "made_up", PROBE)
    module = catalog.modules("probes")["made-up"]
    facts = survey.facts(Readings({"file:/etc/made-up": Text("hello")}), [module])
    assert facts[module.MadeUp].words == "hello"


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
