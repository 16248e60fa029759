"""What people type first who know other programs: each is told the command that does it here."""

from __future__ import annotations

from ..model.errors import Exit, LocalaiError

SET_UP = "`localai init` sets up an AI on this computer."
TALK = "`localai chat` talks to the model that `localai init` sets up."
START = "`localai up` starts the server, `localai down` stops it."
MODELS = (
    "`localai models` lists what is on this disk and which one is in use, `localai recipes list` "
    "which models there are."
)
AT_LOGIN = "`localai service on` starts the server at each login, `localai service off` ends that."
PAGE = "`localai open` opens a page to chat on in the browser."
CHANGE = (
    "`localai switch MODEL` changes to another one, `localai recipes list` shows which there are."
)
DELETE = (
    "`localai models remove NAME` removes a model or an engine, `localai uninstall` everything that "
    "localai brought."
)
CHECK = (
    "`localai doctor` looks for what is wrong here, `localai detect` says what this computer is."
)
REPAIR = (
    "`localai doctor --fix` repairs what localai set up; `localai doctor` says what else to do."
)

#: a command of other programs → what to type here
HINTS: dict[str, str] = {
    "run": f"{TALK} {SET_UP}",
    "ask": TALK,
    "talk": TALK,
    "install": SET_UP,
    "setup": SET_UP,
    "set-up": SET_UP,
    "start": START,
    "server": START,
    "stop": START,
    "restart": START,
    "list": MODELS,
    "ls": MODELS,
    "ps": "`localai status` says what is set up and whether it runs, `localai models` what is on this disk.",
    "disk": MODELS,
    "autostart": AT_LOGIN,
    "enable": AT_LOGIN,
    "disable": AT_LOGIN,
    "daemon": AT_LOGIN,
    "web": PAGE,
    "ui": PAGE,
    "webui": PAGE,
    "browser": PAGE,
    "du": MODELS,
    "show": "`localai recipes show MODEL` tells about a model, `localai status` what is set up.",
    "info": "`localai status` says what is set up, `localai detect` what this computer is.",
    "pull": CHANGE,
    "download": CHANGE,
    "change": CHANGE,
    "use": CHANGE,
    "rm": DELETE,
    "remove": DELETE,
    "delete": DELETE,
    "update": "`localai upgrade` brings the newest engine and model that this version knows.",
    "check": CHECK,
    "diagnose": CHECK,
    "test": CHECK,
    "fix": REPAIR,
    "repair": REPAIR,
    "version": "`localai --version` says which version this is.",
}  # fmt: skip


def in_our_words(arguments: list[str]) -> list[str]:
    """The command line with `help COMMAND` as `COMMAND --help`.

    Raises:
        LocalaiError: the command is one of another program.

    """
    name, rest = "".join(arguments[:1]), arguments[1:]
    if name == "help":
        return [*rest, "--help"]
    if name in HINTS:
        raise LocalaiError(f"There is no command `{name}`.", hint=HINTS[name], exit_code=Exit.USAGE)
    return arguments
