"""Programs connected in a home of its own, for the tests of `connect` and `disconnect`."""

import pytest

from localai_setup.commands import _connecting
from localai_setup.machine.keeping import connections, folders, program_files
from localai_setup.model.app import Connection
from localai_setup.recipes.apps import apps, filled

HERE = Connection("http://127.0.0.1:43110/v1", "qwen", 16384, "sk-local-1", tools=True)
MOVED = Connection("http://127.0.0.1:43115/v1", "qwen", 16384, "sk-local-1", tools=True)
#: a person's file of each format, in which something else stands already
BEFORE = {
    "yaml": b"# mine\nname: me\n\xc3\xa4: [1]\n",
    "json": b'{\r\n\t// mine\r\n\t"theme": "dark",\r\n}\r\n',
    "own": b"# mine\n",
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A person's home and localai's own, both empty."""
    for name, value in (
        ("HOME", "h"),
        ("USERPROFILE", "h"),
        ("LOCALAI_HOME", "own"),
        ("APPDATA", "h/a"),
    ):
        monkeypatch.setenv(name, str(tmp_path / value))
    for name in ("XDG_CONFIG_HOME", "CODEX_HOME", "LLM_USER_PATH"):
        monkeypatch.delenv(name, raising=False)
    folders.all_folders.cache_clear()
    (tmp_path / "h").mkdir()
    yield tmp_path / "h"
    folders.all_folders.cache_clear()


def connected(name, connection=HERE):
    app = filled(apps()[name], connection)
    change = _connecting.connecting(app)
    _connecting.connect(app, change, connection)
    return change.file


def disconnected(name):
    one = connections.load()[name]
    change = _connecting.disconnecting(one)
    way = _connecting.way(one, change)
    _connecting.disconnect(one, change)
    return way


def before(name):
    """The program's settings file with a person's settings in it."""
    writes = apps()[name].writes
    file = program_files.settings_path(writes)
    file.parent.mkdir(parents=True, exist_ok=True)
    listed = name in ("vscode", "llm")
    texts = {"yaml": b"- model_id: mine # x\n", "json": b'[\n\t{ "name": "mine" }\n]'}
    file.write_bytes(texts[writes.format] if listed else BEFORE[writes.format])
    return file
