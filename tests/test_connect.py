"""The settings for other programs are complete and of the language that their file is read as."""

import json
import re
import sys

import pytest
import yaml

from localai_setup.model.app import Connection
from localai_setup.recipes.apps import NO_KEY, apps, filled
from localai_setup.ui import connecttext

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
    everything = " ".join((*app.steps, app.settings, app.powershell, app.cmd, app.note))
    assert "{{" not in everything
    assert "127.0.0.1:43110" in app.settings
    assert app.id == name
    assert app.steps
    assert app.source.startswith("https://")


def test_what_is_typed_into_a_shell_is_there_for_windows_shells_too():
    """A line of a POSIX shell is known by `export` or by a backslash at its end."""
    typed = [
        app for app in apps().values() if re.search(r"export |\\$", app.settings, re.MULTILINE)
    ]
    assert len(typed) > 2
    for app in typed:
        assert re.search(r"\$env:|Invoke-RestMethod", app.powershell), app.id
        assert "export" not in app.cmd + app.powershell
        assert "'" not in app.cmd, "cmd knows no single quotes"


@pytest.mark.parametrize("shell", ["powershell", "cmd"])
def test_the_json_of_a_command_is_whole_in_every_shell(shell):
    app = filled(apps()["curl"], CONNECTION)
    quoted = {"powershell": r"-Body '(.*)'", "cmd": r'-d "(.*)"'}[shell]
    body = re.search(quoted, getattr(app, shell))[1]
    if shell == "cmd":
        body = body.replace('\\"', '"')
    assert json.loads(body)["model"] == CONNECTION.model


@pytest.mark.parametrize(
    ("system", "shown"), [("linux", ["export "]), ("win32", ["$env:OPENAI", "set OPENAI"])]
)
def test_settings_are_shown_for_the_shells_of_this_system(monkeypatch, system, shown):
    monkeypatch.setattr(sys, "platform", system)
    printed = []
    monkeypatch.setattr(connecttext, "_print", printed.append)
    monkeypatch.setattr(connecttext.console, "say", lambda _: None)
    connecttext.app(filled(apps()["environment"], CONNECTION), running=True)
    known = ("export ", "$env:OPENAI", "set OPENAI")
    assert [one for one in known if one in "".join(printed)] == shown


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
