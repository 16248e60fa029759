"""The settings for other programs are complete and of the language that their file is read as."""

import json

import pytest
import yaml

from localai_setup.model.app import Connection
from localai_setup.recipes.apps import NO_KEY, apps, filled

CONNECTION = Connection("http://127.0.0.1:43110/v1", "smollm2-135m", 4096)
APPS = sorted(apps())
READERS = {
    "zed": json.loads,
    "opencode": json.loads,
    "continue": yaml.safe_load,
    "llm": yaml.safe_load,
    "librechat": yaml.safe_load,
    "openai-python": lambda text: compile(text, "x", "exec"),
    "openai-python-embeddings": lambda text: compile(text, "x", "exec"),
    "langchain": lambda text: compile(text, "x", "exec"),
}


@pytest.mark.parametrize("name", APPS)
def test_nothing_is_left_to_fill_in(name):
    app = filled(apps()[name], CONNECTION)
    everything = " ".join((*app.steps, app.settings, app.note))
    assert "{{" not in everything
    assert "127.0.0.1:43110" in app.settings
    assert app.id == name
    assert app.steps
    assert app.source.startswith("https://")


@pytest.mark.parametrize("name", sorted(READERS))
def test_settings_can_be_read_as_what_they_are(name):
    READERS[name](filled(apps()[name], CONNECTION).settings)


def test_a_key_that_the_server_asks_for_is_told():
    asked = Connection(CONNECTION.address, CONNECTION.model, 4096, api_key="k3y")
    assert "k3y" in filled(apps()["curl"], asked).settings
    assert NO_KEY in filled(apps()["curl"], CONNECTION).settings


def test_programs_that_add_v1_themselves_get_the_origin():
    assert CONNECTION.origin == "http://127.0.0.1:43110"
    assert '"127.0.0.1:43110"' in filled(apps()["gptel"], CONNECTION).settings
