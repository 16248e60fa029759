"""A folder of documents as examples of how they are written.

They hold no questions, so each passage becomes the answer to going on with the one before it. That teaches
style; what the documents say is learned badly, and told as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import encodings, wrong_files
from .examples import ASSISTANT, USER, Data, Example, Fault, Kind, Turn, Weight

FORM = "passages of documents"
#: Short paragraphs, such as a greeting, are joined until a passage has so many characters ...
ENOUGH_CHARS = 200
#: ... and longer ones are parted: a passage and the one before it stay far below 2,048 tokens.
MOST_CHARS = 1500
HONEST = (
    "documents teach how to write, hardly what they say; for questions about them give them to the "
    "question: `localai chat -f FILE`"
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…。])\s+")


@dataclass(frozen=True)
class Document:
    """A file of the folder: its name below the folder, and its bytes."""

    name: str
    content: bytes

    @property
    def parts(self) -> tuple[bytes, bytes]:
        """What makes it another one, for a hash."""
        return self.name.encode("utf-8", "surrogateescape"), self.content

    @property
    def title(self) -> str:
        """Its name without folders and ending, and without bytes that are no letters."""
        name = self.name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def read(documents: Sequence[Document]) -> Data:
    """The passages of all documents, and a fault for each that holds none.

    Never raises: what cannot be read is a fault.
    """
    examples: list[Example] = []
    faults = [] if documents else [Fault(Kind.EMPTY, "there is no document in the folder")]
    for document in documents:
        other = wrong_files.kind_of_document(document.content)
        found = () if other else tuple(_examples(document))
        examples += found
        if not found:
            words = other or "there is no text in it"
            kind = Kind.UNREADABLE if other else Kind.EMPTY
            faults.append(Fault(kind, words, 1, Weight.LEFT_OUT, document.name))
    if examples:
        faults.append(Fault(Kind.STYLE_ONLY, HONEST))
    return Data(FORM if examples else "no document", tuple(examples), tuple(faults))


def _examples(document: Document) -> Iterator[Example]:
    asked = f"Write a text: {document.title}"
    for line, passage in _passages(encodings.decode(document.content).text):
        turns = Turn(USER, asked), Turn(ASSISTANT, passage.strip())
        yield Example(line, turns, document.name)
        asked = f"Go on with this text:\n\n{passage}"


def _passages(text: str) -> Iterator[tuple[int, str]]:
    """Each with the line where it begins."""
    begins, held = 0, ""
    for line, paragraph in _paragraphs(text):
        begins = begins if held else line
        held = f"{held}\n\n{paragraph}" if held else paragraph
        if len(held) >= ENOUGH_CHARS:
            yield from ((begins, one) for one in _parted(held))
            held = ""
    if held:
        yield begins, held


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """What stands between empty lines, each with its first line; in one go, however long the text is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ").lstrip("\ufeff")
    begins, held = 1, list[str]()
    for number, found in enumerate(_LINE.finditer(text), 1):
        if found[0].strip():
            begins = begins if held else number
            held.append(found[0])
        elif held:
            yield begins, "".join(held).strip()
            held = []
    if held:
        yield begins, "".join(held).strip()


def _parted(passage: str) -> Iterator[str]:
    """Between sentences; a sentence that is too long by itself is cut."""
    held = ""
    for sentence in _SENTENCE_END.split(passage):
        if held and len(held) + len(sentence) > MOST_CHARS:
            yield held
            held = ""
        held = f"{held} {sentence}" if held else sentence
        if len(held) > MOST_CHARS:
            *full, held = _cut(held)
            yield from full
    if held:
        yield held


def _cut(text: str) -> list[str]:
    pieces = (text[at : at + MOST_CHARS].strip() for at in range(0, len(text), MOST_CHARS))
    return [one for one in pieces if one] or [""]
