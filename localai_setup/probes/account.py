"""Who asks: this user's groups, the engine's own account, and the machine code of programs here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..model.reading import Missing, Readings, Text
from ..model.source import Command, Like, Source, Stat
from .services import ACCOUNT

GROUPS = Command("groups")
NODE = Stat("/dev/kfd")
SOURCES: tuple[Source, ...] = (ACCOUNT, Like(GROUPS.key), Like("command:id*"), NODE)


@dataclass(frozen=True)
class Account:
    """`groups` is None where not told; `node_group` the group of /dev/kfd where others are kept out.

    `home` is the folder of the account `ollama`, `home_missing` whether it is known not to exist.
    """

    groups: frozenset[str] | None = None
    groups_source: str = GROUPS.key
    node_group: str = ""
    home: str = ""
    home_missing: bool = field(default=False)


def follow_up(readings: Readings) -> Sequence[Source]:
    home = _home(readings)
    asked: list[Source] = [Stat(home)] if home else []
    return [*asked, GROUPS] if isinstance(readings.of(NODE), Text) else asked


def parse(readings: Readings) -> Account:
    home = _home(readings)
    stated = [(key, groups) for key, text in _tellers(readings) if (groups := _groups(key, text))]
    return Account(
        stated[0][1] if stated else None,
        stated[0][0] if stated else GROUPS.key,
        _guard(readings.text(NODE) or ""),
        home,
        bool(home) and isinstance(readings.of(Stat(home)), Missing),
    )


def _home(readings: Readings) -> str:
    parts = (readings.text(ACCOUNT) or "").strip().split(":")
    # name:password:uid:gid:comment:home:shell
    return parts[5] if len(parts) == 7 and parts[5].startswith("/") else ""  # noqa: PLR2004


def _tellers(readings: Readings) -> list[tuple[str, str]]:
    return [*readings.texts(GROUPS.key), *readings.texts("command:id*")]


def _groups(key: str, text: str) -> frozenset[str]:
    if "groups=" in text:
        return frozenset(re.findall(r"\(([^)]+)\)", text))
    plain = text.partition(" : ")[2] or text
    return (
        frozenset(plain.split())
        if key == GROUPS.key or "-nG" in key or "-Gn" in key
        else frozenset()
    )


def _guard(stat: str) -> str:
    """`crw-rw---- root render` → render; "" where everybody may, or where it does not tell."""
    found = re.match(r"c.{5}-{3}\S* \S+ (\S+)", stat)
    return found[1] if found else ""
