"""The device files of GPUs, whom they are open to, and whether that is this user."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..model.reading import Readings
from ..model.shown import Shown
from ..model.source import Call, Source, Stat

WHO = Call("user.groups")
FILES = (
    Stat("/dev/nvidiactl"), Stat("/dev/nvidia0"), Stat("/dev/nvidia-uvm"), Stat("/dev/kfd"),
    Stat("/dev/dri/renderD*"), Stat("/dev/dxg"), Stat("/dev/accel/accel*"),
)  # fmt: skip
SOURCES: tuple[Source, ...] = (WHO, *FILES)
_LINE = re.compile(r"c([r-][w-].)([r-][w-].)([r-][w-].)\S* (\S+) (\S+)")


@dataclass(frozen=True)
class Node:
    """`may_open`: whether this user may read and write it; None where who asks is not known."""

    path: str
    group: str
    mode: str
    may_open: bool | None = None


@dataclass(frozen=True)
class Nodes:
    nodes: tuple[Node, ...] = ()


def _shown(fact: Nodes) -> tuple[Node, ...]:
    return fact.nodes


SHOWN = Shown(name="device_nodes", fact=Nodes, value=_shown, place=71)


def parse(readings: Readings) -> Nodes:
    who = _who(readings)
    found = ((key, _LINE.match(text)) for file in FILES for key, text in readings.texts(file))
    return Nodes(tuple(_node(key, line, who) for key, line in found if line))


def _node(key: str, line: re.Match[str], who: tuple[str, frozenset[str]] | None) -> Node:
    path, mode = key.removeprefix("stat:"), line[0].split()[0]
    if who is None:
        return Node(path, line[5], mode)
    user, groups = who
    mine = line[1] if user == line[4] else line[2] if line[5] in groups else line[3]
    return Node(path, line[5], mode, user == "root" or mine.startswith("rw"))


def _who(readings: Readings) -> tuple[str, frozenset[str]] | None:
    """The user and all groups of the process that asked."""
    stated = readings.document(WHO)
    try:
        return str(stated["user"]), frozenset(map(str, stated["groups"]))
    except (TypeError, KeyError):
        return None
