"""A file that is given to the model with a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Attachment:
    """`text` of a document, or `picture` as a data URI; the other one is empty."""

    name: str
    text: str = ""
    picture: str = ""

    def cut_to(self, share: float) -> Attachment:
        """Its beginning, by characters."""
        return replace(self, text=self.text[: int(share * len(self.text))])


def question(words: str, files: Sequence[Attachment]) -> str | list[dict[str, object]]:
    """A user's message: the documents, each between fences below its name, then the words; in parts where
    there are pictures.
    """
    texts = [f"{one.name}:\n{fenced(one.text)}" for one in files if not one.picture]
    text = "\n\n".join([*texts, words])
    pictures: list[dict[str, object]] = [
        {"type": "image_url", "image_url": {"url": one.picture}} for one in files if one.picture
    ]
    return [*pictures, {"type": "text", "text": text}] if pictures else text


def fenced(text: str) -> str:
    """Between fences that the text itself does not have."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"
