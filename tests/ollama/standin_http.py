"""The addresses under which the stand-in for `ollama serve` answers."""

import json
from http.server import BaseHTTPRequestHandler

from .standin_store import RefusedError


def handler(ollama):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            calls = {"/api/tags": ollama.tags, "/api/ps": ollama.ps,
                     "/api/version": lambda _: {"version": ollama.version}}  # fmt: skip
            self.answer(calls.get(self.path), None)

        def do_HEAD(self):
            self.reply(200 if ollama.blob(self.path.rpartition("/")[2]).exists() else 404, b"")

        def do_DELETE(self):
            self.answer(ollama.delete, self.body())

        def do_POST(self):
            if self.path.startswith("/api/blobs/"):
                return self.take_blob()
            body = self.body()
            streams = {"/api/pull": ollama.pull, "/api/create": ollama.create}
            if self.path in streams:
                return self.stream(streams[self.path](body))
            calls = {"/api/show": ollama.show, "/api/generate": ollama.generate,
                     "/api/chat": ollama.chat, "/api/copy": ollama.copy}  # fmt: skip
            return self.answer(calls.get(self.path), body)

        def take_blob(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            digest = ollama.put(content)
            good = digest == self.path.rpartition("/")[2]
            words = b"" if good else json.dumps({"error": "digest mismatch"}).encode()
            self.reply(201 if good else 400, words)

        def body(self):
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            ollama.requests.append((self.path, json.loads(content or b"{}")))
            return ollama.requests[-1][1]

        def answer(self, call, body):
            if call is None:
                return self.reply(404, b"404 page not found")
            try:
                found = call(body)
            except RefusedError as error:
                return self.reply(error.status, json.dumps({"error": error.words}).encode())
            return self.reply(200, b"" if found is None else json.dumps(found).encode())

        def reply(self, status, content):
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def stream(self, lines):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for line in self.until_refused(lines):
                    content = json.dumps(line).encode() + b"\n"
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
                self.wfile.write(b"0\r\n\r\n")
            except OSError:
                lines.close()
                self.close_connection = True

        def until_refused(self, lines):
            try:
                yield from lines
            except RefusedError as error:
                yield {"error": error.words}

        def log_message(self, *_):
            pass

    return Handler
