"""What a recipe may leave out is named, with what to write; and no engine is listed that nobody can set up."""

import json
import re
from dataclasses import replace

import pytest

from localai_setup import engines
from localai_setup.commands import recipes as recipes_command
from localai_setup.commands._options import Options
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.behaviour import Sampling, Thinking
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.recipes import gaps as gaps_file
from localai_setup.recipes.gaps import gaps
from localai_setup.recipes.loading import load_all

MODELS = load_all(recipe_files.shipped_texts()).models


def _way(when):
    return Sampling(when=when, temperature=1.0, source="https://x.org/card", date="2026-11-28")


GAPS = {
    "nothing of sampling": ({}, ("`sampling_note:`",)),
    "a reason why not": ({"sampling_note": "None are published."}, ()),
    "values for every answer": ({"sampling": (_way("any"),)}, ()),
    "values for one way": ({"sampling": (_way("thinking"),)}, ("for the other",)),
    "values for both ways": ({"sampling": (_way("thinking"), _way("not-thinking"))}, ()),
    "one way, and why": ({"sampling": (_way("thinking"),), "sampling_note": "It always thinks."}, ()),
    "reasons, nobody knows how": (
        {"sampling_note": "None.", "abilities": ("chat", "reasoning")}, ("`thinking: {mode:",),
    ),
    "reasons without thinking": (
        {"sampling_note": "None.", "abilities": ("reasoning",), "thinking": Thinking("never")},
        ("`thinking: {mode:",),
    ),
    "reasons by default": (
        {"sampling_note": "None.", "abilities": ("reasoning",), "thinking": Thinking("by-default")}, (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GAPS)
def test_what_a_model_leaves_out_is_named_with_what_to_write(name):
    fields, expected = GAPS[name]
    plain = replace(MODELS["smollm2-135m"], sampling=(), sampling_note="", thinking=None)
    found = gaps(replace(plain, **fields))
    assert len(found) == len(expected)
    assert all(words in one for one, words in zip(found, expected, strict=True))


def test_validate_says_what_is_left_out_and_the_recipe_is_valid_all_the_same(tmp_path, capsys):
    text = (recipe_files.shipped_folder() / "models/smollm2-135m.yaml").read_text(encoding="utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text(re.sub("(?m)^sampling_note: .*\n", "", text), encoding="utf-8")
    assert recipes_command.validate(Options(), file) == Exit.OK
    shown = " ".join(capsys.readouterr().out.split())
    assert "a valid recipe" in shown
    assert gaps_file.SAMPLING in shown
    recipes_command.validate(Options(json=True), file)
    assert json.loads(capsys.readouterr().out)["gaps"] == [gaps_file.SAMPLING]


def test_an_engine_that_this_version_has_not_is_not_listed(tmp_path, monkeypatch, capsys):
    text = (recipe_files.shipped_folder() / "engines/ollama.yaml").read_text(encoding="utf-8")
    monkeypatch.setattr(recipe_files.folders, "folder", lambda name: tmp_path / name)
    own = tmp_path / "config" / "recipes"
    own.mkdir(parents=True)
    (own / "other.yaml").write_text(text.replace("id: ollama\n", "id: toybox\n"))
    assert "toybox" in load_all(recipe_files.texts()).engines
    recipes_command.list_recipes(Options(json=True))
    listed = [one["id"] for one in json.loads(capsys.readouterr().out)["engines"]]
    assert listed == sorted(engines.known())
    with pytest.raises(LocalaiError, match="no recipe called toybox"):
        recipes_command.show(Options(), "toybox")
