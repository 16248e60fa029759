"""`nvidia-smi -q`: labels and values, blocks by indentation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.reading import Readings
from ..model.source import Like
from . import _nvidia_blocks as blocks
from ._sighting import Listing

RANK = 20
QUERY = Like("command:nvidia-smi -q*")
SOURCES = (QUERY,)
HEAD = re.compile(r"GPU\s+((?:[0-9A-Fa-f]{4,8}:)?[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.\d|N/A|\d+)\s*")
LINE = re.compile(r"(\s*)(\S[^:]*?)\s*(?::\s?(.*))?")


def see(readings: Readings) -> Iterator[Listing]:
    for key, text in readings.texts(QUERY):
        if "<nvidia_smi_log" in text:
            continue
        walk = _Walk()
        for line in text.splitlines():
            walk.line(line.expandtabs())
        if walk.found:
            yield Listing(key, tuple(blocks.sightings(walk.found, walk.driver, walk.cuda)))


class _Walk:
    def __init__(self) -> None:
        self.found: list[blocks.Block] = []
        self.stack: list[tuple[int, str]] = []
        self.driver: str | None = None
        self.cuda: str | None = None

    def line(self, line: str) -> None:
        head = HEAD.fullmatch(line.strip())
        parts = LINE.fullmatch(line)
        if head:
            self.found.append(blocks.Block(len(self.found), head[1]))
            self.stack = []
        elif parts:
            self._value(len(parts[1]), blocks.tag(parts[2]), parts[3])

    def _value(self, indent: int, label: str, text: str | None) -> None:
        self.stack = [one for one in self.stack if one[0] < indent]
        path = (*(name for _, name in self.stack), label)
        if text is None:
            self.stack.append((indent, label))
            if label == "mig_device" and self.found:
                self.found[-1].slices.append({})
        elif label == "product_name" and self._misses_head():
            self.found.append(blocks.Block(len(self.found), "", {(label,): text}))
        elif not self.found:
            self._version(label, text)
        elif "mig_device" in path:
            start = path.index("mig_device") + 1
            if self.found[-1].slices:
                self.found[-1].slices[-1].setdefault(path[start:], text)
        else:
            self.found[-1].values.setdefault(path, text)

    def _misses_head(self) -> bool:
        """A text that was filtered may have lost the line that starts each GPU."""
        return not self.found or ("product_name",) in self.found[-1].values

    def _version(self, label: str, text: str) -> None:
        if label in {"driver_version", "kmd_version"}:
            self.driver = self.driver or blocks.version(text)
        elif label in {"cuda_version", "cuda_umd_version"}:
            self.cuda = self.cuda or blocks.version(text)
