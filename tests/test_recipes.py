"""Recipes are read strictly: a mistake is told with its line, and nothing points elsewhere."""

import dataclasses
import json
import re

import pytest

from localai_setup.commands import _names
from localai_setup.commands._request import Request
from localai_setup.machine.keeping import recipe_files
from localai_setup.match import Wish, match
from localai_setup.model.errors import LocalaiError
from localai_setup.model.recipe import ModelNeeds
from localai_setup.recipes.gaps import gaps
from localai_setup.recipes.loading import load, load_all
from localai_setup.recipes.strict_yaml import RecipeError, parse

from . import typical_machines

GOOD = """schema: localai.use/1
id: mine
title: T
suits: S
careful: C
models: {abilities: [chat]}
context: 1024
min_tps: 5
question: Q
expect_any: [a]
"""
BAD = {
    "a typo": (GOOD.replace("question", "qestion"), "did you mean `question`"),
    "a tab": (GOOD.replace("context: 1024", "context:\t- 1"), "line 7"),
    "twice": (GOOD + "id: other\n", "second time"),
    "an anchor bomb": (GOOD.replace("title: T", "title: &a [x, x]"), "anchors"),
    "wrong type": (GOOD.replace("1024", "many"), "whole number"),
    "a bool for a number": (GOOD.replace("1024", "true"), "whole number"),
    "missing": (GOOD.replace("title: T\n", ""), "lacks the field `title`"),
    "a path as id": (GOOD.replace("mine", "../../etc/passwd"), "id"),
    "a tag": (GOOD.replace("title: T", "title: !!python/object:os.system x"), "tag"),
    "no schema": ("a: 1\n", "schema"),
    "a schema that is a list": ("schema: []\n", "schema"),
    "a schema with fields": ("schema: {a: 1}\n", "schema"),
    "empty": ("", "empty"),
    "a list": ("- 1\n", "schema"),
    "binary": ("\x00\x01\x02", "YAML"),
    "a NUL": (GOOD.replace("title: T", 'title: "a\\0b"'), "NUL"),
    "deep": ("a: " + "[" * 400 + "]" * 400, "deep"),
    "an unknown ability": (GOOD.replace("[chat]", "[chatting]"), "chat or code"),
    "no model": (GOOD.replace("abilities: [chat]", "min_billions: 1"), "`abilities` or `ids`"),
    "from much to little": (
        GOOD.replace("[chat]", "[chat], min_billions: 9, max_billions: 1"),
        "9 to 1 billions",
    ),
    "an old field": (GOOD + "embeddings: true\n", "`abilities: [embeddings]`"),
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
        assert recipes.uses_of(model), f"{model.id} serves no use"
    for use in recipes.uses.values():
        assert recipes.serving(use), f"no model serves {use.id}"
        assert set(use.models.ids) <= set(recipes.models)


#: abilities, least and most billions, ids → whether a model of 4.66 billion for chat and code serves
NEEDS = [
    (["chat"], 0, 0, [], True),
    (["chat", "code"], 0, 0, [], True),
    (["chat", "embeddings"], 0, 0, [], False),
    (["chat"], 4, 5, [], True),
    (["chat"], 5, 0, [], False),
    (["chat"], 0, 4.6, [], False),
    ([], 0, 0, ["qwen3.5-4b"], True),
    ([], 0, 0, ["qwen3.5-9b"], False),
    (["embeddings"], 0, 0, ["qwen3.5-4b"], True),
]


@pytest.mark.parametrize(("abilities", "least", "most", "ids", "serves"), NEEDS)
def test_a_use_is_served_by_ability_size_or_id(abilities, least, most, ids, serves):
    model = load_all(recipe_files.texts()).models["qwen3.5-4b"]
    needs = ModelNeeds(tuple(abilities), least, most, tuple(ids))
    assert needs.met_by(model) is serves


@pytest.fixture
def own_recipes(monkeypatch, tmp_path):
    """The user's own folder of recipes."""
    monkeypatch.setattr(recipe_files.folders, "folder", lambda name: tmp_path / name)
    own = tmp_path / "config" / "recipes" / "deeper"
    own.mkdir(parents=True)
    return own


def test_a_use_is_one_file(own_recipes):
    (own_recipes / "translate.yaml").write_text(GOOD.replace("mine", "translate"))
    recipes = load_all(recipe_files.texts())
    found = match(typical_machines.MACHINES["MacBook Air M2, 16 GB"], recipes, Wish("translate"))
    assert found.choice.recipe == "translate"
    assert "chat" in recipes.models[found.choice.model].abilities


def test_a_use_that_no_model_serves_is_told_as_such(own_recipes):
    use = GOOD.replace("mine", "judge").replace("[chat]", "[code], min_billions: 5000")
    (own_recipes / "judge.yaml").write_text(use)
    with pytest.raises(LocalaiError) as caught:
        _names.check(Request(use="judge"), load_all(recipe_files.texts()))
    assert caught.value.what == "No model serves the use judge."
    assert "code and 5000 or more billion parameters" in caught.value.why


@pytest.mark.parametrize(
    "model", load_all(recipe_files.texts()).models.values(), ids=lambda m: m.id
)
def test_sampling_is_sourced_or_said_to_be_unpublished(model):
    assert gaps(model) == ()


SOURCED = "source: https://x.org/card, date: '2026-11-28'"
BAD_BEHAVIOUR = {
    "a made up mode": (f"thinking: {{mode: often, {SOURCED}}}", "never or on-request"),
    "a switch nobody knows": (f"thinking: {{mode: always, switch: think, {SOURCED}}}", "switch"),
    "no switch": (f"thinking: {{mode: by-default, {SOURCED}}}", "needs a `switch`"),
    "a word without its switch": (f"thinking: {{mode: always, least: low, {SOURCED}}}", "least"),
    "thinking unsourced": ("thinking: {mode: never}", "`source` cannot be ''"),
    "sampling unsourced": ("sampling: [{temperature: 1}]", "`source` cannot be ''"),
    "no date": ("sampling: [{temperature: 1, source: 'https://x.org/c'}]", "`date` cannot be ''"),
    "no value": (f"sampling: [{{{SOURCED}}}]", "needs a value"),
    "too hot": (f"sampling: [{{temperature: 20, {SOURCED}}}]", "from 0 to 2"),
    "a word for a number": (f"sampling: [{{top_k: many, {SOURCED}}}]", "whole number"),
    "an unknown way": (f"sampling: [{{when: asleep, top_k: 1, {SOURCED}}}]", "when"),
    "twice": (f"sampling: [{{top_k: 1, {SOURCED}}}, {{top_k: 2, {SOURCED}}}]", "same `when`"),
}


@pytest.mark.parametrize("name", BAD_BEHAVIOUR)
def test_a_guess_about_behaviour_is_refused(name):
    line, words = BAD_BEHAVIOUR[name]
    text = (recipe_files.shipped_folder() / "models" / "smollm2-135m.yaml").read_text("utf-8")
    with pytest.raises(LocalaiError) as caught:
        load("mine.yaml", f"{text}{line}\n")
    assert words in caught.value.what


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

    model = load_all(recipe_files.texts()).models["qwen3.5-4b"]
    file = dataclasses.replace(model.files[0], **change)
    with pytest.raises(RecipeError):
        rules.check_model(dataclasses.replace(model, files=(file,)))


def test_a_package_pin_cannot_bring_options_for_pip():
    from localai_setup.recipes import rules

    models = load_all(recipe_files.texts()).models.values()
    model = next(one for one in models if any(file.package for file in one.files))
    file = next(file for file in model.files if file.package)
    package = dataclasses.replace(file.package, version="1.0\n--index-url https://evil.example")
    file = dataclasses.replace(file, package=package)
    with pytest.raises(RecipeError):
        rules.check_model(dataclasses.replace(model, files=(file,)))


SCHEMAS = recipe_files.PACKAGE.parent / "docs" / "reference" / "schemas"


def follows(value, schema):
    """Types, fields and lists, as far as our schemas use the language."""
    if "const" in schema:
        return value == schema["const"]
    if "anyOf" in schema:
        return any(follows(value, one) for one in schema["anyOf"])
    if schema["type"] == "null":
        return value is None
    if schema["type"] == "object":
        if "properties" not in schema:
            return all(follows(one, schema["additionalProperties"]) for one in value.values())
        known = schema["properties"]
        complete = set(schema["required"]) <= set(value) <= set(known)
        return complete and all(follows(one, known[key]) for key, one in value.items())
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


def test_a_recipe_in_the_config_folder_wins(own_recipes):
    own = own_recipes
    (own / "chat.yaml").write_text(GOOD.replace("mine", "chat").replace("1024", "2048"))
    assert load_all(recipe_files.texts()).uses["chat"].context == 2048
    (own / "broken.yaml").write_text(GOOD.replace("question", "qestion"))
    with pytest.raises(LocalaiError, match=r"broken\.yaml, line 9"):
        load_all(recipe_files.texts())
    (own / "broken.yaml").unlink()
    engine = (recipe_files.shipped_folder() / "engines" / "ollama.yaml").read_text("utf-8")
    (own / "engine.yaml").write_text(engine.replace("repository: ollama/", "repository: evil/"))
    with pytest.raises(LocalaiError, match=r"engine\.yaml: `repository` must be ollama/ollama"):
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
    shipped = load_all(recipe_files.shipped_texts()).engines
    with pytest.raises(LocalaiError, match=words):
        load("llama.cpp.yaml", text.replace(old, new, 1), shipped)


def test_the_use_in_the_guide_is_a_valid_recipe():
    guide = recipe_files.PACKAGE.parent / "docs" / "guides" / "own-recipes.md"
    text = re.search(r"```yaml\n(.*?)```", guide.read_text("utf-8"), re.DOTALL)[1]
    assert load("invoices.yaml", text).proof.fields[0].any_of == ("40",)
