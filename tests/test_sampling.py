"""The publisher's sampling is the server's own default: chosen by use, given to the engine, told."""

import dataclasses
import json
import os
import sys
import urllib.request
from pathlib import Path

import pytest

from localai_setup import sampling
from localai_setup.engines import _runner, _server_flags
from localai_setup.fit.shape import shape
from localai_setup.machine.keeping import recipe_files
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.running import filesampling
from localai_setup.match import user_supplied
from localai_setup.model.behaviour import SAMPLING_FIELDS, Sampling, Thinking
from localai_setup.model.licence import Licence
from localai_setup.model.settings import ServerSettings, StartSettings
from localai_setup.recipes.loading import load_all
from localai_setup.ui import behaviourtext

from . import gguf_files

RECIPES = load_all(recipe_files.texts())
#: model, use → the way of answering whose values are taken
CHOSEN = [
    ("qwen3.5-9b", "reasoning", "thinking"),
    ("qwen3.5-9b", "chat", "not-thinking"),
    ("qwen3.5-0.8b", "reasoning", "thinking"),
    ("gemma-4-12b", "reasoning", "any"),
    ("gpt-oss-20b", "chat", "any"),
    ("laguna-xs-2.1", "coding", None),
    ("lfm2.5-350m", "extract", "any"),
    ("smollm2-135m", "starter", None),
    ("qwen3-embedding-0.6b", "embeddings", None),
]
VALUES = Sampling(
    temperature=0.7, top_p=0.8, top_k=20, min_p=0.0, presence_penalty=1.5, repeat_penalty=1.05
)
FILE = {"general.sampling.temp": 0.3, "general.sampling.top_k": 7}


@pytest.mark.parametrize(("model", "use", "when"), CHOSEN)
def test_the_values_are_those_of_the_way_the_use_answers(model, use, when):
    found = sampling.chosen(RECIPES.models[model], RECIPES.uses[use])
    assert (found.when if found else None) == when


def test_a_model_that_cannot_stop_thinking_gets_the_values_for_thinking():
    ways = tuple(Sampling(when, temperature=0.5) for when in ("thinking", "not-thinking"))
    model = dataclasses.replace(
        RECIPES.models["qwen3.5-9b"], sampling=ways, thinking=Thinking("always")
    )
    assert sampling.chosen(model, RECIPES.uses["chat"]).when == "thinking"


@pytest.mark.parametrize(
    ("model", "use", "when"),
    [
        ("qwen3.5-9b", "reasoning", "not-thinking"),
        ("qwen3.5-9b", "chat", "thinking"),
        ("gemma-4-12b", "chat", None),
        ("lfm2.5-350m", "chat", None),
        ("smollm2-135m", "starter", None),
    ],
)
def test_thinking_that_is_switched_brings_the_values_for_it(model, use, when):
    found = sampling.switched(RECIPES.models[model], RECIPES.uses[use])
    assert (found.when if found else None) == when


def test_a_request_replaces_what_the_server_was_started_with_but_not_what_the_file_carries():
    switched = Sampling("thinking", temperature=1.0, top_p=0.95, top_k=40)
    assert sampling.fields_of(switched, VALUES, FILE) == {
        "top_p": 0.95,
        # the publisher says nothing of these for this way, so the engine's own hold
        "min_p": 0.05,
        "presence_penalty": 0.0,
        "repeat_penalty": 1.0,
    }


def test_what_the_file_carries_wins_and_is_told():
    held = sampling.effective(VALUES, FILE)
    assert held.values == {**VALUES.values, "temperature": 0.3, "top_k": 7}
    assert held.from_file == ("temperature", "top_k")
    assert set(held.recipe.values) == set(VALUES.values) - {"temperature", "top_k"}
    words = behaviourtext.holding(held, "")
    assert words.startswith("top_p 0.8, min_p 0, presence penalty 1.5, repeat penalty 1.05; ")
    assert words.endswith("; temperature 0.3, top_k 7 from the model's own file")


def test_what_a_file_that_is_not_here_carries_is_left_open():
    held = sampling.effective(VALUES, None)
    assert held.values == VALUES.values
    assert "what the file carries itself will win" in behaviourtext.holding(held, "")


def test_no_published_values_say_why():
    assert behaviourtext.holding(sampling.effective(None, {}), "None found.") == (
        "the engine's own values. None found."
    )


def test_metadata_that_is_no_number_is_passed_over():
    odd = {
        "general.sampling.temp": "hot",
        "general.sampling.top_p": True,
        "general.sampling.top_k": [1],
    }
    assert sampling.of_file(odd) == {}


def model_file(folder, extra=None):
    head, size = gguf_files.build(
        {**gguf_files.numbers(), **(extra or {})}, gguf_files.tensor_list()
    )
    path = folder / "model.gguf"
    path.write_bytes(head + bytes(size))
    return path


def start(path):
    return StartSettings(ServerSettings(2048), str(path), "it", sampling=VALUES)


def test_a_plain_server_gets_flags_for_what_the_file_lacks(tmp_path):
    left = filesampling.left_by_file(start(model_file(tmp_path, FILE)))
    flags = _server_flags.arguments(left, 1)
    given = {flag: flags[flags.index(flag) + 1] for flag in flags if flag in SAMPLING_FLAGS}
    assert given == {
        "--top-p": "0.8",
        "--min-p": "0",
        "--presence-penalty": "1.5",
        "--repeat-penalty": "1.05",
    }


SAMPLING_FLAGS = set(_server_flags.SAMPLING_FLAGS.values())


def test_every_value_has_a_flag_and_a_field_of_the_wheel():
    assert set(_server_flags.SAMPLING_FLAGS) == set(_runner.SAMPLING_FIELDS) == set(SAMPLING_FIELDS)


def test_a_file_of_ones_own_is_used_with_its_own_values(tmp_path):
    path = model_file(tmp_path, FILE)
    model = user_supplied.recipe(shape(read_header(path)), "it", (), Licence("unknown", False))
    (own,) = model.sampling
    assert (own.temperature, own.top_k, own.source) == (0.3, 7, sampling.OWN_FILE)
    settings = dataclasses.replace(start(path), sampling=own)
    assert filesampling.left_by_file(settings).sampling is None
    assert filesampling.effective(own, path).from_file == ("temperature", "top_k")
    assert (
        user_supplied.recipe(
            shape(read_header(model_file(tmp_path))), "it", (), Licence("unknown", False)
        ).sampling
        == ()
    )


PUBLISHED = """sampling:
- temperature: 0.65
  top_p: 0.85
  top_k: 23
  min_p: 0.02
  presence_penalty: 0.5
  repeat_penalty: 1.05
  source: https://example.org/card
  date: '2026-11-28'
"""


@pytest.fixture(scope="module")
def published(set_up):
    """The starter as if its publisher asked for values, set up."""
    own = set_up.home / "local ai ü" / "config" / "recipes"
    own.mkdir(parents=True)
    text = (recipe_files.shipped_folder() / "models" / "smollm2-135m.yaml").read_text("utf-8")
    (own / "it.yaml").write_text(text + PUBLISHED, encoding="utf-8")
    done = set_up("init", "--yes", "--for", "starter", "--model", "smollm2-135m")
    assert done.returncode == 0, done.stderr
    return set_up


def of_server(localai):
    """What the running server says that it answers with."""
    server = localai.json("status")
    props = server["address"].removesuffix("/v1") + "/props"
    asked = urllib.request.Request(props, headers={"Authorization": f"Bearer {server['api_key']}"})
    with urllib.request.urlopen(asked, timeout=20) as reply:
        return json.load(reply)["default_generation_settings"]["params"]


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.network
def test_what_plan_and_status_tell_is_what_the_server_says(published):
    planned = published.json("plan", "--for", "starter", "--model", "smollm2-135m")["choice"][
        "sampling"
    ]
    assert planned["recipe"]["source"] == "https://example.org/card"
    assert len(planned["values"]) == 6
    reported = of_server(published)
    assert {name: reported[name] for name in planned["values"]} == pytest.approx(planned["values"])
    assert published.json("status")["sampling"] == planned
    assert "temperature 0.65, top_p 0.85" in published("status").stderr


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.network
def test_a_models_own_values_are_the_servers(published, tmp_path):
    starter = Path(published.json("status")["model_file"])
    path = tmp_path / "own.gguf"
    path.write_bytes(gguf_files.with_metadata(starter.read_bytes(), FILE))
    done = published("init", "--yes", "--for", "starter", "--model", str(path))
    assert done.returncode == 0, done.stderr
    planned = published.json("plan", "--for", "starter", "--model", str(path))["choice"]["sampling"]
    assert planned["from_file"] == ["temperature", "top_k"]
    reported = of_server(published)
    assert (reported["temperature"], reported["top_k"]) == (pytest.approx(0.3), 7)
    assert published.json("status")["sampling"] == planned


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.network
@pytest.mark.skipif(sys.platform == "win32", reason="the server is a script")
def test_a_server_on_path_gets_them_as_flags(published, plain_server):
    published.extra = {"PATH": plain_server}
    done = published(
        "init", "--yes", "--for", "starter", "--model", "smollm2-135m", "--engine", "llama.cpp"
    )
    assert done.returncode == 0, done.stderr
    reported = of_server(published)
    published.extra = {}
    assert (reported["temperature"], reported["top_k"]) == (pytest.approx(0.65), 23)
    assert reported["presence_penalty"] == pytest.approx(0.5)


@pytest.fixture
def plain_server(published, tmp_path):
    """A PATH with a `llama-server` on it."""
    interpreter = next((published.home / "local ai ü" / "data" / "engines").glob("*/bin/python"))
    script = Path(__file__).with_name("llama_server.py").read_text(encoding="utf-8")
    (tmp_path / "server.py").write_text(script, encoding="utf-8")
    server = tmp_path / "llama-server"
    server.write_text(f'#!/bin/sh\nexec "{interpreter}" "{tmp_path}/server.py" "$@"\n')
    server.chmod(0o755)
    return f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
