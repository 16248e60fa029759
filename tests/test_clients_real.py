"""Programs that people use, installed for the test, get an answer through what `connect` wrote or printed,
and `disconnect` gives their settings back to the byte. With the real engine and its tiny model.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.e2e,
    pytest.mark.network,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform == "win32", reason="the proofs are of other systems' shells"),
]
#: program → the package that brings it; each pip environment serves its programs
WITH_PIP = {
    "openai-python": "openai",
    "langchain": "langchain-openai",
    "anthropic-python": "anthropic",
    "llamaindex": "llama-index-llms-openai-like",
    "llm": "llm",
    "aider": "aider-chat",
}
WITH_NPM = {"opencode": "opencode-ai"}
#: These are fetched for minutes: tried where LOCALAI_TEST_CLIENTS is set.
LARGE = {"langchain", "anthropic-python", "llamaindex", "aider", "opencode"}
#: a person's settings of before; opencode's tell its agent to send no instructions of its own, which are
#: more than this model can read
OPENCODE = """{
  "$schema": "https://opencode.ai/config.json",
  // mine
  "default_agent": "plain",
  "agent": { "plain": { "description": "a", "prompt": "You answer.", "tools": { "*": false } } },
}
"""
BEFORE = {
    "llm": (
        ".config/io.datasette.llm/extra-openai-models.yaml",
        "- model_id: mine # x\n  model_name: m\n",
    ),
    "aider": (".aider.conf.yml", "# mine\nmodel: gpt-4o # y\ndark-mode: true\n"),
    "opencode": (".config/opencode/opencode.json", OPENCODE),
}


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    """A server, and a PATH on which programs can be put. The context ends an answer that goes in circles,
    as those of the tiny model sometimes do.
    """
    from .conftest import Localai

    made = Localai(tmp_path_factory.mktemp("home"), {"PATH": os.environ["PATH"]})
    done = made("init", "--yes", "--for", "starter", "--context", "4096")
    assert done.returncode == 0, done.stderr
    yield made
    made("uninstall", "--yes")


def installed_by_pip(folder, package):
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", package], check=True)
    return folder / "bin"


def installed_by_npm(folder, package):
    if not shutil.which("npm"):
        pytest.skip("there is no npm here")
    folder.mkdir()
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent", package]
    subprocess.run(command, cwd=folder, check=True)
    after = folder / "node_modules" / package / "postinstall.mjs"
    if after.exists():  # npm runs it only where that was allowed before
        subprocess.run(["node", after.name], cwd=after.parent, check=True)
    return folder / "node_modules/.bin"


@pytest.fixture(scope="module", params=["curl", *WITH_PIP, *WITH_NPM])
def program(request, serving, tmp_path_factory):
    """Its id, with the program on PATH."""
    name, folder = request.param, tmp_path_factory.mktemp("client") / "c"
    if name in LARGE and not os.environ.get("LOCALAI_TEST_CLIENTS"):
        pytest.skip("LOCALAI_TEST_CLIENTS is not set")
    path = [os.environ["PATH"]]
    if name in WITH_PIP:
        path.insert(0, str(installed_by_pip(folder, WITH_PIP[name])))
    if name in WITH_NPM:
        path.insert(0, str(installed_by_npm(folder, WITH_NPM[name])))
    serving.extra["PATH"] = os.pathsep.join(path)
    yield name
    serving.extra["PATH"] = os.environ["PATH"]


def snapshot(serving, name):
    """The program's settings as a person had them: file and content."""
    where, text = BEFORE[name]
    file = Path(serving.home) / where
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file, file.read_bytes()


def test_it_answers_through_what_connect_gave_it(serving, program):
    file, content = snapshot(serving, program) if program in BEFORE else (None, b"")
    done = serving("connect", program, "--yes", "--prove", timeout=1500)
    assert done.returncode == 0, done.stderr
    assert f"✓ {program} asked" in done.stderr, done.stderr
    if file is None:
        return
    assert file.read_bytes() != content
    assert b"mine" in file.read_bytes()
    assert serving("disconnect", program, "--yes").returncode == 0
    assert file.read_bytes() == content


def test_a_program_that_is_not_here_is_told(serving):
    done = serving.json("connect", "codex", "--prove")
    assert done["proof"]["answered"] is None
    assert "not on PATH" in done["proof"]["text"]
    assert done["change"]["written"] is False


def test_uninstall_takes_the_settings_back(localai):
    assert localai("init", "--yes", "--for", "starter").returncode == 0
    file = localai.home / ".config/zed/settings.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"// mine\n{}\n")
    assert localai("connect", "zed", "--yes").returncode == 0
    assert localai("connect", "continue", "--yes").returncode == 0
    assert b"localai" in file.read_bytes()
    assert localai("uninstall", "--yes").returncode == 0
    assert file.read_bytes() == b"// mine\n{}\n"
    assert not (localai.home / ".continue").exists()
