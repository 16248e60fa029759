"""Recipes are read strictly: a mistake is told with its line, and nothing points elsewhere."""

import dataclasses

import pytest

from localai_setup.machine import recipe_files
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes.loading import load, load_all

GOOD = """schema: localai.use/1
id: mine
title: T
suits: S
careful: C
context: 1024
min_tps: 5
question: Q
expect_any: [a]
"""
BAD = {
    "a typo": (GOOD.replace("question", "qestion"), "did you mean `question`"),
    "a tab": (GOOD.replace("context: 1024", "context:\t- 1"), "line 6"),
    "twice": (GOOD + "id: other\n", "second time"),
    "an anchor bomb": (GOOD.replace("title: T", "title: &a [x, x]"), "anchors"),
    "wrong type": (GOOD.replace("1024", "many"), "whole number"),
    "a bool for a number": (GOOD.replace("1024", "true"), "whole number"),
    "missing": (GOOD.replace("title: T\n", ""), "lacks the field `title`"),
    "a path as id": (GOOD.replace("mine", "../../etc/passwd"), "id"),
    "a tag": (GOOD.replace("title: T", "title: !!python/object:os.system x"), "tag"),
    "no schema": ("a: 1\n", "schema"),
    "empty": ("", "empty"),
    "a list": ("- 1\n", "schema"),
    "binary": ("\x00\x01\x02", "YAML"),
    "deep": ("a: " + "[" * 400 + "]" * 400, "deep"),
    "an extra command": (GOOD + "command: rm -rf /\n", "not a field"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_refused_with_its_place(name):
    text, words = BAD[name]
    with pytest.raises(LocalaiError) as caught:
        load("mine.yaml", text)
    assert words in caught.value.what


def test_the_good_one_is_good():
    assert load("mine.yaml", GOOD).id == "mine"


def test_shipped_recipes_are_whole():
    recipes = load_all(recipe_files.texts())
    assert len(recipes.models) >= 25
    for model in recipes.models.values():
        assert set(model.uses) <= set(recipes.uses)
    offered = {use for model in recipes.models.values() for use in model.uses}
    assert offered == set(recipes.uses)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../x.gguf"},
        {"file": "https://example.org/x.gguf"},
        {"sha256": "abc"},
        {"bytes": -1},
        {"revision": "main"},
        {"repository": "https://evil.example/x"},
        {"role": "program"},
    ],
    ids=str,
)
def test_a_file_that_points_elsewhere_is_refused(change):
    from localai_setup.recipes import rules
    from localai_setup.recipes.strict_yaml import RecipeError

    model = load_all(recipe_files.texts()).models["qwen3.5-4b"]
    file = dataclasses.replace(model.files[0], **change)
    with pytest.raises(RecipeError):
        rules.check_model(dataclasses.replace(model, files=(file,)))
