"""A name that is longer than any file system takes is a name that is not there, not a disk without room."""

from __future__ import annotations

import pytest

from localai_setup.model.errors import Exit

pytestmark = pytest.mark.quick
LONG = "a" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ("fit", LONG),
        ("fit", f"{LONG}.gguf"),
        ("fleet", "report", LONG),
        ("init", "--dry-run", "--model", f"{LONG}.gguf"),
        ("init", "--dry-run", "--drafting", f"{LONG}.gguf"),
        ("tune", LONG),
        ("explain", LONG),
    ],
    ids=" ".join,
)
def test_a_name_that_is_too_long_is_told_as_one_that_is_not_there(localai, arguments):
    done = localai(*arguments)
    assert done.returncode in (Exit.USAGE, Exit.PROBLEM, Exit.OK)
    assert "system refused" not in done.stderr and "Make room" not in done.stderr
