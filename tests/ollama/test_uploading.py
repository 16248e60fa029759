"""Bodies that are refused before they were read, and answers that have no end."""

import socket
import threading

import pytest

from localai_setup.machine.ollama import api as api_module
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.troubles import OllamaError

REFUSAL = b'{"error":"write /m/blobs/sha256-1: no space left on device"}'


class Once:
    """A server that takes one connection and does what it is told with it."""

    def __init__(self, deal):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, args=(deal,), daemon=True).start()

    def _serve(self, deal):
        connection, _ = self.listening.accept()
        with connection, self.listening:
            connection.recv(2048)
            deal(connection)


def refuse_early(connection):
    head = f"HTTP/1.1 500 no\r\nContent-Length: {len(REFUSAL)}\r\nConnection: close\r\n\r\n"
    connection.sendall(head.encode() + REFUSAL)
    connection.shutdown(socket.SHUT_WR)
    until_closed(connection)


def until_closed(connection):
    while connection.recv(65536):
        pass


def test_a_refusal_that_comes_before_the_end_of_an_upload_is_heard(tmp_path):
    """Exchange disk-full-upload."""
    file = tmp_path / "large.gguf"
    file.write_bytes(bytes(4_000_000))
    with pytest.raises(OllamaError) as caught:
        Api(Once(refuse_early).port).upload("/api/blobs/sha256:1", file, lambda _: None)
    assert caught.value.kind == "disk-full"


def hang_up(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n")


def endless_line(connection):
    connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\n\r\n" + b"[" * 5000
    )
    until_closed(connection)


def silent(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    until_closed(connection)


def no_http(connection):
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1\r\n")


@pytest.mark.parametrize(
    ("deal", "kind"),
    [(hang_up, "cut-off"), (endless_line, "too-long"), (silent, "stalled"), (no_http, None)],
)
def test_whatever_answers_a_stream_ends_in_an_error_of_ours(deal, kind, monkeypatch):
    monkeypatch.setattr(api_module, "MOST_LINE_BYTES", 1000)
    with pytest.raises(OllamaError) as caught:
        list(Api(Once(deal).port).stream("/api/pull", {}, lambda _: False, 0.5))
    assert caught.value.kind in ((kind,) if kind else ("cut-off", "not-ollama"))


def test_an_answer_that_is_too_large_is_not_kept(monkeypatch):
    monkeypatch.setattr(api_module, "MOST_ANSWER_BYTES", 1000)

    def large(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b" " * 5000)

    with pytest.raises(OllamaError) as caught:
        Api(Once(large).port).get("/api/tags")
    assert caught.value.kind == "too-long"
