"""One file on loopback, given by the kernel, or as slowly as asked: python file_server.py FILE [RATE].

RATE is in bytes per second for each connection. Prints its port. A GET of `/sent` tells how many bytes
of the file were sent until then.
"""

import http.server
import os
import re
import socket
import sys
import threading
import time
from pathlib import Path

#: so often in a second a connection that is held back gets its share
SHARES = 20
SEND_BUFFER_BYTES = 128 * 1024


def handler(path, rate):
    size, sent, lock = path.stat().st_size, [0], threading.Lock()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            if self.path == "/sent":
                return self.head(200, len(str(sent[0])), str(sent[0]).encode())
            asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            first = int(asked[1]) if asked else 0
            end = int(asked[2] or size - 1) + 1 if asked else size
            self.head(206 if asked else 200, end - first, b"", f"bytes {first}-{end - 1}/{size}")
            return self.send(first, end)

        def head(self, status, length, body, place=""):
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            if place:
                self.send_header("Content-Range", place)
            self.end_headers()
            self.wfile.write(body)

        def send(self, first, end):
            began, at = time.monotonic(), first
            share = int(rate / SHARES) if rate else end - first
            with path.open("rb") as file:
                while at < end:
                    try:
                        count = os.sendfile(
                            self.connection.fileno(), file.fileno(), at, min(share, end - at)
                        )
                    except ConnectionError:
                        self.close_connection = True
                        return
                    at += count
                    with lock:
                        sent[0] += count
                    if rate:
                        time.sleep(max(0.0, began + (at - first) / rate - time.monotonic()))

    return Handler


class Server(http.server.ThreadingHTTPServer):
    """Forgets connections that the other side ended."""

    def handle_error(self, *_):
        pass


def main():
    path, rate = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    server = Server(("127.0.0.1", 0), handler(path, rate))
    if rate:
        # what was sent and what arrived differ by little
        server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
