"""A licence in two plain sentences: what it allows, and what it asks for."""

from __future__ import annotations

from ..model.licence import Licence


def at_work(licence: Licence) -> str:
    """Whether it may be used at work."""
    if licence.commercial == "yes":
        return "free for any use, also at work."
    if licence.commercial == "no":
        return "not for use at work."
    if licence.commercial:
        return f"at work: {licence.commercial}."
    return "nobody has read it for you."


def sentences(licence: Licence) -> str:
    """What it allows, and what it asks for."""
    allows = {
        "yes": "You may use it for anything, also at work.",
        "no": "You may use it for yourself, but not at work.",
        "": "Nobody has read this licence for you, so read it before you use the model at work.",
    }.get(licence.commercial, f"You may use it for yourself; at work: {licence.commercial}.")
    duties = "; ".join(licence.obligations)
    asks = f"It asks of you: {duties}." if duties else "It names no duties here."
    return f"{allows} {asks}"
