"""A file that another program has open: Windows refuses to rename or remove it, for a moment or for good."""

import os
import re
from pathlib import Path

import pytest

from localai_setup import guard, machine
from localai_setup.machine.keeping import patience, removing
from localai_setup.machine.keeping.writing import write_atomically
from localai_setup.model.errors import LocalaiError

pytestmark = pytest.mark.quick


def refusal(number):
    """What Windows raises; `winerror` is an attribute that other systems' OSError lacks."""
    error = PermissionError(13, "Access is denied")
    error.winerror = number
    return error


def refusing(monkeypatch, module, name, *errors):
    """The function refuses as often as there are errors, then works; the list of its calls."""
    real, waiting, calls = getattr(module, name), list(errors), []

    def function(*arguments, **more):
        calls.append(arguments)
        if waiting:
            raise waiting.pop(0)
        return real(*arguments, **more)

    monkeypatch.setattr(module, name, function)
    return calls


@pytest.mark.parametrize("number", patience.OPEN_ELSEWHERE)
def test_a_scanner_that_holds_a_new_file_is_waited_for(tmp_path, monkeypatch, number):
    calls = refusing(monkeypatch, os, "replace", refusal(number), refusal(number))
    write_atomically(tmp_path / "state.json", b"{}")
    assert (tmp_path / "state.json").read_bytes() == b"{}"
    assert len(calls) == 3


def test_a_file_that_stays_open_is_refused_and_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.2)
    refusing(monkeypatch, os, "replace", *[refusal(32)] * 1000)
    (tmp_path / "state.json").write_bytes(b"old")
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "state.json", b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("state.json", b"old")]


def test_a_folder_without_permission_is_not_waited_for(tmp_path, monkeypatch):
    calls = refusing(monkeypatch, os, "replace", PermissionError(13, "Permission denied"))
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "state.json", b"{}")
    assert len(calls) == 1


def test_a_folder_with_a_file_that_is_scanned_is_removed_in_the_end(tmp_path, monkeypatch):
    (tmp_path / "engine" / "bin").mkdir(parents=True)
    (tmp_path / "engine" / "bin" / "python.exe").write_bytes(b"")
    refusing(monkeypatch, patience.shutil, "rmtree", refusal(5))
    patience.remove_tree(tmp_path / "engine")
    assert not (tmp_path / "engine").exists()


@pytest.mark.parametrize(
    ("error", "way_out"), [(refusal(32), "Close the program"), (PermissionError(13, "no"), "right")]
)
def test_uninstall_says_what_stands_in_its_way(tmp_path, monkeypatch, error, way_out):
    monkeypatch.setattr(patience, "PATIENCE_SECONDS", 0.0)
    (tmp_path / "server.log").write_bytes(b"")
    refusing(monkeypatch, Path, "unlink", *[error] * 1000)
    with pytest.raises(LocalaiError) as caught:
        removing.remove([tmp_path / "server.log"])
    assert way_out in caught.value.hint


@pytest.mark.parametrize(
    ("error", "way_out"), [(refusal(32), "Close the program"), (OSError(28, "full"), "Make room")]
)
def test_the_hint_fits_what_the_system_refused(monkeypatch, capsys, error, way_out):
    def refuse(_):
        raise error

    monkeypatch.setattr(guard, "_run", refuse)
    monkeypatch.setattr(guard, "_write_nowhere", lambda: None)
    assert guard.run_guarded([]) == 1
    assert f"hint: {way_out}" in capsys.readouterr().err


#: names that nobody else has open: of this moment, or removed whether that works or not
OF_THIS_MOMENT = ("beside", "scratch", "unfinished", "growing", "link", "patience")


def test_everything_in_the_machine_renames_and_removes_with_patience():
    """A scanner, an editor or another localai has any file open now and then."""
    hasty = re.compile(r"\.unlink\(|rmtree\(|os\.(?:replace|rename|remove)\(|\.rename\(")
    found = [
        f"{path.name}: {line.strip()}"
        for path in sorted(Path(machine.__file__).parent.rglob("*.py"))
        # what is run without the package: beside the server, and on the machines of a fleet
        if path.name not in ("patience.py", "_log_keeper.py") and "collection" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if hasty.search(line) and not any(name in line for name in OF_THIS_MOMENT)
    ]
    assert not found
