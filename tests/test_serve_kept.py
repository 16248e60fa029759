"""What `localai serve` keeps until somebody says otherwise: where it is open, and its proxy."""

from dataclasses import replace

import pytest

from localai_setup import for_many
from localai_setup.commands import _proxy, serve
from localai_setup.commands._serve_request import ServeRequest
from localai_setup.machine.keeping import statefile
from localai_setup.machine.running.server import Servers
from localai_setup.model.errors import LocalaiError

from .set_up_for_one import JSON, RUNNING, document, exchanged, home

__all__ = ["exchanged", "home"]


@pytest.fixture
def opened(monkeypatch):
    """Where the server was opened last; a server that runs is reached there from then on."""
    found = []

    def open_(_setup, _bench, listen):
        found.append(listen)
        running = replace(RUNNING, listen=listen)
        monkeypatch.setattr(Servers, "running", lambda _self: running)
        return running

    monkeypatch.setattr(serve, "opened", open_)
    return found


OPEN, CLOSED = "0.0.0.0", "127.0.0.1"


@pytest.mark.parametrize(
    ("requests", "where", "sentence"),
    [
        ([ServeRequest(2)], [CLOSED], ""),
        ([ServeRequest(2, listen=OPEN)], [OPEN], "is opened to the network at 0.0.0.0"),
        (
            [ServeRequest(2, listen=OPEN), ServeRequest(3)],
            [OPEN, OPEN],
            "stays open to the network",
        ),
        ([ServeRequest(2), ServeRequest(listen=OPEN)], [CLOSED, OPEN], "is opened to the network"),
        (
            [ServeRequest(2, listen=OPEN), ServeRequest(2, context=1024)],
            [OPEN, OPEN],
            "stays open to the network",
        ),
        (
            [ServeRequest(2, listen=OPEN), ServeRequest(3, listen=CLOSED)],
            [OPEN, CLOSED],
            "only this computer reaches it then",
        ),
        (
            [ServeRequest(2, listen=OPEN), ServeRequest(1)],
            [OPEN, CLOSED],
            "only this computer reaches it then",
        ),
    ],
    ids=["new", "opened", "kept", "opened later", "kept with less", "closed", "for one again"],
)
def test_a_server_stays_as_open_as_it_was_told_to_and_the_plan_says_so(
    home, exchanged, opened, capsys, requests, where, sentence
):
    for one in requests:
        serve.serve(JSON, replace(one, yes=True))
        notes = " ".join(document(capsys)["notes"])
    assert opened == where
    assert sentence in notes and ("network" in notes) is bool(sentence)


def test_an_open_server_for_one_that_stands_already_stays_open(
    home, exchanged, opened, monkeypatch
):
    monkeypatch.setattr(Servers, "running", lambda _self: replace(RUNNING, listen=OPEN))
    serve.serve(JSON, ServeRequest(1, yes=True))
    assert opened == [OPEN] and not exchanged


@pytest.mark.parametrize(
    ("was", "asked", "changes"),
    [(CLOSED, OPEN, True), (OPEN, CLOSED, True), (CLOSED, "", False), (OPEN, OPEN, False)],
)
def test_where_only_the_address_changes_somebody_says_yes_to_that(
    home, exchanged, opened, monkeypatch, capsys, was, asked, changes
):
    monkeypatch.setattr(Servers, "running", lambda _self: replace(RUNNING, listen=was))
    questions = []
    monkeypatch.setattr(serve._switching, "agreed", questions.append)
    serve.serve(JSON, ServeRequest(1, listen=asked))
    assert (len(questions), opened) == ((1, []) if changes else (0, [was]))
    assert ("nothing was changed" in capsys.readouterr().err) is not changes


@pytest.mark.parametrize("before", [[], [ServeRequest(4, replicas=2, yes=True)]])
def test_several_servers_without_a_proxy_are_refused(home, exchanged, opened, haproxy, before):
    for one in before:
        serve.serve(JSON, one)
    asked = ServeRequest(4, proxy=False, yes=True, replicas=None if before else 2)
    with pytest.raises(LocalaiError, match="2 servers have a proxy"):
        serve.serve(JSON, asked)
    assert len(exchanged) == len(before)


@pytest.fixture
def haproxy(monkeypatch):
    """A system that has it."""
    monkeypatch.setattr(_proxy.program_path, "find", lambda _name: "/usr/sbin/haproxy")
    monkeypatch.setattr(_proxy.proxies, "understands", lambda *_: True)


def fronts(exchanged):
    return [
        (front.replicas if front else 0)
        for front in (for_many.front(after) for _, after in exchanged)
    ]


@pytest.mark.parametrize(
    ("requests", "expected"),
    [
        ([ServeRequest(4)], [0]),
        ([ServeRequest(4, proxy=True), ServeRequest(5), ServeRequest(5, proxy=False)], [1, 1, 0]),
        ([ServeRequest(4, replicas=2), ServeRequest(6)], [2, 2]),
        ([ServeRequest(4, replicas=2), ServeRequest(4, replicas=1)], [2, 0]),
        ([ServeRequest(4, replicas=2), ServeRequest(1)], [2, 0]),
        ([ServeRequest(1, proxy=True), ServeRequest(1)], [1, 0]),
        ([ServeRequest(proxy=True)], [1]),
    ],
)
def test_a_proxy_stays_until_somebody_says_otherwise(home, exchanged, haproxy, requests, expected):
    for one in requests:
        serve.serve(JSON, replace(one, yes=True))
    assert fronts(exchanged) == expected


@pytest.mark.parametrize(
    ("proxy", "can", "count", "sentence"),
    [
        (None, True, 1, "The proxy refuses"),
        (None, False, 0, "can turn off for everybody what the model was taught"),
        (False, True, 0, "can turn off for everybody what the model was taught"),
    ],
    ids=["by itself", "none for this system", "not wanted"],
)
def test_what_a_model_was_taught_nobody_else_can_turn_off(
    home, exchanged, haproxy, monkeypatch, capsys, proxy, can, count, sentence
):
    statefile.save(replace(statefile.load(), adapter="lesson"))
    monkeypatch.setattr(serve, "_for_one", lambda setup, _bench: setup)
    if not can:
        monkeypatch.setattr(_proxy.program_path, "find", lambda _name: None)
        monkeypatch.setattr(_proxy.program_path, "first_in", lambda *_: None)
        monkeypatch.setattr(_proxy, "WHEELS", {})
    serve.serve(JSON, ServeRequest(4, proxy=proxy, yes=True))
    assert fronts(exchanged) == [count]
    assert sentence in " ".join(document(capsys)["notes"])


@pytest.mark.parametrize(("listen", "is_stated"), [(OPEN, True), ("", False)])
def test_who_opens_a_taught_model_for_one_learns_what_others_can_change(
    home, exchanged, opened, capsys, listen, is_stated
):
    statefile.save(replace(statefile.load(), adapter="lesson"))
    serve.serve(JSON, ServeRequest(1, listen=listen, yes=True))
    assert ("/lora-adapters" in " ".join(document(capsys)["notes"])) is is_stated
