"""A damaged record of connected programs: what can be used is used, and what cannot is not lost."""

import json
from pathlib import Path

import pytest

from localai_setup.commands import disconnect
from localai_setup.commands._options import Options
from localai_setup.commands.uninstall import uninstall
from localai_setup.machine.keeping import connections
from localai_setup.model.errors import LocalaiError
from localai_setup.ui import connecttext

from .connected_programs import before, connected, disconnected, home  # noqa: F401  (home is a fixture)

#: what may stand in place of a row, and how it is named
BAD = {
    "no row": (3, "a program without a name"),
    "without a file": ({"program": "zed", "format": "json"}, "zed"),
    "another's file": ("kept", "zed"),
    "a name that is none": ({"program": "zed\x1b[2J"}, "a program without a name"),
}


def spoiled(row):
    """zed and continue are connected, and this stands in place of zed's row; the row, zed's copy."""
    before("zed")
    connected("zed")
    connected("continue")
    copy = Path(connections.load()["zed"].kept)
    record = json.loads(connections.path().read_text())
    if row == "kept":
        row = {**record["programs"][0], "kept": "/etc/passwd"}
    record["programs"][0] = row
    connections.path().write_text(json.dumps(record))
    return row, copy


def rows():
    return json.loads(connections.path().read_text())["programs"]


@pytest.mark.parametrize("case", BAD)
def test_a_row_that_is_damaged_spoils_no_other_and_is_kept(case):
    row, name = BAD[case]
    row, copy = spoiled(row)
    content = copy.read_bytes()
    assert connections.is_damaged()
    assert list(connections.load()) == ["continue"]
    assert connections.left_out() == [name]
    connected("zed")
    assert set(connections.load()) == {"zed", "continue"}
    assert row in rows()
    disconnected("continue")
    disconnected("zed")
    assert rows() == [row]
    aside = [one for one in connections.all_copies() if "zed.before" in one.name]
    assert content in [one.read_bytes() for one in aside]


def test_what_is_damaged_is_said_and_nothing_of_it_is_removed(capsys):
    row, copy = spoiled({"program": "zed"})
    with pytest.raises(
        LocalaiError, match="Nothing is known of what localai wrote for zed"
    ) as caught:
        disconnect.disconnect(Options(), "zed", yes=True)
    assert str(connections.copies()) in caught.value.hint
    with pytest.raises(LocalaiError, match="aider was not connected"):
        disconnect.disconnect(Options(), "aider", yes=True)
    connecttext.left_out(connections.left_out(), connections.path())
    assert "written for zed is damaged" in " ".join(capsys.readouterr().err.split())
    uninstall(Options(json=True), yes=True, keep_models=False)
    assert "the settings of zed, whose record is damaged" in capsys.readouterr().out
    assert rows() == [row]
    assert copy.exists()


def test_a_record_that_cannot_be_read_is_set_aside_with_its_copies(capsys):
    file = before("zed")
    content = file.read_bytes()
    connected("zed")
    connections.path().write_text("{ no json")
    connected("zed")
    assert list(connections.load()) == ["zed"]
    [aside] = connections.records()[1:]
    assert aside.read_text() == "{ no json"
    assert content in [one.read_bytes() for one in connections.all_copies()]
    uninstall(Options(json=True), yes=True, keep_models=False)
    assert "programs that were connected, whose record is damaged" in capsys.readouterr().out
    assert aside.exists()
    assert content in [one.read_bytes() for one in connections.all_copies()]


def test_uninstalling_keeps_copies_whose_record_is_damaged(capsys):
    file = before("zed")
    content = file.read_bytes()
    connected("zed")
    kept = Path(connections.load()["zed"].kept)
    connections.path().write_text("{")
    uninstall(Options(json=True), yes=True, keep_models=False)
    assert kept.read_bytes() == content
    assert "whose record is damaged" in capsys.readouterr().out


def test_no_folder_is_named_where_there_are_no_copies(capsys):
    connections.path().parent.mkdir(parents=True, exist_ok=True)
    connections.path().write_text("{")
    with pytest.raises(LocalaiError) as caught:
        disconnect.disconnect(Options(), "zed", yes=True)
    assert str(connections.copies()) not in caught.value.hint
    uninstall(Options(json=True), yes=True, keep_models=False)
    output = capsys.readouterr().out
    assert "whose record is damaged; no copies are left" in output
    assert str(connections.copies()) not in output


def test_a_copy_that_is_gone_is_not_named(capsys):
    file = before("zed")
    connected("zed")
    kept = Path(connections.load()["zed"].kept)
    kept.unlink()
    file.unlink()
    file.mkdir()
    uninstall(Options(json=True), yes=True, keep_models=False)
    output = capsys.readouterr().out
    assert "the settings of zed: " in output
    assert str(kept) not in output


@pytest.mark.parametrize("field", ["file", "kept", "part"])
@pytest.mark.parametrize("name", ["/a\0b", "/a\ud800", "{}"])
def test_a_record_with_what_can_be_no_path_is_damaged(field, name):
    connected("zed")
    record = json.loads(connections.path().read_text())
    record["programs"][0][field] = name
    connections.path().write_text(json.dumps(record))
    assert connections.is_damaged()


@pytest.mark.parametrize("field", ["kept", "part", "made"])
def test_a_record_that_names_files_of_others_is_damaged(home, field):
    """What it names is removed later."""
    own = home / "own.txt"
    own.write_text("mine")
    connected("zed")
    record = json.loads(connections.path().read_text())
    record["programs"][0][field] = [str(home / "empty")] if field == "made" else str(own)
    connections.path().write_text(json.dumps(record))
    assert connections.is_damaged()
    assert connections.load() == {}
    connected("zed")
    assert own.read_text() == "mine"


def test_no_folder_is_made_where_a_damaged_record_says(home):
    before("zed")
    file = connected("zed")
    record = json.loads(connections.path().read_text())
    record["programs"][0]["file"] = str(home / "elsewhere/settings.json")
    connections.path().write_text(json.dumps(record))
    assert connected("zed") == file
    assert not (home / "elsewhere").exists()
    assert connections.load()["zed"].file == str(file)
