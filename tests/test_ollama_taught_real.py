"""What was taught to a model, served by a real Ollama: the one that LOCALAI_TEST_OLLAMA names, or on PATH."""

import json
import os
import shutil
import urllib.request
from pathlib import Path

import pytest

from localai_setup.machine.keeping import folders

from . import adapter_files
from .conftest import Localai
from .ollama.real_one import MARKS, PROGRAM, there  # noqa: F401  (a fixture)

pytestmark = MARKS
STARTER = ("init", "--yes", "--for", "starter", "--engine")
#: by how much the answers are changed: enough that they are others, too little to spoil all words
CHANGE = 0.01


@pytest.fixture
def localai(tmp_path, there, monkeypatch):
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    made = Localai(tmp_path / "home", {"OLLAMA_HOST": f"127.0.0.1:{there.port}", "PATH": path})
    made.home.mkdir()
    monkeypatch.setenv("LOCALAI_HOME", made.environment()["LOCALAI_HOME"])
    folders.all_folders.cache_clear()
    yield made
    folders.all_folders.cache_clear()
    made("uninstall", "--yes")


def well(done):
    assert done.returncode == 0, done.stderr
    return done


def answer(localai):
    """Always the same to the same question."""
    status = localai.json("status")
    if status["engine"] == "ollama" and str(localai.extra["OLLAMA_HOST"]) not in status["address"]:
        pytest.skip("another Ollama runs on this computer, and was taken")
    body = {"model": status["served_as"] or status["model"], "temperature": 0, "max_tokens": 24, "seed": 1,
            "messages": [{"role": "user", "content": "Say hello."}]}  # fmt: skip
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {status['api_key']}"}
    address = f"{status['address']}/chat/completions"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return json.load(opener.open(request, timeout=300))["choices"][0]["message"]["content"]


def state_of():
    return json.loads((folders.folder("state") / "state.json").read_text())


def test_ollama_answers_as_taught_and_as_before_again(localai, there):
    listing = there.listing()
    well(localai(*STARTER, "ollama"))
    before = answer(localai)
    digest = adapter_files.kept(state_of(), "other", CHANGE)
    blob = Path(state_of()["place"]["models_folder"]) / "blobs" / f"sha256-{digest}"
    well(localai("tune", "use", "other"))
    assert blob.exists()
    assert answer(localai) != before
    assert localai.json("status")["adapter"] == "other"
    assert "All is well" in localai("doctor").stdout
    well(localai("tune", "off"))
    assert answer(localai) == before
    assert not blob.exists()
    well(localai("tune", "use", "other"))
    well(localai("tune", "remove", "other", "--yes"))
    assert answer(localai) == before
    assert not blob.exists()
    well(localai("uninstall", "--yes"))
    assert there.listing() == listing


def test_what_was_taught_goes_along_to_ollama_and_back(localai, there):
    listing = there.listing()
    well(localai(*STARTER, "llama.cpp"))
    before = answer(localai)
    adapter_files.kept(state_of(), "other", CHANGE)
    well(localai("tune", "use", "other"))
    taught = answer(localai)
    assert taught != before
    well(localai("switch", "--engine", "ollama", "--yes"))
    assert localai.json("status")["adapter"] == "other"
    assert answer(localai) == taught
    well(localai("tune", "off"))
    assert answer(localai) == before
    well(localai("tune", "use", "other"))
    well(localai("switch", "--back", "--yes"))
    assert answer(localai) == taught
    well(localai("tune", "off"))
    assert answer(localai) == before
    well(localai("uninstall", "--yes"))
    assert there.listing() == listing


def test_a_training_begins_with_the_engine_that_shows_its_tokens(localai):
    well(localai(*STARTER, "ollama"))
    examples = Path(__file__).parent.parent / "docs" / "guides" / "support.jsonl"
    planned = well(localai("tune", str(examples), "--dry-run"))
    assert "does not show how it turns texts into tokens" in planned.stderr
    assert localai.json("status")["engine"] == "ollama"
