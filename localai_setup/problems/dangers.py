"""What the commands of a fix need and cost, told from the commands: a page cannot forget to say it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ..model.finding import Fix

#: sudo anywhere in a command, and Ollama's installer, which calls it itself (uv's installs in the home)
_NEEDS_ROOT = re.compile(
    r"\b(?:sudo|doas|pkexec)\b|\bollama\.com/install\.sh \| (?:\w+=\S+ )*(?:ba)?sh\b"
    r"|\bsh ollama-install\.sh\b"
)
#: switching off counts as well: either way everything that runs is ended
_RESTARTS = re.compile(
    r"^(?:sudo )?(?:systemctl )?(?:reboot|poweroff)\b|^(?:sudo )?shutdown(?:\.exe)? [-/][rsPh]\b"
    r"|^Restart-Computer\b"
)
UNSAVED_WORK = "Unsaved work in open programs is lost."


def with_dangers(fix: Fix) -> Fix:
    """The fix with what its commands show. What only a person does stands on the page itself."""
    reboot = _any(_RESTARTS, fix.commands)
    return replace(
        fix,
        needs_root=fix.needs_root or _any(_NEEDS_ROOT, fix.commands),
        reboot=fix.reboot or reboot,
        loses=fix.loses or (UNSAVED_WORK if reboot else ""),
    )


def _any(pattern: re.Pattern[str], commands: Iterable[str]) -> bool:
    return any(pattern.search(command) for command in commands)
