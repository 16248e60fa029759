"""A damaged record of what was fetched leads to no file outside of our folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from localai_setup.machine.keeping import folders, model_files
from localai_setup.model.files import FilePart, ModelFile

pytestmark = pytest.mark.quick
HASH = "0123456789ab" + "c" * 52
NAMES = ["model.gguf", "Q4/model.gguf", "../../x.gguf", "..\\..\\x.gguf", "/etc/x", "..", ""]


@pytest.mark.parametrize(
    "sha256", [HASH, "/etc/passwd", "../../../../x", "..\\..\\..\\..\\", "", "\0"]
)
@pytest.mark.parametrize("name", NAMES)
def test_each_is_one_name_in_its_folder(sha256, name):
    path = folders.hashed(Path("place"), sha256, name)
    assert path.parent == Path("place") and not {"/", "\\"} & set(path.name)


def test_a_model_of_a_damaged_record_lies_among_the_models(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    hostile = ModelFile("weights", "a/b.gguf", 1, "/etc/passwd", parts=(FilePart("../c", 1, "/"),))
    models = folders.folder("data") / "models"
    folders.all_folders.cache_clear()
    assert {model_files.target(one).parent for one in hostile.each} == {models}


def test_the_names_of_well_kept_files_stay():
    assert folders.hashed(Path("place"), HASH, "Q4/model.gguf").name == "0123456789ab-model.gguf"
