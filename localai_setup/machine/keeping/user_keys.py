"""Keys for other people, by name: each can be taken back without changing anybody else's.

The server asks every request for one of them or for the owner's own (`api_keys`). They lie in a file for
its owner's eyes alone, and beside it once more as a server reads them, a key on each line.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

from ...model.decoding import DecodeError, decode
from ...model.errors import Exit, LocalaiError, nearest
from . import folders, patience, plain_files
from .api_keys import PREFIX, RANDOM_BYTES, USABLE
from .writing import write_atomically

SCHEMA = "localai.user-keys/1"
#: far above what a proxy ever counts; beyond 2^63 none of them reads its settings
MOST = 1_000_000
#: what begins with a hyphen would be read as a flag
_NAME = re.compile(r"[\w.@][\w.@-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class UserKey:
    """`since` is the UTC day on which it was made. Who has it may have so many answers written `at_once`,
    and ask for so many `per_minute`; 0: as many as there are places.
    """

    name: str
    key: str
    since: str
    at_once: int = 0
    per_minute: int = 0

    @property
    def is_limited(self) -> bool:
        return bool(self.at_once or self.per_minute)

    @property
    def rule(self) -> str:
        """What a server has to know of it."""
        return f"{self.key} {self.at_once} {self.per_minute}" if self.is_limited else self.key


@dataclass(frozen=True)
class _Kept:
    keys: tuple[UserKey, ...] = ()


def path() -> Path:
    return folders.folder("state") / "user-keys.json"


def listed() -> Path:
    """The file that a server reads."""
    return folders.folder("state") / "user-keys.txt"


def all_() -> tuple[UserKey, ...]:
    """In the order in which they were made. Raises LocalaiError where the file cannot be read."""
    try:
        content = plain_files.read_bytes(path())
    except FileNotFoundError:
        return ()
    try:
        return _usable(decode(_Kept, json.loads(content)).keys)
    except (ValueError, DecodeError, RecursionError):
        raise LocalaiError(
            f"{path()} cannot be read as a file of keys.",
            "Without it nobody knows whose key is whose.",
            "Remove it, and give everybody a new key: `localai serve keys add NAME`.",
        ) from None


def _usable(keys: tuple[UserKey, ...]) -> tuple[UserKey, ...]:
    """The same. Raises ValueError for a name, key or limit that is none: with a line break in it one would be two."""
    if not all(_NAME.fullmatch(one.name) and USABLE.fullmatch(one.key) for one in keys):
        raise ValueError("a name or key that cannot be one")
    if not all(0 <= most <= MOST for one in keys for most in (one.at_once, one.per_minute)):
        raise ValueError("a limit that nobody can keep")
    return keys


def trouble() -> str | None:
    """What is wrong with the file, as the end of a sentence; None where nothing is, or permissions are."""
    try:
        all_()
    except LocalaiError:
        return "it cannot be read as a file of keys"
    except OSError:
        return None  # `own_files` tells that
    return None


def limited() -> tuple[UserKey, ...]:
    """Those that have a limit. Raises as `all_`."""
    return tuple(one for one in all_() if one.is_limited)


def add(name: str, at_once: int = 0, per_minute: int = 0) -> UserKey:
    """A new key with these limits, 0 for none.

    Raises:
        LocalaiError: the name has a key already, or cannot be one; a limit is too large.
        OSError: it cannot be kept.

    """
    known = all_()
    if not _NAME.fullmatch(name):
        raise LocalaiError(
            f"{name!r} cannot name a key.",
            hint="Up to 64 letters, digits and . _ @ - are possible, no hyphen first: `localai serve keys add anna`.",
            exit_code=Exit.USAGE,
        )
    if max(at_once, per_minute) > MOST:
        raise LocalaiError(
            f"A limit of {max(at_once, per_minute)} cannot be counted.",
            hint=f"Up to {MOST} can be; without a limit there are as many answers as places.",
            exit_code=Exit.USAGE,
        )
    if any(one.name == name for one in known):
        raise LocalaiError(
            f"{name} has a key already.",
            "It is shown only once, when it is made.",
            f"A new one in its place: `localai serve keys remove {name}`, then add it again.",
        )
    new = UserKey(name, PREFIX + secrets.token_hex(RANDOM_BYTES), _today(), at_once, per_minute)
    _keep((*known, new))
    return new


def remove(name: str) -> None:
    """Raises LocalaiError where there is no key of this name, OSError where that cannot be kept."""
    known = all_()
    if all(one.name != name for one in known):
        near = nearest(name, [one.name for one in known])
        raise LocalaiError(
            f"Nobody called {name} has a key.",
            hint=f"Did you mean `{near}`?" if near else "`localai serve keys list` names them.",
            exit_code=Exit.USAGE,
        )
    _keep(tuple(one for one in known if one.name != name))


def for_server() -> str:
    """The file that a server reads, as it has to be now; empty where there is no key. Raises as `all_`."""
    known = all_()
    if not known:
        patience.unlink(listed())
        return ""
    write_atomically(listed(), "".join(f"{one.key}\n" for one in known).encode())
    return str(listed())


def fingerprint() -> str:
    """What tells these keys and limits from others, without telling them; empty where there are none."""
    known = sorted(one.rule for one in all_())
    return sha256("\n".join(known).encode()).hexdigest()[:16] if known else ""


def _keep(keys: tuple[UserKey, ...]) -> None:
    document = {"schema": SCHEMA, "keys": [asdict(one) for one in keys]}
    write_atomically(path(), json.dumps(document, indent=1).encode())


def _today() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%d")
