"""Which files the model recipes pin on the hub, and whether what the hub lists is still that."""

from __future__ import annotations

from collections.abc import Iterable

from ..model.pin import HubFile, Listing, Pin, PinCheck
from ..model.recipe import ModelRecipe


def pins(models: Iterable[ModelRecipe]) -> list[Pin]:
    """Every file that comes from the hub; those of a package index are not among them."""
    return [
        Pin(model.id, file.repository, file.revision, file.file, file.bytes, file.sha256)
        for model in models
        for complete in (*model.files, *([model.drafter.file] if model.drafter else []))
        for file in complete.each
        if file.repository
    ]


def checked(pin: Pin, pinned: Listing, newest: Listing) -> PinCheck:
    """`pinned` is the listing at the pin's revision, `newest` that of the repository's main branch."""
    state, why = _state(pin, pinned)
    moved = bool(newest.revision) and newest.revision != pin.revision
    found = newest.files.get(pin.file)
    word = ("gone" if found is None else _sameness(pin, found)) if moved else ""
    return PinCheck(pin, state, why, newest.revision if moved else "", word)


def _state(pin: Pin, pinned: Listing) -> tuple[str, str]:
    if pinned.trouble and not pinned.gone:
        return "unknown", pinned.trouble
    if pinned.gone:
        return "gone", pinned.trouble or f"there is no revision {pin.revision[:7]}"
    found = pinned.files.get(pin.file)
    if found is None:
        return "gone", f"revision {pin.revision[:7]} has no such file"
    if found.bytes and found.bytes != pin.bytes:
        return "altered", f"it has {found.bytes:,} bytes, not {pin.bytes:,}"
    if found.sha256 and found.sha256 != pin.sha256:
        return "altered", f"its sha256 is {found.sha256[:12]}…, not {pin.sha256[:12]}…"
    if not found.bytes or not found.sha256:
        return "unknown", "the hub tells neither size nor hash of it"
    return "holds", ""


def _sameness(pin: Pin, found: HubFile) -> str:
    if not found.sha256:
        return "unknown"
    return "same" if found.sha256 == pin.sha256 else "other"
