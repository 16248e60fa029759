"""A program is looked for on PATH alone."""

import os
import sys

import pytest

from localai_setup.machine.running import program_path
from localai_setup.machine.running.exit_codes import exit_code_words, signal_of
from localai_setup.ui import console, endtext


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The current folder holds a trap; two folders hold the tool."""
    for name in ("downloads", "system", "later"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tool.EXE").write_text(name)
    monkeypatch.chdir(tmp_path / "downloads")
    return tmp_path


def test_the_current_folder_is_never_searched(folders):
    listed = [".", "", "downloads", str(folders / "system"), str(folders / "later")]
    found = program_path.first_in(listed, "tool", (".COM", ".EXE"))
    assert found == str(folders / "system" / "tool.EXE")
    assert program_path.first_in([".", ""], "tool", (".EXE",)) is None


def test_a_name_with_its_ending_is_found_as_well_and_a_folder_is_no_program(folders):
    (folders / "system" / "other").mkdir()
    assert program_path.first_in([str(folders / "system")], "tool.EXE", (".EXE",))
    assert program_path.first_in([str(folders / "system")], "other", (".EXE",)) is None


def test_this_machines_own_programs_are_found():
    here, name = os.path.split(sys.executable)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", here)
        found = program_path.find(name.removesuffix(".exe"))
    assert os.path.isabs(found)
    assert program_path.find("no-such-program-anywhere") is None


@pytest.mark.parametrize(
    ("code", "words"),
    [(3, "3"), (-9, "-9"), (0xC0000135, "0xC0000135"), (0xC0000409, "0xC0000409")],
)
def test_windows_own_failures_are_written_as_everybody_writes_them(code, words):
    assert exit_code_words(code) == words


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (0, None), (1, None), (-9, "SIGKILL"), (-4, "SIGILL"), (-250, "number 250"),
        (0xC0000005, "SIGSEGV"), (0xC000001D, "SIGILL"), (0xC0000409, "SIGABRT"),
    ],
)  # fmt: skip
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no names of signals")
def test_how_a_program_ended_is_named_on_every_system(code, name):
    assert signal_of(code) == name


@pytest.mark.parametrize("started_as", [".venv/bin/localai", "{here}/.venv/bin/localai"])
def test_a_program_that_path_does_not_lead_to_is_typed_with_its_folder(
    folders, monkeypatch, started_as
):
    monkeypatch.setenv("PATH", str(folders / "system"))
    monkeypatch.chdir(folders)
    named = program_path.typed("localai", started_as.format(here=folders))
    assert named == os.path.join(".venv", "bin", "localai")
    (folders / ".venv" / "bin").mkdir(parents=True)
    monkeypatch.chdir(folders / ".venv" / "bin")
    inside = program_path.typed("localai", str(folders / ".venv" / "bin" / "localai"))
    assert inside == os.path.join(".", "localai")
    monkeypatch.chdir(folders / "later")
    elsewhere = program_path.typed("localai", str(folders / ".venv" / "bin" / "localai"))
    assert elsewhere == str(folders / ".venv" / "bin" / "localai")


def test_a_program_on_path_is_typed_by_its_name(folders, monkeypatch):
    for place in ("system", "later"):
        program = folders / place / ("localai.exe" if sys.platform == "win32" else "localai")
        program.write_text("")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folders / "system"))
    assert program_path.typed("localai", str(folders / "system" / "localai")) == "localai"
    # another one of this name comes first: the name alone would start that
    assert program_path.typed("localai", str(folders / "later" / "localai")) != "localai"
    assert program_path.typed("localai", "/lib/localai_setup/__main__.py") == "localai"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("localai", ""),
        (
            ".venv/bin/localai",
            "Here `localai` is typed `.venv/bin/localai`: PATH does not lead to it.",
        ),
    ],
)
def test_the_last_screen_says_how_localai_is_typed(capsys, command, words):
    console.out.cache_clear()
    endtext.typed(command)
    printed = capsys.readouterr()
    assert (printed.out + printed.err).strip() == words


#: how it is typed → what PowerShell is told, which takes a line that begins with a quote for a text
POWERSHELL = [
    (r"C:\Users\anna\.venv\Scripts\localai.exe", ""),
    (
        r"C:\Users\Jörg Müller\localai.exe",
        r'In PowerShell: `& "C:\Users\Jörg Müller\localai.exe"`.',
    ),
]


@pytest.mark.parametrize(("command", "words"), POWERSHELL)
def test_a_program_in_quotes_is_told_as_powershell_takes_it(capsys, monkeypatch, command, words):
    monkeypatch.setattr(sys, "platform", "win32")
    console.out.cache_clear()
    endtext.typed(command)
    printed = capsys.readouterr()
    assert (printed.out + printed.err).partition("does not lead to it.")[2].strip() == words
