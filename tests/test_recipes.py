"""Recipes are read strictly: a mistake is told with its line, and nothing points elsewhere."""

import dataclasses
import json
import re

import pytest

from localai_setup.machine.keeping import recipe_files
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes.loading import load, load_all
from localai_setup.recipes.strict_yaml import parse

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


def test_a_package_pin_cannot_bring_options_for_pip():
    from localai_setup.recipes import rules
    from localai_setup.recipes.strict_yaml import RecipeError

    models = load_all(recipe_files.texts()).models.values()
    model = next(one for one in models if any(file.package for file in one.files))
    file = next(file for file in model.files if file.package)
    package = dataclasses.replace(file.package, version="1.0\n--index-url https://evil.example")
    file = dataclasses.replace(file, package=package)
    with pytest.raises(RecipeError):
        rules.check_model(dataclasses.replace(model, files=(file,)))


@pytest.mark.parametrize(
    "text", ["- " * 120_000, "[" * 120_000, "{a: " * 50_000], ids=["-", "[", "{"]
)
def test_bottomless_yaml_is_refused_in_words(text):
    """The reader of nodes recurses in C: without the check before it, Python itself would end."""
    from localai_setup.recipes.strict_yaml import RecipeError, parse

    with pytest.raises(RecipeError):
        parse(text)


SCHEMAS = recipe_files.PACKAGE.parent / "docs" / "reference" / "schemas"


def follows(value, schema):
    """Types, fields and lists, as far as our schemas use the language."""
    if "const" in schema:
        return value == schema["const"]
    if schema["type"] == "object":
        known = schema["properties"]
        return (
            set(schema["required"]) <= set(value) <= set(known)
            and all(follows(one, known[key]) for key, one in value.items())
        )  # fmt: skip
    if schema["type"] == "array":
        return all(follows(one, schema["items"]) for one in value)
    kinds = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    return isinstance(value, kinds[schema["type"]])


def plain(located):
    value = located.value
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def test_shipped_recipes_follow_the_published_schemas_and_name_them():
    for path in sorted(recipe_files.shipped_folder().rglob("*.yaml")):
        text = path.read_text("utf-8")
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
        assert named, path
        schema = json.loads((path.parent / named[1]).read_text("utf-8"))
        assert follows(plain(parse(text)), schema), path


def test_the_schema_refuses_what_the_reader_refuses():
    schema = json.loads((SCHEMAS / "localai.use-1.json").read_text("utf-8"))
    assert follows(plain(parse(GOOD)), schema)
    for name in ("a typo", "wrong type", "missing", "an extra command"):
        assert not follows(plain(parse(BAD[name][0])), schema), name


def test_a_recipe_in_the_config_folder_wins(monkeypatch, tmp_path):
    monkeypatch.setattr(recipe_files.folders, "folder", lambda name: tmp_path / name)
    own = tmp_path / "config" / "recipes" / "deeper"
    own.mkdir(parents=True)
    (own / "chat.yaml").write_text(GOOD.replace("mine", "chat").replace("1024", "2048"))
    assert load_all(recipe_files.texts()).uses["chat"].context == 2048
    (own / "broken.yaml").write_text(GOOD.replace("question", "qestion"))
    with pytest.raises(LocalaiError, match=r"broken\.yaml, line 8"):
        load_all(recipe_files.texts())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("repository: ggml-org/llama.cpp", "repository: evil/llama.cpp", "repository"),
        ("repository: ggml-org/llama.cpp", "repository: https://evil.example/x", "repository"),
        ("tag: b11146", "tag: ../../x", "tag"),
        ("file: llama-b11146-bin-ubuntu-cuda-12.8-x64.tar.gz", "file: ../run.sh", "file"),
        ("name: xllamacpp", "name: evil-package", "xllamacpp"),
        ("backend: cuda", "backend: shell", "backend"),
        ("bytes: 168920581", "bytes: many", "whole number"),
        ("arches: [x86_64]", "arches: x86_64", "list"),
    ],
)
def test_an_engine_that_comes_from_elsewhere_is_refused(old, new, words):
    text = (recipe_files.shipped_folder() / "engines" / "llama.cpp.yaml").read_text("utf-8")
    assert old in text
    with pytest.raises(LocalaiError, match=words):
        load("llama.cpp.yaml", text.replace(old, new, 1))
