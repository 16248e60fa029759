"""Questions are data: what a probe wants to know, and the key under which the answer is kept.

A key is the canonical spelling of a question (`command:nvidia-smi -q -x`, `file:/proc/meminfo`);
it is what a recording holds. A `*` in a key asks for everything that matches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

#: No external program may hold up a survey for longer than this.
DEFAULT_TIMEOUT_SECONDS = 2.5


@dataclass(frozen=True, init=False)
class Command:
    """Run a program without a shell, in the C locale, and read what it prints."""

    argv: tuple[str, ...]
    timeout_seconds: float

    def __init__(self, *argv: str, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        object.__setattr__(self, "argv", argv)
        object.__setattr__(self, "timeout_seconds", timeout_seconds)

    @property
    def key(self) -> str:
        return "command:" + " ".join(self.argv)


@dataclass(frozen=True)
class File:
    """Read a text file. A `*` in the path reads every match; `<state>` and the like are our own folders."""

    path: str

    @property
    def key(self) -> str:
        return "file:" + self.path


@dataclass(frozen=True)
class Stat:
    """Mode, owner and group of a path, printed as `crw-rw---- root render`. May hold a `*`."""

    path: str

    @property
    def key(self) -> str:
        return "stat:" + self.path


@dataclass(frozen=True)
class Env:
    """An environment variable."""

    name: str

    @property
    def key(self) -> str:
        return "env:" + self.name


@dataclass(frozen=True)
class Get:
    """An HTTP GET. Anything beyond loopback is asked only where the network was allowed."""

    url: str
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS

    @property
    def key(self) -> str:
        return "http:" + self.url


@dataclass(frozen=True)
class Call:
    """A function of a library, known by name to the machine; the answer is JSON."""

    name: str
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS

    @property
    def key(self) -> str:
        return "call:" + self.name


@dataclass(frozen=True)
class Like:
    """Never asked of a live machine, but understood where a recording holds a key like it."""

    pattern: str

    @property
    def key(self) -> str:
        return self.pattern


Source: TypeAlias = Command | File | Stat | Env | Get | Call | Like
