"""A real browser that runs a page's script and tells what the script saw."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
LIMIT_SECONDS = 90
#: tries each request as a stranger's page can, and reports what it could read
PAGE = """<!doctype html><script>
(async () => {
  const seen = [];
  for (const [url, init] of REQUESTS) {
    try {
      const answer = await fetch(url, init);
      seen.push({url, status: answer.status, type: answer.type, text: await answer.text()});
    } catch (error) { seen.push({url, status: null, type: "error", text: String(error)}); }
  }
  await fetch("REPORT", {method: "POST", mode: "no-cors", body: JSON.stringify(seen)});
})();
</script>"""


class Stranger:
    """Serves a page on `address`, and takes its report."""

    def __init__(self, requests, address="127.0.0.1", port=0):
        self.requests, self.done, self.seen = requests, threading.Event(), []
        self.server = ThreadingHTTPServer((address, port), self._handler())
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def _handler(self):
        stranger = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_words):
                pass

            def do_GET(self):
                page = PAGE.replace("REQUESTS", json.dumps(stranger.requests))
                raw = page.replace("REPORT", stranger.report).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(raw)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(raw)

            def do_POST(self):
                stranger.seen = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(204)
                self.end_headers()
                stranger.done.set()

        return Handler

    @property
    def report(self):
        return f"http://127.0.0.1:{self.port}/report"


class Rebound:
    """Serves one page on an address of its own, then passes every connection on to a server.

    For the browser that is a name whose address was changed between two requests: the origin is the
    same, and the server gets the stranger's name as `Host`.
    """

    def __init__(self, page, port, address="127.0.0.2"):
        self.port, self.unshown = port, [page]
        self.socket = socket.create_server((address, port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        """Each connection on its own: a browser opens some ahead, and sends nothing on them."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with contextlib.suppress(OSError):
            first = connection.recv(65536)
            if first.startswith(b"GET / ") and self.unshown:
                self._show(connection)
            elif first:
                self._pass_on(connection, first)

    def _show(self, connection):
        raw = self.unshown.pop().encode()
        head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        connection.sendall(f"{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw)
        connection.close()

    def _pass_on(self, connection, first):
        server = socket.create_connection(("127.0.0.1", self.port))
        server.sendall(first)
        for source, target in ((connection, server), (server, connection)):
            threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source, target):
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def visit(url, stranger, names):
    """What the script of the page at `url` reports; `names` maps names to addresses."""
    rules = ", ".join(f"MAP {name} {address}" for name, address in names.items())
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            *(CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--disable-dev-shm-usage", "--no-proxy-server"),
            *(f"--user-data-dir={profile}", f"--host-resolver-rules={rules}"),
            *("--remote-debugging-port=0", url),
        ]
        log = Path(profile) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, stdout=output, stderr=output, start_new_session=True
            )
            try:
                came = stranger.done.wait(LIMIT_SECONDS)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, 15)
                process.wait(20)
        assert came, log.read_text(errors="replace")[-2000:]
    return stranger.seen
