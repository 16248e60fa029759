"""What a fix needs and does beside its commands: the words that a person should read before."""

from __future__ import annotations

from ..model.finding import Fix

ROOT = "needs an administrator"
REBOOT = "restarts the computer"


def needs(fix: Fix, root: str = ROOT) -> tuple[str, ...]:
    """What holds of the fix, in its order; `root` is how the administrator's part is said here."""
    shell = f"in {fix.shell}"
    holding = ((root, fix.needs_root), (REBOOT, fix.reboot), (shell, bool(fix.shell)))
    return tuple(words for words, holds in holding if holds)


def in_brackets(fix: Fix, root: str = ROOT) -> str:
    """The same behind a sentence; empty where nothing holds."""
    found = needs(fix, root)
    return f" ({', '.join(found)})" if found else ""
