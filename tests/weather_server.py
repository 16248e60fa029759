"""A server of one file that can do what servers and networks do to a download."""

import contextlib
import http.server
import re
import threading
import time

PIECE = 64 * 1024


class Weather:
    """Faults that are switched on by their fields; `requests` and `sent` tell what happened."""

    def __init__(self, content):
        self.content = content
        self.ranges = True  # answers a request for a range with that range
        self.most = None  # bytes in one answer at most
        self.rate = None  # bytes per second of one connection
        self.cut_every = None  # the connection ends after so many bytes
        self.statuses = []  # answered first, one for each request: (status, headers)
        self.shift = 0  # the range starts so many bytes later than it says it should
        self.extra = {}  # headers of every answer
        self.requests, self.sent = [], 0
        self.address = ""
        self.lock = threading.Lock()


def handler(weather):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            with weather.lock:
                weather.requests.append(self.headers.get("Range", ""))
                status = weather.statuses.pop(0) if weather.statuses else None
            if status:
                return self.head(status[0], 0, status[1])
            total = len(weather.content)
            found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if not (found and weather.ranges):
                self.head(200, total, {})
                return self.send(0, total)
            first, last = int(found[1]) + weather.shift, int(found[2] or total - 1) + 1
            last = min(last, total, first + (weather.most or total))
            self.head(206, last - first, {"Content-Range": f"bytes {first}-{last - 1}/{total}"})
            return self.send(first, last)

        def head(self, status, length, headers):
            self.send_response(status)
            for name, value in {"Content-Length": length, **headers, **weather.extra}.items():
                self.send_header(name, str(value))
            self.end_headers()

        def send(self, first, last):
            began, end = time.monotonic(), last
            if weather.cut_every:
                end = min(last, first + weather.cut_every)
            for at in range(first, end, PIECE):
                piece = weather.content[at : min(at + PIECE, end)]
                self.wfile.write(piece)
                with weather.lock:
                    weather.sent += len(piece)
                if weather.rate:
                    due = began + (at - first + len(piece)) / weather.rate
                    time.sleep(max(0.0, due - time.monotonic()))
            if end < last:
                self.close_connection = True

        def handle(self):
            with contextlib.suppress(ConnectionError, BrokenPipeError):
                super().handle()

    return Handler


@contextlib.contextmanager
def running(content):
    weather = Weather(content)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(weather))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    weather.address = f"http://127.0.0.1:{server.server_port}/file"
    try:
        yield weather
    finally:
        server.shutdown()
        server.server_close()
