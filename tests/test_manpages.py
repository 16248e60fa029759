"""The man pages say what the commands say, and `man` reads them without a complaint."""

import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from localai_setup.cli import app
from localai_setup.cli.described import described
from localai_setup.ui import manpage

COMMANDS = described(typer.main.get_command(app))
FOLDER = Path(__file__).parent.parent / "docs" / "man"
PAGES = sorted(FOLDER.glob("*.1"))


def read(command):
    return (FOLDER / f"{manpage.title(command)}.1").read_text(encoding="utf-8")


def test_every_command_has_a_page():
    assert {path.stem for path in PAGES} == {manpage.title(one) for one in COMMANDS}
    assert len(PAGES) > 20


@pytest.mark.parametrize("command", COMMANDS, ids=manpage.title)
def test_every_option_and_command_is_on_its_page(command):
    text = read(command).replace("\\-", "-")
    for one in command.parameters:
        assert all(name in text for name in one.names)
    for one in COMMANDS:
        if one.words[:-1] == command.words and one.words:
            assert f".B {one.words[-1]}\n" in text


def complaints(command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("mandoc"), reason="there is no mandoc here")
def test_mandoc_has_nothing_to_say():
    assert complaints(["mandoc", "-Tlint", "-W", "warning", *map(str, PAGES)]) == ""


@pytest.mark.skipif(not shutil.which("groff"), reason="there is no groff here")
def test_groff_warns_of_nothing():
    done = subprocess.run(
        ["groff", "-ww", "-man", "-Tutf8", *map(str, PAGES)], capture_output=True, text=True
    )
    assert done.stderr == ""
    assert "localai connect" in done.stdout


def test_one_page_is_printed_and_all_are_written(localai, tmp_path):
    done = localai("man", "recipes", "show")
    assert done.returncode == 0
    assert done.stdout == (FOLDER / "localai-recipes-show.1").read_text(encoding="utf-8")
    assert localai("man", "nothing").returncode == 2
    assert localai("man", "--write", str(tmp_path / "m")).returncode == 0
    assert {one.name for one in (tmp_path / "m").iterdir()} == {one.name for one in PAGES}
