"""The settings for other programs are complete and of the language that their file is read as."""

import json
import re
import sys
from dataclasses import replace

import pytest
import yaml

try:
    import tomllib
except ImportError:  # Python 3.10
    tomllib = None

from localai_setup.model.app import ClientProof, Connection
from localai_setup.recipes.apps import NO_KEY, apps, filled
from localai_setup.ui import connecttext

CONNECTION = Connection("http://127.0.0.1:43110/v1", "smollm2-135m", 4096)
APPS = sorted(apps())
READERS = {
    "zed": json.loads,
    "opencode": json.loads,
    "crush": json.loads,
    "continue": yaml.safe_load,
    "llm": yaml.safe_load,
    "librechat": yaml.safe_load,
    "aider": yaml.safe_load,
    "vscode": json.loads,
    **({"codex": tomllib.loads} if tomllib else {}),
    "llamaindex": lambda text: compile(text, "x", "exec"),
    "anthropic-python": lambda text: compile(text, "x", "exec"),
    "ollama-python": lambda text: compile(text, "x", "exec"),
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
    proof = app.proof or ClientProof(())
    assert "{{" not in "".join((*proof.run, *proof.windows, *proof.variables, proof.script))
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
    app = filled(apps()["environment"], CONNECTION)
    connecttext.app(app, CONNECTION, change=None, running=True)
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


#: context, tools → what is said of opencode, which needs 32768 tokens and tools
NEEDS = [
    (16384, True, ["your 16384 is tight"]),
    (32768, True, []),
    (32768, None, []),
    (65536, False, ["smollm2-135m was not made for that"]),
    (2048, False, ["your 2048 is tight", "not made for that"]),
]


@pytest.mark.parametrize(("context", "tools", "stated"), NEEDS)
def test_what_an_agent_needs_is_told_before(context, tools, stated):
    here = replace(CONNECTION, context=context, tools=tools)
    needs = connecttext.needs(apps()["opencode"], here)
    assert len(needs) == len(stated)
    assert all(words in need for words, need in zip(stated, needs, strict=True))


@pytest.mark.parametrize(("context", "output"), [(2048, 512), (16384, 4096), (131072, 8192)])
def test_an_answer_never_takes_more_than_a_quarter_of_the_context(context, output):
    settings = filled(apps()["opencode"], replace(CONNECTION, context=context)).settings
    limit = json.loads(settings)["provider"]["localai"]["models"]["smollm2-135m"]["limit"]
    assert limit == {"context": context, "output": output}


def test_programs_of_this_computer_stand_first():
    listed = tuple(apps().values())
    groups = connecttext.Groups(listed, frozenset({"zed", "llm"}), frozenset({"zed"}))
    text = "\n".join(groups.lines)
    assert text.index("zed ") < text.index("Others:") < text.index("aider ")
    assert [line for line in groups.lines if "(connected)" in line] == [
        line for line in groups.lines if line.startswith("  zed ")
    ]
