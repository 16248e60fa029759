"""An upgrade or a switch in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..model.setup import SetUp
from ..model.sizes import size_words

NOTHING = {
    "localai.upgrade/1": "{model} is set up with the newest engine and files that this version of "
    "localai knows; nothing was changed.",
    "localai.switch/1": "That is what is set up here already ({model}); nothing was changed.",
}
#: what changes with the model or engine and is told by its name alone: its values are for programs
BY_NAME = frozenset({"thinking", "program that starts the engine"})


def changes(document: Mapping[str, Any], before: SetUp) -> list[str]:
    """What would change, and what is downloaded for it."""
    if not document["changes"]:
        return [NOTHING[document["schema"]].format(model=before.model)]
    lines = [f"{before.model} is set up here. This would change:"]
    for one in document["changes"]:
        values = (
            [] if one["what"] in BY_NAME else [f"    from {one['from']}", f"    to   {one['to']}"]
        )
        lines += [f"  {one['what']}", *values]
    fetched = [
        f"  {one['file']} ({size_words(one['bytes'])}) from {one['from']}"
        for one in document["downloads"]
    ]
    lines += ["Downloaded for it:", *fetched] if fetched else ["Nothing is downloaded for it."]
    kept = "The set-up of now is kept until the other one has answered, and after that for the way back."
    return [*lines, kept]


def kept(document: Mapping[str, Any]) -> str:
    """What is kept for the way back, a sentence."""
    size = size_words(document["bytes"]) if document["bytes"] else "nothing more on the disk"
    return (
        f"Kept for the way back: {document['model']} on {document['build']} ({size}). "
        "`localai switch --back` goes back to it; `localai models` lists what takes space."
    )
