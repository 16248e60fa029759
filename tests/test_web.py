"""What a question to a port of this computer brings: text, nothing there, or why it failed."""

import socket
import threading

import pytest

from localai_setup.machine.asking import web
from localai_setup.model.reading import Failed, Missing, Text
from localai_setup.model.source import Get


@pytest.mark.parametrize(
    ("status", "body", "path"),
    [(200, b"{}", "/health"), (503, b"busy \xff", "/"), (404, b"", "/x")],
)
def test_an_answer_is_told_with_its_code(httpserver, status, body, path):
    httpserver.expect_request(path).respond_with_data(body, status=status)
    found = web.get(Get(httpserver.url_for(path)), network=False)
    assert isinstance(found, Text)
    assert (found.code, found.text) == (status, body.decode("utf-8", "replace"))
    assert 0 <= found.ms < 60_000


def test_a_port_where_nobody_listens_is_missing():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can take it meanwhile
        port = held.getsockname()[1]
        assert isinstance(web.get(Get(f"http://127.0.0.1:{port}/"), network=False), Missing)


def serve_once(listener, reply):
    """Every connection gets these bytes; None leaves it without a word."""

    def serve():
        kept = []
        while True:
            try:
                kept.append(listener.accept()[0])
            except OSError:
                return
            if reply is not None:
                kept[-1].sendall(reply)
                kept[-1].close()

    threading.Thread(target=serve, daemon=True).start()


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [(None, "timed-out", "no answer within 0.5 s"), (b"what?\r\n\r\n", "failed", "what?")],
    ids=["mute", "no HTTP"],
)
def test_what_is_no_answer_is_told_as_a_failure(reply, kind, words):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serve_once(listener, reply)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        found = web.get(Get(address, timeout_seconds=0.5), network=False)
    assert isinstance(found, Failed)
    assert (found.kind, words in found.reason) == (kind, True)
