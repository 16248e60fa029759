"""Files that go with a question: whether the model can see them, and how much of them has room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..machine.asking import attachments
from ..model.attachment import Attachment, fenced
from ..model.errors import Exit, LocalaiError
from ..model.setup import SetUp
from ..ui import console

#: What most projectors make of one picture, in tokens; those that make more are told by the server.
PICTURE_TOKENS = 1024
#: The name of a file and its fences.
TOKENS_AROUND_FILE = 24
#: A cut text may have a few more tokens than its share.
MARGIN = 0.97
_BRINGS_SIGHT = frozenset({"fetch-projector", "use-projector"})


def read(path: str, setup: SetUp) -> Attachment:
    """The file.

    Raises:
        LocalaiError: it cannot be read, or is a picture and the model sees none.

    """
    found = attachments.read(path)
    if found.picture and not sees(setup):
        raise LocalaiError(
            f"{setup.model} sees no pictures, and {path} is one.",
            "Nothing was asked.",
            "`localai switch --for vision` changes to a model that does.",
            Exit.USAGE,
        )
    return found


def sees(setup: SetUp) -> bool:
    """Whether the model was set up with the file by which it understands pictures."""
    return any(one.get("id") in _BRINGS_SIGHT for one in setup.steps)


def fitted(
    files: Sequence[Attachment], room: int, count: Callable[[str], int]
) -> tuple[Attachment, ...]:
    """The files, texts cut where together they have more than `room` tokens; that is told."""
    pictures = sum(PICTURE_TOKENS for one in files if one.picture)
    texts = [(one, count(fenced(one.text))) for one in files if not one.picture]
    room -= pictures + TOKENS_AROUND_FILE * len(texts)
    total = sum(tokens for _, tokens in texts)
    if not texts or total <= room:
        return tuple(files)
    share = max(0.0, MARGIN * room / total)
    for one, tokens in texts:
        console.say(
            f"{one.name} is too long ({tokens} tokens): the model gets its first {share:.0%}. "
            "`localai init --context N` makes room for more."
        )
    return tuple(one if one.picture else one.cut_to(share) for one in files)


def tokens_of(files: Sequence[Attachment]) -> int:
    """What the pictures take beside the words."""
    return sum(PICTURE_TOKENS for one in files if one.picture)
