"""Every command that prints data has `--json`, and what it prints follows the schema that it names."""

import json
import re
from pathlib import Path

import pytest
import typer

from localai_setup import cli
from localai_setup.cli import app
from localai_setup.cli.described import described
from localai_setup.machine.asking import pasted
from localai_setup.model.errors import LocalaiError

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "docs" / "reference" / "schemas"
MACHINE = "tests/machines/desktop-2x-rtx-3090/recording.json"
#: command → the schemas that its documents name; a command that is added needs a row
COMMANDS = {
    "advise": ["advice"],
    "bench": ["bench", "load"],
    "chat": ["chat"],
    "connect": ["connect"],
    "detect": ["facts"],
    "disconnect": ["disconnect"],
    "doctor": ["doctor"],
    "down": ["status"],
    "explain": ["findings", "term"],
    "fit": ["fit"],
    "fleet doctor": ["fleet"],
    "fleet init": ["fleet"],
    "fleet plan": ["fleet"],
    "fleet report": ["fleet"],
    "fleet uninstall": ["fleet"],
    "fleet upgrade": ["fleet"],
    "init": ["plan"],
    "licences": ["licences"],
    "logs": ["logs"],
    "models": ["models"],
    "models remove": ["models-removed"],
    "open": ["open"],
    "plan": ["plan"],
    "pool": ["pool", "pool-state"],
    "pool down": ["pool-state"],
    "pool up": ["pool", "pool-state"],
    "recipes check": ["recipes-check"],
    "recipes explain": ["recipe"],
    "recipes list": ["recipes"],
    "recipes show": ["recipe"],
    "recipes validate": ["recipe"],
    "serve": ["serve"],
    "serve keys add": ["serve-keys"],
    "serve keys list": ["serve-keys"],
    "serve keys remove": ["serve-keys"],
    "service off": ["service"],
    "service on": ["service"],
    "service status": ["service"],
    "status": ["status"],
    "switch": ["switch", "plan"],
    "tune": ["tune", "tune-faults", "adapters", "merged"],
    "uninstall": ["uninstall"],
    "up": ["status"],
    "upgrade": ["upgrade", "plan"],
}
#: these print no document of data: a recording is one, scripts for shells, pages, groups of commands
WITHOUT = {"", "completion", "fleet", "man", "record", "recipes", "serve keys", "service"}


def schema_of(name):
    path = SCHEMAS / f"localai.{name}-1.json"
    return json.loads(path.read_text(encoding="utf-8"))


def check(document):
    """Raises where the document does not follow the schema that it names, or has a field that is not in it."""
    jsonschema = pytest.importorskip("jsonschema")
    name = document["schema"].removeprefix("localai.").removesuffix("/1")
    jsonschema.validate(document, closed(schema_of(name)))


def closed(schema):
    """The schema without room for fields that it does not name: a reader may ignore those, we have to tell them."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(one) for name, one in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found


def test_every_command_has_its_schemas():
    commands = {one.name: one for one in described(typer.main.get_command(app))}
    printing = {
        name for name, one in commands.items() if any("--json" in o.names for o in one.options)
    }
    assert printing - WITHOUT == set(COMMANDS), "a row for the new command, and its schema"
    assert set(commands) == printing | WITHOUT
    for names in COMMANDS.values():
        for name in names:
            assert schema_of(name)["properties"]["schema"] == {"const": f"localai.{name}/1"}


def test_every_schema_that_the_code_names_is_published():
    code = [
        *(ROOT / "localai_setup/commands").glob("*.py"),
        *(ROOT / "localai_setup/ui").glob("*.py"),
    ]
    named = {
        found
        for path in code
        for found in re.findall(r'"localai\.([a-z-]+)/1"', path.read_text("utf-8"))
    }
    assert len(named) > 15
    for name in named:
        assert schema_of(name)["title"] == f"localai.{name}/1"


#: what can be asked at once, without a set-up
ASKED = [
    ("explain", "CUDA error: out of memory"),
    ("explain", "setup-port-moved"),
    ("explain", "quantization"),
    ("recipes", "show", "starter"),
    ("recipes", "validate", "recipes/models/qwen3.5-4b.yaml"),
    ("status",),
]
#: what takes a while without one
ASKED_LONG = [
    ("detect", "--replay", MACHINE),
    ("plan", "--replay", MACHINE),
    ("doctor", "--replay", MACHINE),
    ("recipes", "list"),
    ("recipes", "explain", "qwen3.5-4b"),
    ("advise", "--task", "summarise", "--data", "personal"),
]


@pytest.mark.parametrize("arguments", ASKED, ids=lambda one: " ".join(one[:2]))
def test_a_document_follows_its_schema(arguments, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    try:
        cli.run([*arguments, "--json"])
    except LocalaiError as error:
        pytest.fail(error.what)
    check(json.loads(capsys.readouterr().out))


def test_a_text_of_which_a_part_was_read_has_a_note(capsys, monkeypatch, tmp_path):
    for name in ("HEAD_BYTES", "TAIL_BYTES"):
        monkeypatch.setattr(pasted, name, 100)
    log = tmp_path / "long.log"
    log.write_text("CUDA error: out of memory\n" + "all is well\n" * 50)
    cli.run(["explain", str(log), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert "were read" in document["note"] and document["findings"]
    check(document)


@pytest.mark.real
@pytest.mark.parametrize("arguments", ASKED_LONG, ids=lambda one: " ".join(one[:2]))
def test_a_longer_document_follows_its_schema(arguments, capsys, monkeypatch):
    test_a_document_follows_its_schema(arguments, capsys, monkeypatch)


#: what needs a set-up: each changes nothing, or the next takes it back
WITH_SET_UP = [
    ("status",),
    ("up",),
    ("logs",),
    ("chat", "Say hello."),
    ("bench", "--seconds", "1"),
    ("bench", "--users", "2", "--seconds", "1"),
    ("serve", "--users", "4", "--dry-run"),
    ("serve",),
    ("serve", "keys", "add", "anna"),
    ("serve", "keys", "list"),
    ("licences",),
    ("models",),
    ("service", "status"),
    ("connect",),
    ("connect", "zed", "--yes"),
    ("disconnect", "zed", "--yes"),
    ("upgrade", "--dry-run"),
    ("init", "--yes", "--for", "starter"),
    ("down",),
    ("uninstall", "--yes"),
]


@pytest.mark.real
@pytest.mark.e2e
@pytest.mark.timeout(900)
def test_the_documents_of_a_set_up_follow_their_schemas(localai):
    assert localai("init", "--yes", "--for", "starter").returncode == 0
    for arguments in WITH_SET_UP:
        check(localai.json(*arguments))
