"""A name with several addresses, of which some lead nowhere: the one that answers is found quickly."""

import contextlib
import socket
import sys
import time

import pytest

from localai_setup.machine.fetching import clients, dialing

from . import hub_server

if sys.platform != "linux":
    pytest.skip("more than one loopback address, and a queue that is full", allow_module_level=True)

REFUSED = "127.0.0.3"
HOLE = "127.0.0.2"


@contextlib.contextmanager
def black_hole(port):
    """An address whose queue of connections is full, so that it drops whatever else comes."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind((HOLE, port))
        server.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((HOLE, port))
        time.sleep(0.1)
        yield


@pytest.fixture
def hub(monkeypatch):
    """A hub whose name has the addresses in `resolved`; yields that list and the address of the hub."""
    real, resolved = socket.getaddrinfo, []

    def lookup(host, port, *args, **how):
        if host != "hub.test":
            return real(host, port, *args, **how)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in resolved]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    clients._dialer.cache_clear()
    with hub_server.running() as server:
        server.add("acme/tiny", {"tiny.gguf": b"x" * 1000})
        port = int(server.address.rpartition(":")[2])
        with black_hole(port):
            yield resolved, f"http://hub.test:{port}/api/models/acme/tiny"
    clients._dialer.cache_clear()


ORDERS = {
    "a hole first": [HOLE, "127.0.0.1"],
    "two holes and one that refuses first": [HOLE, REFUSED, HOLE, "127.0.0.1"],
    "the right one first": ["127.0.0.1", HOLE],
    "one that refuses first": [REFUSED, "127.0.0.1"],
    "only one": ["127.0.0.1"],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_addresses_that_lead_nowhere_cost_less_than_some_seconds(hub, order):
    resolved, address = hub
    resolved[:] = order
    began = time.monotonic()
    for _ in range(2):
        with clients.client(20) as client:
            assert client.get(address).status_code == 200
    # each connection would wait 15 s otherwise
    assert time.monotonic() - began < 5


def test_a_proxy_is_found_in_the_same_way(hub, monkeypatch):
    resolved, address = hub
    resolved[:] = [HOLE, "127.0.0.1"]
    proxy = address.partition("/api")[0].replace("//", "//me:pass%40word@")
    monkeypatch.setenv("http_proxy", proxy)
    began = time.monotonic()
    with clients.client(20) as client:
        # the hub that stands in for a proxy knows no such page
        assert client.get("http://elsewhere.invalid/").status_code == 404
    assert time.monotonic() - began < 5


def test_the_address_that_answered_is_remembered_while_it_does(hub):
    resolved, address = hub
    resolved[:] = [HOLE, "127.0.0.1"]
    with clients.client(20) as client:
        client.get(address)
    assert list(clients._dialer()._chosen.values()) == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("addresses", "expected"), [([REFUSED, REFUSED], None), ([HOLE, HOLE], TimeoutError)]
)
def test_nobody_answers(hub, addresses, expected):
    port = int(hub[1].split(":")[2].partition("/")[0])
    dialled = [(socket.AF_INET, (one, port)) for one in addresses]
    if expected is None:
        assert dialing.first_to_answer(dialled, 1.0) is None
        return
    with pytest.raises(expected):
        dialing.first_to_answer(dialled, 0.6)


def test_the_families_take_turns():
    six, four = socket.AF_INET6, socket.AF_INET
    listed = [(six, "a"), (six, "b"), (six, "b"), (four, "c"), (four, "d")]
    assert dialing._alternating(listed) == [(six, "a"), (four, "c"), (six, "b"), (four, "d")]
