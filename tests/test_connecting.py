"""What connecting writes, and that disconnecting gives a file back to the byte."""

import stat
import sys
from pathlib import Path

import pytest

from localai_setup.commands import _connecting, _setup
from localai_setup.machine.keeping import connections, program_files
from localai_setup.model.app import App, SettingsFile, Traces
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes.apps import apps, filled

from .connected_programs import HERE, MOVED, before, connected, disconnected, home  # noqa: F401  (home is a fixture)

WRITTEN = sorted(app.id for app in apps().values() if app.writes)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_is_given_back_to_the_byte(name):
    file = before(name)
    file.chmod(0o640)
    content, mode = file.read_bytes(), stat.S_IMODE(file.stat().st_mode)
    assert connected(name) == file
    assert b"43110" in file.read_bytes()
    has_key = b"sk-local-1" in file.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == (0o600 if has_key else 0o640)
    connected(name, MOVED)
    assert disconnected(name) == "as-before"
    assert file.read_bytes() == content
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert not connections.load()
    assert not list(connections.copies().iterdir())


@pytest.mark.parametrize("name", WRITTEN)
def test_a_file_that_was_not_there_is_removed_with_its_folders(name, home):
    file = connected(name)
    assert b"43110" in file.read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, "it holds a key"
    assert disconnected(name) == "as-before"
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("name", [one for one in WRITTEN if one != "codex"])
def test_connecting_anew_leaves_one_address_and_the_first_copy(name):
    file = before(name)
    content = file.read_bytes()
    connected(name)
    connected(name, MOVED)
    written = file.read_bytes()
    assert b"43110" not in written
    assert written.count(b"43115") == 1
    disconnected(name)
    assert file.read_bytes() == content


@pytest.mark.parametrize("name", ["zed", "continue", "opencode"])
def test_what_was_changed_since_stays_and_ours_goes(name):
    file = before(name)
    connected(name)
    added = b"// since\n" if name != "continue" else b"# since\n"
    file.write_bytes(added + file.read_bytes())
    assert disconnected(name) == "our-part"
    left = file.read_bytes()
    assert added in left
    assert b"mine" in left
    assert b"43110" not in left


def test_a_file_that_is_gone_is_no_trouble():
    connected("zed").unlink()
    assert disconnected("zed") == "gone"
    assert not connections.load()


def test_a_file_that_cannot_be_read_is_not_touched():
    file = before("zed")
    file.write_bytes(b'{"broken": ')
    with pytest.raises(LocalaiError, match=r"cannot be read as settings of zed: line 1"):
        connected("zed")
    assert file.read_bytes() == b'{"broken": '
    assert not connections.load()


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a permission there")
def test_a_linked_file_is_changed_where_it_lies(home):
    real = home / "dotfiles.json"
    real.write_text("{}")
    link = home / ".config/zed/settings.json"
    link.parent.mkdir(parents=True)
    link.symlink_to(real)
    connected("zed")
    assert link.is_symlink()
    assert "43110" in real.read_text()
    disconnected("zed")
    assert real.read_text() == "{}"


def test_a_program_that_reads_another_name_gets_it_there(home):
    other = home / ".config/opencode/opencode.jsonc"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    assert connected("opencode") == other


def test_a_folder_of_the_environment_wins(home, monkeypatch):
    monkeypatch.setenv("LLM_USER_PATH", str(home / "elsewhere"))
    assert connected("llm") == home / "elsewhere/extra-openai-models.yaml"


def test_programs_are_found_by_their_files_and_commands(home, monkeypatch):
    app = App(
        "x", "X", (), "s", "https://x", "2026-11-28", found=Traces(("no-such-x",), ("~/.x-*",))
    )
    assert not program_files.is_here(app)
    (home / ".x-1").mkdir()
    assert program_files.is_here(app)
    found = App(
        "y", "Y", (), "s", "https://y", "2026-11-28", found=Traces((Path(sys.executable).name,))
    )
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert program_files.is_here(found)


def test_the_diff_is_what_changes(home):
    change = _connecting.connecting(filled(apps()["zed"], HERE))
    assert change.is_needed
    assert change.diff.startswith("--- /dev/null")
    assert '+        "api_url": "http://127.0.0.1:43110/v1",' in change.diff
    assert not list(home.iterdir()), "nothing was written"


def test_a_record_that_is_damaged_is_none(tmp_path):
    connections.path().parent.mkdir(parents=True, exist_ok=True)
    connections.path().write_text('{"programs": 3}')
    assert connections.load() == {}


def test_a_file_is_no_folder_and_not_huge(home):
    (home / "d").mkdir()
    with pytest.raises(LocalaiError, match="cannot be changed"):
        connections.content(home / "d")
    assert SettingsFile("~/x", "json").path == "~/x"


def test_who_looks_in_the_old_place_is_told_when_the_port_moves(monkeypatch):
    reported = []
    monkeypatch.setattr(_setup.console, "say", reported.append)
    connected("zed")
    _setup._tell_of_connected(HERE.address)
    assert not reported
    _setup._tell_of_connected(MOVED.address)
    assert "look for it where it was: zed. `localai connect zed`" in reported[0]
