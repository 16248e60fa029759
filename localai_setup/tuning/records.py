"""A record of a file of examples, before anybody knows whether it is an example."""

from __future__ import annotations

from dataclasses import dataclass

#: A cell or a line longer than this is no example but a wrong file.
MAX_FIELD_CHARS = 1 << 20


@dataclass(frozen=True)
class Record:
    """What stands there, or why it cannot be read, and the line where it begins. `doubt` is what a person
    should look at in one that is read.
    """

    line: int
    value: object = None
    fault: str = ""
    doubt: str = ""
