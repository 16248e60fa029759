"""Files that somebody changed since, or meanwhile: nothing of theirs is lost, and what stays of ours is named."""

import json
import sys
from pathlib import Path

import pytest

from localai_setup.commands import _connecting
from localai_setup.commands._options import Options
from localai_setup.commands.disconnect import disconnect
from localai_setup.commands.uninstall import uninstall
from localai_setup.machine.keeping import connections
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.recipes.apps import apps, filled
from localai_setup.ui import connecttext

from .connected_programs import BEFORE, HERE, MOVED, before, connected, disconnected, home  # noqa: F401  (home is a fixture)


def test_what_was_written_while_the_question_stood_is_not_lost():
    file = before("zed")
    app = filled(apps()["zed"], HERE)
    change = _connecting.connecting(app)
    file.write_bytes(b'{"since": 1}')
    with pytest.raises(LocalaiError, match="changed by somebody else"):
        _connecting.connect(app, change, HERE)
    assert file.read_bytes() == b'{"since": 1}'
    assert not connections.load()
    assert not connections.copies().exists()


def test_taking_back_does_not_overwrite_what_was_written_since_either():
    file = connected("zed")
    one = connections.load()["zed"]
    change = _connecting.disconnecting(one)
    file.write_bytes(b'{"since": 1}')
    with pytest.raises(LocalaiError, match="changed by somebody else"):
        _connecting.disconnect(one, change)
    assert file.read_bytes() == b'{"since": 1}'
    assert connections.load() == {"zed": one}


#: program, a line of ours, and what its owner put behind it
ADDED = [
    ("continue", b"  provider: openai\n", b"  promptTemplates: {}\n"),
    ("llm", b"  model_name: qwen\n", b"  can_stream: false\n"),
    ("vscode", b'"vendor": "customendpoint",\n', b'"mine": 1,\n'),
    ("zed", b'"display_name": "qwen on this computer",', b'"mine": 1,'),
]


@pytest.mark.parametrize(("name", "line", "added"), ADDED)
def test_an_entry_of_ours_with_an_added_line_goes_whole(name, line, added):
    file = before(name)
    connected(name)
    content = file.read_bytes()
    assert line in content
    file.write_bytes(content.replace(line, line + added))
    connected(name, MOVED)
    assert b"43110" not in file.read_bytes(), "no second entry"
    disconnected(name)
    left = file.read_bytes()
    assert b"4311" not in left
    assert b"sk-local" not in left
    assert b"mine" in left
    assert not connections.load()


def test_a_key_that_stays_is_named_and_the_copy_kept():
    file = before("continue")
    content = file.read_bytes()
    connected("continue")
    file.write_bytes(file.read_bytes().replace(b"43110", b"8080"))
    one = connections.load()["continue"]
    (line,) = _connecting.disconnect(one, _connecting.disconnecting(one))
    assert b"apiKey: sk-local-1" in file.read_bytes().splitlines()[line - 1]
    assert Path(one.kept).read_bytes() == content
    assert disconnect(Options(json=True), "continue", yes=True) == Exit.PROBLEM
    file.write_bytes(content + b"# removed by hand\n")
    assert disconnect(Options(json=True), "continue", yes=True) == Exit.OK
    assert not connections.load()


def test_connecting_anew_keeps_the_first_copy_where_a_key_of_ours_stays():
    file = before("continue")
    content = file.read_bytes()
    connected("continue")
    file.write_bytes(file.read_bytes().replace(b"43110", b"8080"))
    connected("continue", MOVED)
    assert Path(connections.load()["continue"].kept).read_bytes() == content
    assert disconnected("continue") == "our-part"
    assert b"8080" in file.read_bytes()
    assert b"43115" not in file.read_bytes()
    assert connections.load(), "the key is still there"


def test_an_entry_that_its_owner_had_before_stays():
    file = before("llm")
    mine = filled(apps()["llm"], HERE).settings.encode().replace(b"qwen", b"mine", 1)
    file.write_bytes(mine)
    connected("llm")
    file.write_bytes(file.read_bytes() + b"# since\n")
    assert disconnected("llm") == "our-part"
    assert mine.rstrip() in file.read_bytes()


def test_an_own_file_that_was_changed_since_is_left_and_the_original_kept():
    file = before("codex")
    connected("codex")
    file.write_bytes(file.read_bytes() + b"# since\n")
    connected("codex", MOVED)
    file.write_bytes(file.read_bytes() + b"# since\n")
    assert disconnected("codex") == "our-part"
    assert b"# since" in file.read_bytes()
    one = connections.load()["codex"]
    assert Path(one.kept).read_bytes() == BEFORE["own"]
    assert _connecting.remains(one, _connecting.disconnecting(one))


def test_uninstalling_keeps_the_only_copy_of_what_it_could_not_give_back(capsys):
    file = before("continue")
    content = file.read_bytes()
    connected("continue")
    connected("zed")
    file.write_bytes(b"broken: [\n")
    kept = Path(connections.load()["continue"].kept)
    uninstall(Options(json=True), yes=True, keep_models=False)
    assert kept.read_bytes() == content
    assert list(connections.load()) == ["continue"]
    left = json.loads(capsys.readouterr().out)["left"]
    assert any(f"the copy of before is {kept}" in one for one in left)


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a permission there")
def test_links_in_a_circle_are_an_error_in_words(home):
    link = home / ".config/zed/settings.json"
    link.parent.mkdir(parents=True)
    link.symlink_to(link)
    with pytest.raises(LocalaiError, match=r"cannot be (read|changed)"):
        connected("zed")


@pytest.mark.skipif(sys.platform == "win32", reason="no such permissions there")
def test_that_others_can_read_no_key_is_said_before(capsys):
    file = before("continue")
    file.chmod(0o644)
    app = filled(apps()["continue"], HERE)
    change = _connecting.connecting(app)
    connecttext.app(app, HERE, change=change, running=True)
    assert "readable by you alone" in " ".join(capsys.readouterr().err.split())
    _connecting.connect(app, change, HERE)
    file.chmod(0o644)
    assert _connecting.connecting(app).is_needed, "it holds a key that others can read"
