"""What the server wrote, without passwords, tokens and keys: logs are often sent on."""

from __future__ import annotations

import sys

from ..machine.asking.redact import without_secrets
from ..machine.keeping import statefile, tail
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..ui import console, jsonout
from ._options import Options

THEIR_LOG = "A service writes to the system's: `journalctl -u ollama`, for example."
THEIR_LOG_ON_WINDOWS = 'Ollama\'s own is read, in PowerShell, by `localai explain "$env:LOCALAPPDATA\\Ollama\\server.log"`.'


def logs(options: Options, *, lines: int, follow: bool) -> Exit:
    """The last lines of the log; `follow` goes on until Ctrl-C."""
    setup = statefile.peek()
    log = Workbench().serving.log(setup.place if setup else None)
    if log is None:
        raise LocalaiError(
            "The server was not started by localai, which has no log of it.",
            hint=THEIR_LOG_ON_WINDOWS if sys.platform == "win32" else THEIR_LOG,
        )
    if not log.exists():
        raise LocalaiError(
            "There is no log: the server was not started yet.", hint="Start it with `localai up`."
        )
    last = without_secrets("\n".join(tail.last_lines(log, lines))).split("\n")
    if options.json:
        jsonout.write({"schema": "localai.logs/1", "file": str(log), "lines": last})
        return Exit.OK
    for line in last:
        console.show_unwrapped(line)
    for line in tail.follow(log) if follow else ():
        console.show_unwrapped(without_secrets(line))
    return Exit.OK
