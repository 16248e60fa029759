"""A hub and its store of files on this machine: slow, sending elsewhere, lying or shut, as it is set."""

import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REVISION = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class FarFile:
    """`begin` are its first bytes; noise follows up to `size`, made as it is asked for."""

    begin: bytes
    size: int
    stated: int = 0

    def read(self, first, count):
        count = max(0, min(count, self.size - first))
        head = self.begin[first : first + count]
        return head + random.Random(first).randbytes(count - len(head))


@dataclass
class FarHub:
    files: dict = field(default_factory=dict)
    latency: float = 0.0
    elsewhere: str = ""
    ranges: bool = True
    html: bool = False
    cut: bool = False
    status: dict = field(default_factory=dict)
    etags: list = field(default_factory=lambda: ['"one"'])
    requests: list = field(default_factory=list)
    tokens: list = field(default_factory=list)
    sent: int = 0
    listing: str = ""  # sent in place of the true one

    def start(self):
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                hub.answer(self)

            do_HEAD = do_GET

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def answer(self, asked):
        time.sleep(self.latency)
        self.requests.append(asked.path)
        self.tokens.append(asked.headers.get("Authorization"))
        kind = "list" if asked.path.startswith("/api/") else "file"
        code = self.status.get(kind, 200)
        if code != 200:
            extra = {"X-Error-Code": "GatedRepo"} if code in (401, 403) and kind == "list" else {}
            return self.reply(asked, code, b"no", extra)
        if kind == "list":
            return self.reply(asked, 200, self.listed(), {"Content-Type": "application/json"})
        if self.html:
            return self.reply(asked, 200, b"<html>login</html>", {"Content-Type": "text/html"})
        if self.elsewhere:
            place = self.elsewhere + asked.path
            return self.reply(asked, 302, b"", {"Location": place})
        return self.piece(asked)

    def listed(self):
        if self.listing:
            return self.listing.encode()
        names = [
            {
                "rfilename": name,
                "size": file.stated or file.size,
                "lfs": {"size": file.size, "sha256": "a" * 64, "pointerSize": 1},
            }
            for name, file in self.files.items()
        ]
        return json.dumps({"id": "acme/tiny", "sha": REVISION, "siblings": names}).encode()

    def piece(self, asked):
        file = self.files.get(asked.path.split(f"{REVISION}/")[-1].split("?")[0])
        if file is None:
            return self.reply(asked, 404, b"")
        asked_range = re.match(r"bytes=(\d+)-(\d+)", asked.headers.get("Range", ""))
        if not self.ranges or not asked_range:
            return self.reply(asked, 200, file.read(0, 1000))
        first, last = int(asked_range[1]), min(int(asked_range[2]), file.size - 1)
        body = file.read(first, last - first + 1)
        tag = self.etags.pop(0) if len(self.etags) > 1 else self.etags[0]
        ranged = {"Content-Range": f"bytes {first}-{last}/{file.size}", "ETag": tag}
        return self.reply(asked, 206, body, ranged)

    def reply(self, asked, code, body, headers=()):
        asked.send_response(code)
        for name, value in dict(headers).items():
            asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        if self.cut and len(body) > 100 and code == 206:
            body = body[: len(body) // 2]
            asked.close_connection = True
        self.sent += len(body)
        asked.wfile.write(body)
