"""A hub on this computer: lists repositories with sizes and hashes, and gives files in ranges."""

import contextlib
import hashlib
import http.server
import json
import re
import threading

REVISION = "1" * 40


class Hub:
    """`repositories`: name → {file name: bytes} at `REVISION`; `cards`: name → fields of the listing.

    `heads`: name → (revision, files) where the repository has moved on. `faults`: name → (status, body)
    to answer with instead of a listing.
    """

    def __init__(self):
        self.repositories, self.cards, self.sent_bytes = {}, {}, 0
        self.heads, self.faults = {}, {}
        self.address = ""

    def add(self, name, files, **card):
        self.repositories[name], self.cards[name] = files, card

    def listing(self, name, revision="main"):
        """The listing, or None where there is no such repository or revision."""
        if name not in self.repositories:
            return None
        head = self.heads.get(name, (REVISION, self.repositories[name]))
        known = {REVISION: self.repositories[name], head[0]: head[1]}
        revision = head[0] if revision == "main" else revision
        return self.listed(name, revision, known[revision]) if revision in known else None

    def listed(self, name, revision, files):
        siblings = [
            {
                "rfilename": file,
                "size": len(data),
                "lfs": {
                    "sha256": hashlib.sha256(data).hexdigest(),
                    "size": len(data),
                    "pointerSize": 130,
                },
            }
            for file, data in files.items()
        ]
        return {"id": name, "sha": revision, "siblings": siblings, **self.cards[name]}


def handler(hub):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_HEAD(self):
            self.answer(200, b"")

        def do_GET(self):
            asked = self.path.partition("?")[0]
            listed = re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/(\w+))?", asked)
            if listed and listed[1] in hub.faults:
                return self.answer(*hub.faults[listed[1]])
            found = listed and hub.listing(listed[1], listed[2] or "main")
            if found:
                return self.answer(200, json.dumps(found).encode())
            file = re.fullmatch(rf"/([^/]+/[^/]+)/resolve/{REVISION}/(.+)", asked)
            data = file and hub.repositories.get(file[1], {}).get(file[2])
            if not data:
                return self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            return self.part(data)

        def part(self, data):
            asked_range = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
            first, last = (
                (int(asked_range[1]), int(asked_range[2])) if asked_range else (0, len(data) - 1)
            )
            piece = data[first : last + 1]
            hub.sent_bytes += len(piece)
            place = f"bytes {first}-{first + len(piece) - 1}/{len(data)}"
            return self.answer(206, piece, {"Content-Range": place, "ETag": '"1"'})

        def answer(self, status, body, headers=None):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler


@contextlib.contextmanager
def running():
    hub = Hub()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(hub))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
