"""A pipe, a socket or a device in the place of a file is told, and never waited for."""

import ast
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from localai_setup import __file__ as package_file
from localai_setup import guard, survey
from localai_setup.commands import _taught
from localai_setup.machine.asking import attachments, live, pasted, recorded, recorder
from localai_setup.machine.keeping import (
    conversations,
    folders,
    gguf_file,
    kept_json,
    plain_files,
    policy_files,
    recipe_files,
    statefile,
    tail,
    user_keys,
    writing,
)
from localai_setup.model.errors import LocalaiError
from localai_setup.model.machine import Identity
from localai_setup.model.reading import Readings
from localai_setup.ui import page, spoken

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files"),
    pytest.mark.timeout(20),
]
PACKAGE = Path(package_file).parent


@pytest.fixture(params=["a named pipe", "a socket", "a device"])
def other(request, tmp_path):
    """Something that is no file, at a path that is one's; its words."""
    path = tmp_path / "other.yaml"
    if request.param == "a named pipe":
        os.mkfifo(path)
    elif request.param == "a device":
        path.symlink_to("/dev/zero")
    else:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as one:
            one.bind(str(path))
    return path, f"it is {request.param}, not a file"


def lines(path):
    return tail.last_lines(path, 3)


#: who reads a file of ours, or one that a person names
READERS = {
    "text": plain_files.read_text,
    "bytes": plain_files.read_bytes,
    "what may be a stream": lambda path: plain_files.opened_stream(path).read(),
    "the log": lines,
    "a policy": policy_files.read,
    "a model": gguf_file.read_header,
    "a pasted text": lambda path: pasted.read(str(path)),
    "a file for chat": lambda path: attachments.read(str(path)),
    "examples": _taught.checked,
    "recipes": lambda path: list(recipe_files._texts(path.parent)),
    "a set-up": statefile._read,
    "a recording": recorded.load,
}


@pytest.mark.quick
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_whoever_reads_a_file_refuses_what_is_none(read, other):
    path, words = other
    with pytest.raises((LocalaiError, plain_files.NoFileError)) as refused:
        read(path)
    assert words in str(getattr(refused.value, "what", refused.value))


#: who writes to a path that a person names
WRITERS = {
    "anything": lambda path: writing.write_named(path, b"new"),
    "a recording": lambda path: recorder.write(path, Identity(), Readings()),
    "a page": lambda path: page.save(path, "new"),
}


@pytest.mark.quick
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_whoever_writes_a_file_replaces_nothing_else(write, other):
    path, words = other
    before = os.lstat(path)
    with pytest.raises((LocalaiError, plain_files.NoFileError)) as refused:
        write(path)
    assert words in str(getattr(refused.value, "what", refused.value))
    assert (os.lstat(path).st_ino, os.lstat(path).st_mode) == (before.st_ino, before.st_mode)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.quick
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_stays_and_its_file_is_written(write, is_there, tmp_path):
    kept, link = tmp_path / "kept" / "file", tmp_path / "link"
    kept.parent.mkdir()
    if is_there:
        kept.write_text("old", encoding="utf-8")
    link.symlink_to(kept)
    write(link)
    assert link.is_symlink()
    assert kept.stat().st_size > 0 and kept.read_text("utf-8") != "old"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.quick
@pytest.mark.parametrize("words", [("record",), ("doctor", "--report"), ("man", "--write")])
def test_a_command_says_what_it_will_not_replace(words, tmp_path, monkeypatch, capsys):
    """The null device of every program was a file afterwards, where root named it."""
    pipe = tmp_path / "localai.1"
    os.mkfifo(pipe)
    named = tmp_path if words[0] == "man" else pipe
    monkeypatch.setattr(survey, "read", lambda _: Readings())
    assert guard.run_guarded([*words, str(named)]) == 1
    error = " ".join(capsys.readouterr().err.split())
    assert "it is a named pipe, not a file" in error
    assert "Traceback" not in error and "bug" not in error
    assert pipe.is_fifo()


@pytest.mark.quick
def test_where_a_damaged_file_means_nothing_a_pipe_means_nothing_too(other):
    assert kept_json.read(conversations.Kept, other[0]) is None


@pytest.mark.quick
def test_a_recording_says_why_it_has_no_answer(other):
    path, words = other
    found = live._read(str(path))
    assert found.reason == words


@pytest.mark.quick
def test_a_file_a_folder_and_nothing_are_as_before(tmp_path):
    file = tmp_path / "file"
    file.write_bytes("Über\r\nalles".encode())
    assert plain_files.read_text(file) == file.read_text("utf-8") == "Über\nalles"
    assert plain_files.read_bytes(file) == file.read_bytes()
    with pytest.raises(IsADirectoryError):
        plain_files.read_bytes(tmp_path)
    with pytest.raises(FileNotFoundError) as missing:
        plain_files.read_bytes(tmp_path / "none")
    assert missing.value.filename.endswith("none")


@pytest.mark.quick
@pytest.mark.parametrize("name", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_a_pipe_that_is_open_already_is_read(name):
    """That is what `<(program)` of a shell gives."""
    if not Path(name).parent.exists():
        pytest.skip("this system has no such folder")
    source, target = os.pipe()
    os.write(target, b"CUDA error: out of memory\n")
    os.close(target)
    try:
        assert pasted.read(name.format(source)).raw == b"CUDA error: out of memory\n"
    finally:
        os.close(source)


@pytest.mark.quick
def test_a_log_goes_to_a_pipe_that_is_read_and_to_no_other(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(LocalaiError, match="it is a named pipe that nobody reads"):
        spoken.begin(pipe)
    with pytest.raises(plain_files.NoFileError):
        writing.empty(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with plain_files.opened_to_append(pipe) as file:
            file.write(b"said")
        assert os.read(reader, 9) == b"said"
    finally:
        os.close(reader)
    plain_files.opened_to_append(Path(os.devnull)).close()


#: calls that open a file for reading
OPENING = {"read_text", "read_bytes", "open"}
#: file → why it may open files by itself
OTHERWISE = {
    "machine/keeping/plain_files.py": "it is what the others use",
    "machine/keeping/compiled_pages.py": "pages of a checkout, and a file that has to be ours",
    "machine/asking/programs.py": "/proc",
    "machine/asking/ollama_processes.py": "/proc",
    "machine/running/browsing.py": "/proc; and `webbrowser.open`",
    "machine/running/peers.py": "/proc",
    "machine/running/processes.py": "/proc",
    "machine/running/proving.py": "/proc, and files in a folder that it has just made",
    "machine/fetching/disk.py": "/proc, and a file that is being fetched",
    "machine/fetching/downloads.py": "it writes a file that it removed before",
    "machine/fetching/unpacking.py": "what lies in an archive, and files that it makes",
    "machine/fetching/blocks.py": "it writes the files that are being fetched",
    "machine/fetching/flushing.py": "a file that is being fetched",
    "machine/fetching/hashing.py": "a file that is being fetched",
    "machine/keeping/linking.py": "it makes a file",
    "machine/fleet/settings.py": "Ansible's settings, which it asks `is_file` of",
    "machine/fleet/pushing.py": "an archive that it makes",
    "machine/lending/far.py": "scripts of the package, and archives that were checked",
    "machine/tuning/trainer.py": "files of the package",
    "machine/keeping/problem_files.py": "a file of the package",
    "ui/console.py": "the null device",
    "guard.py": "the null device",
    "commands/open_page.py": "a file of the package",
}
#: files of the package, and programs that are run by themselves with files that were written for them
APART = ("recipes/", "problems/", "glossary/", "probes/", "trainers/", "engines/_runner")
APART += ("machine/running/_", "machine/fleet/collection/")


@pytest.mark.quick
def test_nobody_opens_a_file_past_that():
    found = {
        name
        for path in PACKAGE.rglob("*.py")
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith(APART) and opens(path)
    }
    assert found == OTHERWISE.keys()


def opens(path):
    return any(
        isinstance(node, ast.Call) and name_of(node) in OPENING
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def name_of(call):
    """`open(…)`, and `x.read_text(…)` of whatever is not the module `plain_files`."""
    if isinstance(call.func, ast.Name):
        return call.func.id
    of = getattr(call.func, "value", None)
    is_ours = isinstance(of, ast.Name) and of.id == "plain_files"
    return "" if is_ours else getattr(call.func, "attr", "")


#: a file of a home → commands, each with whether it fails because of that
HOMES = {
    "state/state.json": {"status": True, "doctor": False},
    "config/policy.yaml": {"init --dry-run --yes": True},
    "config/recipes/mine.yaml": {"recipes list": True},
    "config/problems/mine.yaml": {"explain cuda": False},
    "state/user-keys.json": {"serve keys list": True},
}


@pytest.mark.parametrize("file", HOMES)
def test_no_command_waits_for_a_pipe_among_its_files(file, localai):
    path = Path(localai.environment()["LOCALAI_HOME"]) / file
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    for command, fails in HOMES[file].items():
        done = localai(*command.split(), timeout=15)
        printed = " ".join((done.stdout + done.stderr).split())
        assert done.returncode in ((1, 2) if fails else (0, 1)), printed
        assert ("it is a named pipe, not a file" in printed) is fails, printed
        assert "bug" not in printed and "Traceback" not in printed
