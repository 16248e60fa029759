"""What `typed_commands.py` types is what README and docs tell to type."""

import re
import shlex
import sys

import pytest
import typer

from localai_setup.cli import app

from . import typed_commands
from .typed_commands import DATA, commands, expected, left_out, typed

pytestmark = [
    pytest.mark.quick,
    pytest.mark.skipif(sys.platform == "win32", reason="bash reads the commands"),
]


def test_every_kind_of_command_is_found():
    found = commands()
    assert len(found) > 20
    assert "pipx install ." in found
    assert found["localai doctor --fix --yes"] == "docs/guides/many-machines.md"
    assert any(one.startswith("localai init") and "esac" in one for one in found)


@pytest.mark.parametrize("kind", ["instead", "left_out", "ends_with", "seconds"])
def test_nothing_is_said_of_a_command_that_no_page_has(kind):
    assert not DATA[kind].keys() - commands().keys()


def test_every_command_of_localai_is_typed():
    """A new one is on a page, and is typed or has a reason why not."""
    names = {one.name for one in typer.main.get_command(app).commands.values() if not one.hidden}
    used = {re.sub(r".*?localai (?:--quiet )?", "", one, count=1).split()[0] for one in commands()}
    assert len(names) > 20
    assert not names - used


#: of click, whose newer versions typer brings with it under another name
INCOMPLETE = ("MissingParameter", "NoSuchOption")


def is_incomplete(command):
    """Whether the command line lacks a part, or has one that nobody knows."""
    group, words, context = typer.main.get_command(app), shlex.split(command)[1:], None
    try:
        while True:
            context = group.make_context("localai", words, parent=context)
            words = [*getattr(context, "_protected_args", []), *context.args]
            if not hasattr(group, "commands") or not words:
                return False
            _, group, words = group.resolve_command(context, words)
    except Exception as error:
        return type(error).__name__ in INCOMPLETE


def test_a_command_that_lacks_a_part_is_said_to_end_so():
    """A page names it without, in a sentence; whoever types it is told what is missing."""
    plain = [one for one in commands() if re.match(r"localai [^|<>;&$\n]+$", typed(one))]
    incomplete = [one for one in plain if not left_out(one) and is_incomplete(typed(one))]
    assert "localai fit" in incomplete
    assert not [one for one in incomplete if 2 not in expected(one)[0]]


def test_a_command_whose_end_depends_on_the_machine_has_several_codes():
    command = next(one for one, its in DATA["ends_with"].items() if its["code"] == [0, 3])
    says = DATA["ends_with"][command]["says"]
    assert [list(typed_commands.faults(command, code, says)) for code in (0, 3)] == [[], []]
    assert list(typed_commands.faults(command, 1, says)) == ["exit code 1 instead of 0 or 3"]


def test_a_word_in_capitals_gets_a_value():
    assert typed("localai connect APP") == "localai connect curl"
    assert typed("localai fit OWNER/MODEL") == "localai fit OWNER/MODEL"


@pytest.mark.parametrize(
    ("code", "printed", "fault"),
    [
        (0, "fine", None),
        (3, "fine", "exit code 3 instead of 0"),
        (None, "", "it did not end in its time"),
        (0, "Traceback (most recent call last)\n", "a traceback"),
    ],
)
def test_what_is_wrong_is_named(code, printed, fault):
    assert list(typed_commands.faults("localai doctor", code, printed)) == [fault] * bool(fault)
