"""What a question to a port of this computer brings: text, nothing there, or why it failed."""

import contextlib
import socket
import threading
import time

import pytest

from localai_setup.machine.asking import web
from localai_setup.machine.ollama import api
from localai_setup.machine.ollama.troubles import OllamaError
from localai_setup.machine.running import loopback
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


#: what a server sends of a response before it sends a byte now and then for ever
TRICKLES = {
    "the status line": b"HTTP/1.1 2",
    "the headers": b"HTTP/1.1 200 OK\r\nX-Slow: ",
    "the body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
    "a body of known length": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
    "a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
}
LIMIT_SECONDS, LONGEST_SECONDS = 0.3, 10.0


@pytest.fixture(params=TRICKLES.values(), ids=TRICKLES)
def trickling(request):
    """The port of a server that never comes to an end."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            with contextlib.suppress(OSError):
                while True:
                    threading.Thread(target=trickle, args=listener.accept()[:1]).start()

        def trickle(connection):
            with connection, contextlib.suppress(OSError):
                connection.sendall(request.param)
                while not ended.wait(0.05):
                    connection.sendall(b" ")

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        ended.set()


def asked_for_events(port):
    return list(loopback.events(port, "/", LIMIT_SECONDS, api_key=None, body={}))


def asked_ollama(port):
    return api.Api(port).get("/", LIMIT_SECONDS)


def streamed_by_ollama(port):
    return list(api.Api(port).stream("/", {}, lambda _: False, LIMIT_SECONDS))


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda port: loopback.exchange(port, "/", LIMIT_SECONDS), TimeoutError),
        (asked_for_events, TimeoutError),
        (asked_ollama, OllamaError),
        (streamed_by_ollama, OllamaError),
    ],
    ids=["one answer", "events", "Ollama's answer", "Ollama's stream"],
)
def test_a_response_that_trickles_is_given_up_wherever_it_is_slow(trickling, ask, error):
    began = time.monotonic()
    with pytest.raises(error):
        ask(trickling)
    assert time.monotonic() - began < LONGEST_SECONDS


def test_a_port_that_trickles_is_a_reading_that_failed(trickling):
    began = time.monotonic()
    found = web.get(
        Get(f"http://127.0.0.1:{trickling}/", timeout_seconds=LIMIT_SECONDS), network=False
    )
    assert isinstance(found, Failed)
    assert found.kind == "timed-out"
    assert time.monotonic() - began < LONGEST_SECONDS
