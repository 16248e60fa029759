"""What is in use and under which licence: in words, as a table, as a bill of materials."""

import csv
import io
import json
from dataclasses import replace

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from localai_setup.commands import _parts, licences
from localai_setup.machine.keeping import acceptances, folders
from localai_setup.model.engine import EngineRecipe
from localai_setup.model.licence import Licence
from localai_setup.model.part import Part
from localai_setup.model.proof import AnswerTest
from localai_setup.model.settings import ServerSettings
from localai_setup.model.setup import SetUp
from localai_setup.ui import bill_of_materials, licencetext

ENGINE = EngineRecipe("localai.engine/1", "llama.cpp", "llama.cpp", "MIT", "https://x.test/e", ())
APACHE = Licence("Apache-2.0", False, "https://x.test/a", commercial="yes", obligations=("a word",))
FILE = {"role": "weights", "file": "m.gguf", "bytes": 9, "sha256": "a" * 64, "quantization": "Q8_0"}
PROJECTOR = {"role": "mmproj", "file": "mmproj.gguf", "bytes": 2, "sha256": "b" * 64}
STEPS = (
    {
        "id": "install-library",
        "library": "libgomp.so.1",
        "name": "cmeel-libomp",
        "requirements": f"cmeel-libomp==21 --hash=sha256:{'c' * 64}\n",
        "path": "lib",
        "bytes": 5,
        "licence": "MIT, Apache-2.0 WITH LLVM-exception",
    },
    {
        "id": "install-engine",
        "environment": "e",
        "requirements": f"xllamacpp==1 --hash=sha256:{'d' * 64}\n",
        "runner": "",
    },
    {"id": "fetch-model", "file": {**FILE, "repository": "o/m"}},
    {"id": "fetch-projector", "file": {**PROJECTOR, "repository": "o/m"}},
)
#: (licence, the beginning of what is said of it)
AT_WORK = [
    (APACHE, "May be used at work: Apache-2.0 allows commercial use. It asks for: a word."),
    (Licence("x", True, name="X Licence", commercial="no"), "May not be used at work: X Licence "),
    (
        Licence("l", True, commercial="yes below 700 million monthly active users"),
        "May be used at work under a condition (l): yes below 700 million",
    ),
    (Licence("own", True, "https://x.test"), "It is not known whether own allows use at work"),
]


def set_up(licence: Licence = APACHE, steps=STEPS) -> SetUp:
    return SetUp(
        "chat", "m", "/m.gguf", 9, "a" * 64, "llama.cpp", "b1", ("e",), ServerSettings(512),
        AnswerTest("?"), licence, finished=True, steps=steps,
    )  # fmt: skip


def test_each_part_of_a_set_up_is_named_with_its_digest_and_licence() -> None:
    parts = _parts.of(set_up(), ENGINE)
    assert [(one.kind, one.name, one.licence.id, one.sha256) for one in parts] == [
        ("engine", "llama.cpp", "MIT", ("d" * 64,)),
        ("library", "cmeel-libomp", "MIT, Apache-2.0 WITH LLVM-exception", ("c" * 64,)),
        ("model", "m", "Apache-2.0", ("a" * 64,)),
        ("projector", "mmproj.gguf", "Apache-2.0", ("b" * 64,)),
    ]
    assert parts[2].source == "https://huggingface.co/o/m"
    assert (parts[2].version, parts[2].bytes) == ("Q8_0", 9)


def test_of_an_engine_that_was_here_nothing_was_fetched() -> None:
    engine, model = _parts.of(set_up(steps=()), ENGINE)
    assert engine.sha256 == ()
    assert (model.sha256, model.source) == (("a" * 64,), "")


@pytest.mark.parametrize(("licence", "beginning"), AT_WORK, ids=lambda one: getattr(one, "id", ""))
def test_use_at_work_is_told_with_its_reason(licence: Licence, beginning: str) -> None:
    assert Part("model", "m", licence).at_work.startswith(beginning)


def test_the_table_has_a_row_for_each_part_and_no_formula(capsys) -> None:
    hostile = Part("model", "=HYPERLINK(1)", APACHE)
    licencetext.csv([*_parts.of(set_up(), ENGINE), hostile])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows] == [
        "llama.cpp", "cmeel-libomp", "m", "mmproj.gguf", "'=HYPERLINK(1)",
    ]  # fmt: skip
    assert rows[2]["licence"] == "Apache-2.0"


@pytest.mark.parametrize(
    "licence",
    [
        APACHE,
        Licence("lfm1.0", True, "https://x.test/l", name="LFM Open License"),
        Licence("", True),
    ],
    ids=["of SPDX", "of its own", "unknown"],
)
def test_the_bill_of_materials_is_valid(licence: Licence, capsys) -> None:
    bill_of_materials.write(_parts.of(set_up(licence), ENGINE))
    text = capsys.readouterr().out
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    model = next(one for one in json.loads(text)["components"] if one["name"] == "m")
    assert model["type"] == "machine-learning-model"
    assert model["modelCard"] == {"modelParameters": {"task": "text-generation"}}
    assert model["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}]


def test_the_day_and_the_terms_of_an_acceptance_are_in_every_form(
    tmp_path, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    llama = Licence("llama3.2", True, "https://x.test/l", name="Llama 3.2", commercial="yes")
    part = Part("model", "m", llama, accepted_at="")
    assert licences._with_acceptance(part) == part
    licencetext.words([part])
    assert "no acceptance is kept" in " ".join(capsys.readouterr().out.split())
    acceptances.keep(llama)
    known = licences._with_acceptance(part)
    day = known.accepted_at[:10]
    assert len(day) == 10 and licences._document(known)["terms"] == llama.terms
    licencetext.words([known])
    shown = " ".join(capsys.readouterr().out.split())
    assert f"Accepted here on {day} at " in shown and llama.terms[:12] in shown
    licencetext.csv([known])
    [row] = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["accepted"], row["terms"]) == (known.accepted_at, llama.terms)
    bill_of_materials.write([known])
    text = capsys.readouterr().out
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    stated = {one["name"]: one["value"] for one in json.loads(text)["components"][0]["properties"]}
    assert stated["localai:licence:terms-sha256"] == llama.terms
    changed = Part("model", "m", replace(llama, obligations=("more",)))
    assert licences._with_acceptance(changed).accepted_at == ""
    folders.all_folders.cache_clear()


def test_without_a_set_up_there_is_no_list(localai) -> None:
    assert localai("licences").returncode == 1
    assert localai("licences", "--csv", "--json").returncode == 2
