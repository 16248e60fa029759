"""`nvidia-smi -q -x`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from ..model.facts import Unknown
from ..model.reading import Readings
from ..model.source import Command
from . import _nvidia_blocks as blocks
from ._sighting import Listing

RANK = 10
XML = Command("nvidia-smi", "-q", "-x")
SOURCES = ()
FOLLOW_UP = {"nvidia": (XML,)}
ROOT = "<nvidia_smi_log"


def see(readings: Readings) -> Iterator[Listing]:
    text = readings.text(XML)
    if text is None or ROOT not in text:
        return
    walk = _Walk()
    complete = walk.over(text[text.index(ROOT) :])
    cut = Unknown("gpus.nvidia", "garbled", "the answer breaks off or is damaged", XML.key)
    found = blocks.sightings(walk.found, walk.driver, walk.cuda)
    yield Listing(XML.key, tuple(found), unknown=() if complete else (cut,))


class _Walk:
    """Collects values while the text lasts. The prologue with its DTD is never given to the parser."""

    def __init__(self) -> None:
        self.found: list[blocks.Block] = []
        self.path: list[str] = []
        self.driver: str | None = None
        self.cuda: str | None = None

    def over(self, text: str) -> bool:
        """Whether the document was whole."""
        parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
        with contextlib.suppress(ParseError):
            parser.feed(text)
        for step, element in _events(parser):
            self._start(element) if step == "start" else self._end(element)
        return not self.path

    def _start(self, element: Element) -> None:
        self.path.append(blocks.tag(element.tag))
        if self.path[1:] == ["gpu"]:
            self.found.append(blocks.Block(len(self.found), element.get("id", "")))
        if self.path[1:] == ["gpu", "mig_devices", "mig_device"]:
            self.found[-1].slices.append({})

    def _end(self, element: Element) -> None:
        path = tuple(self.path[1:])
        self.path.pop()
        text = element.text or ""
        if path in {("driver_version",), ("kmd_version",)}:
            self.driver = self.driver or blocks.version(text)
        elif path in {("cuda_version",), ("cuda_umd_version",)}:
            self.cuda = self.cuda or blocks.version(text)
        elif path[:3] == ("gpu", "mig_devices", "mig_device"):
            self.found[-1].slices[-1].setdefault(path[3:], text)
        elif path[:1] == ("gpu",):
            self.found[-1].values.setdefault(path[1:], text)


def _events(parser: XMLPullParser[Any]) -> Iterator[tuple[str, Element]]:
    """Events up to the place where the text is damaged."""
    with contextlib.suppress(ParseError):
        for event in parser.read_events():
            yield cast("tuple[str, Element]", event)
