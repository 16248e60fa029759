"""The engines are named as they are known, and none is promised that this machine cannot have."""

import sys

import pytest

from localai_setup import engines
from localai_setup.commands import _engine
from localai_setup.commands._engine_names import engine_names
from localai_setup.commands._nothing_fits import NoEngineError
from localai_setup.engines import llama_cpp
from localai_setup.engines._engine import Refused
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.errors import listed
from localai_setup.model.facts import Facts
from localai_setup.recipes.loading import load_all


@pytest.mark.quick
def test_help_names_the_engines_that_there_are():
    assert recipe_files.shipped_ids("engines") == sorted(engines.known())
    assert engine_names() == listed(sorted(engines.known()))


@pytest.mark.quick
@pytest.mark.parametrize(("names", "words"), [("a", "a"), ("ab", "a or b"), ("abc", "a, b or c")])
def test_names_are_listed_as_people_do(names, words):
    assert listed(list(names)) == words


@pytest.fixture
def failing(tmp_path, monkeypatch):
    """A llama-server on PATH that starts nothing."""
    program = tmp_path / "llama-server"
    program.write_text('#!/bin/sh\necho "error: nobody can serve here" >&2\nexit 1\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return program


@pytest.mark.skipif(sys.platform == "win32", reason="the program here is a script")
def test_where_its_program_fails_and_no_build_runs_here_none_is_promised(
    failing, monkeypatch, capsys
):
    recipes = load_all(recipe_files.shipped_texts())
    monkeypatch.setattr(llama_cpp, "refuses", lambda *_: Refused("It is for dolls."))
    with pytest.raises(NoEngineError) as caught:
        _engine.on_path(Facts(), recipes, "llama.cpp")
    assert caught.value.what == "It is for dolls."
    assert caught.value.why.startswith(f"{failing} ")
    assert "nobody can serve here" in caught.value.why
    assert "`llama-server` that works" in caught.value.hint
    assert "installs" not in capsys.readouterr().err
    monkeypatch.setattr(llama_cpp, "refuses", lambda *_: None)
    assert _engine.on_path(Facts(), recipes, "llama.cpp") is None
    assert "so localai installs its own engine" in " ".join(capsys.readouterr().err.split())
