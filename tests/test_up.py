"""`localai up`: what it takes for the set-up, and what it refuses."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from localai_setup.commands import _setup
from localai_setup.machine.keeping import folders, model_files
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import ModelFile
from localai_setup.steps.fetch_model import FetchModel

CONTENT = b"GGUF and more"
FILE = ModelFile(
    "weights", "m.gguf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest(), repository="o/r"
)


@dataclass
class Here:
    """A machine whose model file holds some bytes, and whose cache knows nothing of it."""

    bench: Workbench
    path: Path

    def starts(self, content):
        self.path.write_bytes(content)
        _setup._require_done([FetchModel(FILE)], self.bench)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    path = model_files.target(FILE)
    path.parent.mkdir(parents=True)
    yield Here(Workbench(offline=True), path)
    folders.all_folders.cache_clear()


def test_a_model_file_is_read_again_where_the_cache_was_emptied(here):
    here.starts(CONTENT)
    assert FetchModel(FILE).done(here.bench)


def test_a_damaged_model_file_is_told_and_not_served(here):
    with pytest.raises(LocalaiError, match="is gone: Fetch m.gguf"):
        here.starts(CONTENT[::-1])
