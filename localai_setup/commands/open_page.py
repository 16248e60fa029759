"""A page to chat on, in the browser: the engine's own where it has one, else ours."""

from __future__ import annotations

import sys
from html import escape
from importlib import resources

from ..machine.running import browsing, page_server
from ..machine.running.page_server import Pages, PageServer, Upstream
from ..machine.workbench import Workbench
from ..model.errors import Exit
from ..model.setup import SetUp
from ..ui import console, jsonout
from ._options import Options
from ._setup import require_chat, saved, server

SCHEMA = "localai.open/1"
STDIN = 0


def open_page(options: Options, *, browser: bool, own_page: bool) -> Exit:
    """Serve it until Ctrl-C, or the end of a script's input; the link is shown, and opened where there is a browser."""
    setup, bench = saved(), Workbench(offline=options.offline)
    require_chat(setup)
    running = server(setup, bench)
    is_own = own_page or setup.place is not None or not page_server.has_page(running.port)
    served = PageServer(Upstream(running.port, running.api_key), _pages(setup, is_own=is_own))
    try:
        opened = (
            browser and browsing.is_there() and browsing.open_link(served.link, served.link_once)
        )
        _tell(options, served, opened=opened)
        if options.json and not sys.stdin.isatty():
            _serve_while_open(served)
        else:
            served.serve()
    except KeyboardInterrupt:
        console.say("\nThe page is closed; the model's server goes on. `localai down` stops it.")
    finally:
        served.close()
        browsing.forget()
    return Exit.OK


def _serve_while_open(served: PageServer) -> None:
    """For the program that started this: it closes our input, or ends, and the page is closed."""
    console.say("The page is served until the input of this command ends.")
    served.serve_while_open(STDIN)
    console.say("The input has ended, so the page is closed; the model's server goes on.")


def _pages(setup: SetUp, *, is_own: bool) -> Pages:
    text = _file("chat.html" if is_own else "start.html")
    values = {"{{title}}": setup.model, "{{served_as}}": setup.served_as or setup.model}
    for name, value in values.items():
        text = text.replace(name, escape(value))
    return Pages(text, is_own)


def _file(name: str) -> str:
    return (resources.files("localai_setup") / "data" / name).read_text(encoding="utf-8")


def _tell(options: Options, served: PageServer, *, opened: bool) -> None:
    whose = "localai" if served.pages.is_own else "engine"
    if options.json:
        jsonout.write({"schema": SCHEMA, "link": served.link, "page": whose, "opened": opened})
        return
    console.show_unwrapped(served.link)
    if opened:
        console.say("It is open in your browser.")
    else:
        console.say("Open this link in a browser on this computer.")
    console.say(
        "It works while this command runs and for who has the link; Ctrl-C closes the page.",
    )
