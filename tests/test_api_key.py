"""The key that the server asks for: made once, private, on no command line; and whom the server lets in."""

import json
import stat
import sys
from dataclasses import asdict, replace

import psutil
import pytest

from localai_setup.commands import up as up_command
from localai_setup.engines import _runner_settings, _server_flags
from localai_setup.machine.keeping import api_keys
from localai_setup.machine.running import ports
from localai_setup.machine.running.answers import Answers
from localai_setup.model.app import Connection
from localai_setup.model.errors import LocalaiError
from localai_setup.model.server import HOST, listening_addresses
from localai_setup.probes.engines import Engine
from localai_setup.ui import connecttext, console

from .server_fixtures import PROGRAM, QUESTION, posix, quiet_port, servers, settings

__all__ = ["servers"]
PLAIN = replace(settings(), api_key=None)


@pytest.fixture
def started(servers):  # noqa: F811
    return servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp")


def test_a_server_asks_for_a_key_that_was_made_for_it(started):
    assert started.api_key == api_keys.read()
    assert len(started.api_key) > 40
    assert Answers().ask(started.port, QUESTION, started.api_key).text
    for key in (None, "another"):
        with pytest.raises(LocalaiError, match="401: Invalid API Key"):
            Answers().ask(started.port, QUESTION, key)


@posix
def test_the_key_is_for_its_owner_alone_and_on_no_command_line(started, servers):  # noqa: F811
    for file in (api_keys.path(), servers.record):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert all(started.api_key not in word for word in psutil.Process(started.pid).cmdline())
    opened = replace(PLAIN, api_key=started.api_key)
    assert all(started.api_key not in word for word in _server_flags.arguments(opened, 1))
    assert _server_flags.environment(opened)["LLAMA_API_KEY"] == started.api_key


def test_the_key_stays_the_same(started, servers):  # noqa: F811
    servers.stop()
    assert servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp").api_key == started.api_key


@pytest.mark.parametrize(
    "text", ["", "short", "two words here", "ключ-ключ-ключ", "x" * 300, "\0" * 20]
)
def test_what_is_no_key_is_replaced(servers, text):  # noqa: F811, ARG001  the folders are those of the test
    api_keys.path().parent.mkdir(parents=True, exist_ok=True)
    api_keys.path().write_text(text, encoding="utf-8")
    assert api_keys.read() is None
    made = api_keys.ensure()
    assert made == api_keys.read() == api_keys.ensure()
    assert made.startswith(api_keys.PREFIX)


def test_a_key_of_ones_own_is_taken(started, servers):  # noqa: F811
    api_keys.path().write_text("my-own-key-1234\n")
    assert not servers.is_serving(PROGRAM, PLAIN)
    assert servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp").api_key == "my-own-key-1234"


def test_a_server_without_a_key_is_replaced(started, servers):  # noqa: F811
    """As an older version started it."""
    old = asdict(started)
    del old["api_key"], old["listen"]
    servers.record.write_text(json.dumps(old))
    api_keys.path().unlink()
    assert servers.running().api_key is None
    assert not servers.is_serving(PROGRAM, PLAIN)
    assert servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp").api_key == api_keys.read()


# where it listens


@pytest.mark.parametrize(
    ("listen", "bound"),
    [
        (HOST, ("127.0.0.1",)),
        ("0.0.0.0", ("0.0.0.0",)),
        ("192.168.1.20", ("127.0.0.1", "192.168.1.20")),
        ("::", ("127.0.0.1", "::")),
    ],
)
def test_a_server_listens_where_it_was_told_to_and_here(listen, bound):
    assert listening_addresses(listen) == bound
    opened = replace(PLAIN, listen=listen)
    assert _runner_settings.document(opened, 1)["hosts"] == bound
    flags = _server_flags.arguments(opened, 1)
    assert flags[flags.index("--host") + 1] == ",".join(bound)


def test_other_pages_than_those_of_this_computer_are_kept_out():
    assert _runner_settings.document(PLAIN, 1)["cors_origins"] == "localhost"
    assert _server_flags.environment(PLAIN)["LLAMA_ARG_CORS_ORIGINS"] == "localhost"


def test_opening_and_closing_starts_it_again_and_using_it_does_not(started, servers):  # noqa: F811
    opened = servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp", "0.0.0.0")
    assert (opened.listen, opened.pid != started.pid) == ("0.0.0.0", True)
    assert servers.is_serving(PROGRAM, PLAIN)
    assert servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp", "0.0.0.0") == opened
    assert servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp").listen == HOST


def test_what_is_no_address_is_refused():
    assert up_command.address_of("localhost") == up_command.address_of("127.0.0.1") == HOST
    assert up_command.address_of("0.0.0.0") == "0.0.0.0"
    own = ports.network_address()
    assert own is None or up_command.address_of(own) == own
    for wrong in ("", "example.org", "0.0.0.0:80", "999.1.1.1", "*"):
        with pytest.raises(LocalaiError, match="is no network address"):
            up_command.address_of(wrong)


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"], ids=["IPv4", "IPv6"])
def test_an_address_of_another_computer_is_refused_before_the_server_is_touched(address):
    """These are for documentation: nobody has them."""
    with pytest.raises(LocalaiError, match="is no address of this computer") as reported:
        up_command.address_of(address)
    assert "0.0.0.0" in reported.value.hint


def test_whether_an_address_is_reached_is_tried(started):
    assert ports.can_be_reached(HOST, started.port)
    assert not ports.can_be_reached(HOST, quiet_port())


def test_a_server_that_stays_closed_is_told_and_left_closed(servers, monkeypatch):  # noqa: F811
    """The runner of an older set-up knows of one address only."""
    asked = []

    def server(_setup, _bench, listen):
        asked.append(listen)
        return servers.start(PROGRAM, PLAIN, quiet_port(), "llama.cpp", listen)

    monkeypatch.setattr(up_command, "server", server)
    monkeypatch.setattr(up_command, "saved", lambda: type("SetUp", (), {"model": "tiny"}))
    monkeypatch.setattr(ports, "can_be_reached", lambda _address, _port: False)
    with pytest.raises(LocalaiError, match="does not answer at 0.0.0.0") as reported:
        up_command.up(type("Options", (), {"offline": True}), "0.0.0.0")
    assert "localai init --model tiny" in reported.value.hint
    assert asked == ["0.0.0.0", HOST]


@pytest.mark.parametrize(
    ("listen", "reach"),
    [(HOST, "this computer only"), ("0.0.0.0", "open to the network at 0.0.0.0")],
)
def test_a_list_tells_who_reaches_it(capsys, listen, reach):
    console.out.cache_clear()
    connection = Connection("http://127.0.0.1:43110/v1", "m", 4096, listen=listen)
    nothing = connecttext.Groups((), frozenset(), frozenset())
    connecttext.listing(connection, nothing, "/state/api-key", running=True)
    assert f"(OpenAI API, {reach})" in capsys.readouterr().out
    console.out.cache_clear()


def test_a_list_shows_the_key_masked(capsys):
    console.out.cache_clear()
    key = "sk-local-" + "0123456789abcdef" * 3
    connection = Connection("http://127.0.0.1:43110/v1", "m", 4096, key)
    other = Engine("Ollama", "0.33.1", "running", address="127.0.0.1:11434")
    connecttext.listing(
        connection,
        connecttext.Groups((), frozenset(), frozenset()),
        "/state/api-key",
        other,
        running=True,
    )
    shown = capsys.readouterr().out
    assert "sk-local-…cdef  (the whole of it in /state/api-key)" in shown
    assert key not in shown
    assert "Ollama at 127.0.0.1:11434 answers them" in " ".join(shown.split())
    assert connecttext.masked("short") == "…"
    console.out.cache_clear()
