"""The change to another program's settings file: worked out, shown, made, and taken back."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, cast

from ..machine.keeping import api_keys, connections, program_files
from ..machine.keeping.connections import Connected
from ..model.app import App, Connection, SettingsFile
from ..model.errors import LocalaiError
from ..settings_text.merging import merged
from ..settings_text.removing import without
from ..settings_text.tree import Format, UnreadableError

#: stands in a diff for a file that is not there
NOTHING = "/dev/null"


@dataclass(frozen=True)
class Change:
    """What a file holds now and is to hold; None for a file that is not there. `base` is what it holds
    without us. `narrows`: others than its owner can read it now, and it is to hold a key.
    """

    program: str
    file: Path
    now: bytes | None
    then: bytes | None
    base: bytes | None
    narrows: bool = False

    @property
    def is_needed(self) -> bool:
        return self.now != self.then or self.narrows

    @property
    def diff(self) -> str:
        """The change as `diff -u` shows it."""
        before, after = (_text(one or b"").splitlines() for one in (self.now, self.then))
        old, new = (str(self.file) if one is not None else NOTHING for one in (self.now, self.then))
        return "\n".join(difflib.unified_diff(before, after, old, new, lineterm=""))


def connecting(app: App) -> Change | None:
    """What connecting would change; None for a program whose settings are no file of its own.

    A program that was connected before is taken back first, so that nothing of it is left.

    Raises:
        LocalaiError: the file cannot be read, or is of another shape.

    """
    if app.writes is None:
        return None
    known = connections.load().get(app.id)
    file, now = _settings(app.writes, known)
    form = app.writes.format
    if form == "own":
        base = _original(known) if known else now
        return Change(app.id, file, now, _bytes(app.settings), base, _narrows(app, file))
    base = _base(known, now) if known else now
    try:
        then = merged(_text(base or b""), app.settings, form, app.writes.defaults)
    except UnreadableError as error:
        raise _unreadable(file, app, str(error)) from None
    return Change(app.id, file, now, _bytes(then), base, _narrows(app, file))


def _settings(writes: SettingsFile, known: Connected | None) -> tuple[Path, bytes | None]:
    """The file that was written before, as long as it is there, else the one that the program reads; and
    what it holds. The record may be damaged, so no folder is ever made where it says.
    """
    if known and (now := connections.content(Path(known.file))) is not None:
        return Path(known.file), now
    file = program_files.settings_path(writes)
    return file, connections.content(file)


def _narrows(app: App, file: Path) -> bool:
    return bool(_keys(app.settings)) and connections.open_mode(file) is not None


def connect(app: App, change: Change, connection: Connection) -> None:
    """Make the change. The file as it was is kept first, and what was written is on record.

    Raises:
        LocalaiError: the file was changed since the change was worked out, or cannot be written.

    """
    assert app.writes, "only a program with a file has a change"
    assert change.then is not None, "connecting never removes a file"
    _check_unchanged(change)
    known = connections.load().get(app.id)
    kept, written = _kept(app, change, known)
    part = connections.copied(f"{app.id}.part", _bytes(app.settings))
    mode = connections.open_mode(change.file) if change.narrows else None
    mode = known.mode if known and known.mode is not None else mode
    made = known.made if known and known.file == str(change.file) else ()
    one = Connected(
        app.id, str(change.file), app.writes.format, part, connection.address,
        connection.model, written, kept, made, mode,
    )  # fmt: skip
    connections.keep(one)
    new = connections.write(change.file, change.then, private=change.narrows)
    connections.keep(replace(one, made=made or new))


def _kept(app: App, change: Change, known: Connected | None) -> tuple[str, str]:
    """The copy of the file as it was, and the digest of what is written now.

    Where something of ours remains in what would be copied, the older copy stays, and the digest is
    empty: the file is never given back as that copy, which lacks what its owner wrote since.
    """
    if known and remains(known, replace(change, then=change.base)):
        return known.kept, ""
    kept = "" if change.base is None else connections.copied(f"{app.id}.before", change.base)
    return kept, connections.digest(change.then or b"")


def disconnecting(known: Connected) -> Change:
    """What taking a program's settings back would change.

    Raises:
        LocalaiError: the file cannot be read any more.

    """
    file = Path(known.file)
    now = connections.content(file)
    base = _base(known, now)
    return Change(known.program, file, now, base, base)


def disconnect(known: Connected, change: Change) -> list[int]:
    """Give the file back, and forget the program, unless something of ours remains in the file; the lines
    where it does.

    Raises:
        LocalaiError: the file was changed since the change was worked out, or cannot be written.

    """
    _check_unchanged(change)
    lines = remains(known, change)
    if change.is_needed and change.then is None:
        connections.remove(change.file, known.made)
    elif change.is_needed and change.then is not None:
        connections.write(change.file, change.then)
    if not lines:
        connections.restore_mode(change.file, known.mode)
        connections.forget(known)
    return lines


def remains(known: Connected, change: Change) -> list[int]:
    """Lines, from 1, that hold our address or key even after the change, as somebody changed what stood
    around them; none that the owner had before.
    """
    if change.then is None or way(known, change) == "as-before":
        return []
    before = {line.strip() for line in _text(_original(known) or b"").splitlines()}
    ours = _marks(known)
    lines = enumerate(_text(change.then).splitlines(), 1)
    return [
        number
        for number, line in lines
        if line.strip() not in before and any(mark in line for mark in ours)
    ]


def _marks(known: Connected) -> set[str]:
    """Our address, and the keys that were written beside it."""
    part = _text(connections.content(Path(known.part)) or b"")
    return {known.address, *_keys(part)}


def _keys(settings: str) -> set[str]:
    """The API keys of ours in it."""
    keys = {*re.findall(rf"{api_keys.PREFIX}[\w-]+", settings), api_keys.read() or ""}
    return {key for key in keys if key and key in settings}


def _check_unchanged(change: Change) -> None:
    """Raises LocalaiError where the file holds something else by now."""
    if connections.content(change.file) == change.now:
        return
    raise LocalaiError(
        f"{change.file} was changed by somebody else in the meantime.",
        "What they wrote would be lost, so nothing was changed.",
        "Run the same command again; it shows the change to the file as it is now.",
    )


Way = Literal["as-before", "our-part", "gone"]


def way(known: Connected, change: Change) -> Way:
    """How the file is given back: to the byte, without our part alone, or not, as it is not there."""
    if change.now is None:
        return "gone"
    return "as-before" if connections.digest(change.now) == known.written else "our-part"


def _base(known: Connected, now: bytes | None) -> bytes | None:
    """The file without what we wrote: as it was, where nobody changed it since."""
    if now is None:
        return None
    old = _original(known)
    if connections.digest(now) == known.written:
        return old
    if known.format == "own":
        return now
    form = cast("Format", known.format)
    try:
        part = connections.content(Path(known.part)) or b""
        return _bytes(without(_text(now), _text(old or b""), _text(part), form))
    except UnreadableError as error:
        raise LocalaiError(
            f"{known.file} cannot be read as settings any more: {error}.",
            f"Its part of localai ({known.address}) cannot be found in it; nothing was changed.",
            f"Correct it, or compare it with the copy of before: {known.kept or 'there was none'}.",
        ) from None


def _original(known: Connected) -> bytes | None:
    """The file as it was before the program was connected; None where there was none."""
    return connections.content(Path(known.kept)) if known.kept else None


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _unreadable(file: Path, app: App, why: str) -> LocalaiError:
    return LocalaiError(
        f"{file} cannot be read as settings of {app.id}: {why}.",
        "Nothing was changed.",
        f"Correct it, or put the settings there by hand: `localai connect {app.id} | more`.",
    )
