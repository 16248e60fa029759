"""What `typed_commands.py` types is what README and docs tell to type."""

import pytest

from . import typed_commands
from .typed_commands import DATA, commands, typed

pytestmark = pytest.mark.quick


def test_every_kind_of_command_is_found():
    found = commands()
    assert len(found) > 20
    assert "pipx install ." in found
    assert found["localai doctor --fix --yes"] == "docs/guides/many-machines.md"
    assert any(one.startswith("localai init") and "esac" in one for one in found)


@pytest.mark.parametrize("kind", ["instead", "left_out", "ends_with", "seconds"])
def test_nothing_is_said_of_a_command_that_no_page_has(kind):
    assert not DATA[kind].keys() - commands().keys()


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
