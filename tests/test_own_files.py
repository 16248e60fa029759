"""Our own folders and files: which we may not use, which others may read, and what a repair makes of it."""

import os
import stat
import sys
from types import SimpleNamespace

import pytest

from localai_setup.machine.keeping import folders, own_files
from localai_setup.machine.keeping.own_files import OwnFiles
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.examination import HeldLock
from localai_setup.ui import crash

pytestmark = [
    pytest.mark.quick,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions"),
]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    for name in folders.TOKENS:
        folders.folder(name).mkdir(parents=True)
    yield tmp_path
    folders.all_folders.cache_clear()


#: file, its permissions → unusable for us, exposed to others, its permissions after a repair
FILES = [
    ("state/state.json", 0o600, False, False, 0o600),
    ("state/state.json", 0o640, False, True, 0o600),
    ("state/state.json", 0o604, False, True, 0o600),
    ("state/api-key", 0o444, True, True, 0o600),
    ("state/api-key", 0o200, True, False, 0o600),
    ("state/user-keys.json", 0o644, False, True, 0o600),
    ("state/user-keys.txt", 0o640, False, True, 0o600),
    ("state/server-settings.json.2", 0o604, False, True, 0o600),
    ("state/server.log", 0o644, False, False, 0o644),
    ("state/server.log", 0o444, True, False, 0o644),
    ("data/models/a.gguf", 0o444, False, False, 0o444),
    ("data/models/a.gguf", 0o044, True, False, 0o644),
    ("data/other.txt", 0o000, False, False, 0o000),
]


@pytest.mark.parametrize(("name", "mode", "unusable", "exposed", "repaired"), FILES)
def test_what_is_wrong_with_a_file_and_what_repairs_it(
    home, name, mode, unusable, exposed, repaired
):
    file = home / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("x")
    file.chmod(mode)
    folder, _, rest = name.partition("/")
    token = f"<{folder}>{os.sep}{rest}"
    found = own_files.troubles()
    assert found.unusable == ((token,) if unusable else ())
    assert found.exposed == ((token,) if exposed else ())
    assert OwnFiles().are_usable() == (not unusable and not exposed)
    OwnFiles().repair()
    assert stat.S_IMODE(file.stat().st_mode) == repaired
    assert OwnFiles().are_usable()


@pytest.mark.parametrize("name", ["state", "data", "data/engines", "data/models"])
def test_a_folder_that_others_may_write_to_is_closed(home, name):
    """They could put another program in place of ours."""
    (home / name).mkdir(exist_ok=True)
    (home / name).chmod(0o777)
    assert len(own_files.troubles().exposed) == 1
    assert not OwnFiles().are_usable()
    OwnFiles().repair()
    assert stat.S_IMODE((home / name).stat().st_mode) == 0o755
    assert OwnFiles().are_usable()


def test_whatever_the_umask_is_nobody_else_may_write_to_what_is_made(localai, tmp_path):
    localai.before = ["sh", "-c", 'umask 000; exec "$@"', "sh"]
    assert localai("record", str(tmp_path / "new" / "recording.json"), "--offline").returncode == 0
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) & 0o022 == 0


def test_a_crash_report_is_private_and_written_through_no_link(home, tmp_path, capsys):
    (tmp_path / "own.txt").write_text("mine")
    report = home / "state/crash.md"
    report.symlink_to(tmp_path / "own.txt")
    assert crash.report_crash(ValueError("trouble"), ["status"]) == Exit.BUG
    assert (tmp_path / "own.txt").read_text() == "mine"
    assert not report.is_symlink()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert str(report) in capsys.readouterr().err


@pytest.mark.parametrize("variable", ["LOCALAI_HOME", "HOME"])
def test_a_folder_in_which_no_engine_could_run_is_refused(monkeypatch, variable):
    monkeypatch.delenv("LOCALAI_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv(variable, f"/tmp/a{os.pathsep}b")
    folders.all_folders.cache_clear()
    with pytest.raises(LocalaiError, match="cannot keep anything in") as refused:
        folders.folder("data")
    assert "LOCALAI_HOME" in refused.value.hint
    folders.all_folders.cache_clear()


def test_a_folder_that_we_may_not_write_to_is_ours_again(home):
    data = home / "data"
    data.chmod(0o500)
    assert own_files.troubles().unusable == ("<data>",)
    OwnFiles().repair()
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("holder", "usable"), [("gone", False), ("running", True), ("stopped", True)]
)
def test_only_a_lock_that_nobody_holds_any_more_is_released(home, monkeypatch, holder, usable):
    released = []
    monkeypatch.setattr(own_files, "held_locks", lambda: [HeldLock("init", 7, holder)])
    monkeypatch.setattr(own_files.patience, "unlink", released.append)
    assert OwnFiles().are_usable() == usable
    OwnFiles().repair()
    assert len(released) == (0 if usable else 1)


def test_the_disk_is_looked_at_where_the_data_will_be(home, monkeypatch):
    monkeypatch.setattr(own_files.shutil, "disk_usage", lambda place: SimpleNamespace(free=5 << 20))
    found = own_files.disk()
    assert (found.folder, found.free_mib, found.writable) == (str(home / "data"), 5, True)
