"""A file that cannot be read is named once, with the system's own reason in words and without its number."""

import os
import subprocess
import sys

import pytest

from localai_setup.machine.asking import attachments, calls, pasted, recorded
from localai_setup.machine.keeping import gguf_file, policy_files
from localai_setup.model.errors import LocalaiError

pytestmark = pytest.mark.quick
#: who opens a file that a person named, by what it is given
READERS = {
    "a model": lambda path: gguf_file.read_header(path),
    "a log": lambda path: pasted.read(str(path)),
    "a recording": recorded.load,
    "a file for chat": lambda path: attachments.read(str(path)),
    "a policy": policy_files.read,
}


def refuse(path, *_, **__):
    raise OSError(5, "Input/output error", str(path))


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_the_reason_is_words_and_the_file_is_named_once(read, tmp_path, monkeypatch):
    file = tmp_path / "dying.gguf"
    file.write_bytes(b"GGUF")
    for opens in ("pathlib.Path.open", "pathlib.Path.read_text", "builtins.open", "io.open"):
        monkeypatch.setattr(opens, refuse)
    with pytest.raises(LocalaiError) as caught:
        read(file)
    monkeypatch.undo()
    assert "Input/output error" in caught.value.what
    assert "Errno" not in caught.value.what
    assert caught.value.what.count(str(file)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="compared with `ls`")
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_permissions_and_owner_are_those_that_ls_shows(kind, tmp_path):
    path = tmp_path / "named"
    path.write_bytes(b"seven b") if kind == "file" else path.mkdir()
    path.chmod(0o640)
    done = subprocess.run(["ls", "-ld", path], capture_output=True, text=True, check=True)
    mode, _, user, group, size, *_ = done.stdout.split()
    shown = f"{mode.rstrip('.+@')} {user} {group}"
    assert calls.describe_path(str(path)) == (f"{shown} {size}" if kind == "file" else shown)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_an_owner_without_a_name_is_a_number(tmp_path):
    os.chown(tmp_path, 54321, 54322)
    assert calls.describe_path(str(tmp_path)).endswith(" 54321 54322")
