"""A server of one file that can do what servers and networks do to a download."""

import contextlib
import http.server
import re
import socket
import struct
import threading
import time

PIECE = 64 * 1024
#: longer than anybody waits in a test
HANG_SECONDS = 60.0
QUIET_SECONDS = 0.2


class Weather:
    """Faults that are switched on by their fields; `requests` and `sent` tell what happened."""

    def __init__(self, content):
        self.content = content
        self.ranges = True  # answers a request for a range with that range
        self.most = None  # bytes in one answer at most
        self.rate = None  # bytes per second of one connection
        self.cut_every = None  # the connection ends after so many bytes
        self.statuses = []  # answered first, one for each request: (status, headers)
        self.cut_at = []  # the connection is reset at each of these places, once
        self.hang_at = []  # nothing comes from each of these places on, once
        self.status_after = 0  # the statuses are for requests that begin here or later
        self.flip = []  # [place, times]: one bit is wrong there, in so many answers
        self.lie = 0  # added to the length that is promised
        self.total = None  # what is told of the whole length
        self.places = True  # tells which range it sends
        self.shift = 0  # the range starts so many bytes later than it says it should
        self.extra = {}  # headers of every answer
        self.most_connections = None  # answers at once; others get 503
        self.restarts = None  # seconds that nobody listens after a connection was reset, once
        self.answering = self.refused_connections = 0
        self.requests, self.sent, self.spans = [], 0, []
        self.address, self.woken = "", threading.Event()
        self.lock = threading.Lock()
        self.server = None

    def clear(self):
        """Fine weather, and nothing has happened yet."""
        kept = {"address": self.address, "server": self.server}
        vars(self).update(vars(Weather(self.content)) | kept)

    def listen(self, port=0):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler(self))
        self.server.daemon_threads = True
        # small, so that what was sent and what arrived differ by little when a connection ends
        self.server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * PIECE)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/file"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def restart(self):
        """As a server that fell: its port refuses everything for a while, then it is there again."""
        seconds, self.restarts = self.restarts, None
        port = self.server.server_port
        self.close()
        threading.Timer(seconds, self.listen, [port]).start()

    def twice(self):
        """Bytes that were sent more than once."""
        seen, end = 0, 0
        for first, last in sorted(self.spans):
            seen += max(0, last - max(first, end))
            end = max(end, last)
        return sum(last - first for first, last in self.spans) - seen


def handler(weather):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            begins = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
            due = int(begins[1]) >= weather.status_after if begins else not weather.status_after
            with weather.lock:
                weather.requests.append(self.headers.get("Range", ""))
                status = weather.statuses.pop(0) if weather.statuses and due else None
                full = weather.answering == weather.most_connections
                weather.refused_connections += full
            if full:
                return self.head(503, 0, {})
            if status:
                return self.head(status[0], 0, status[1])
            with weather.lock:
                weather.answering += 1
            try:
                return self.give()
            finally:
                with weather.lock:
                    weather.answering -= 1

        def give(self):
            total = len(weather.content)
            found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if not (found and weather.ranges):
                self.head(200, total + weather.lie, {})
                return self.send(0, total)
            first, last = int(found[1]) + weather.shift, int(found[2] or total - 1) + 1
            last = min(last, total, first + (weather.most or total))
            place = f"bytes {first}-{last - 1}/{weather.total or total}"
            headers = {"Content-Range": place} if weather.places else {}
            self.head(206, last - first + weather.lie, headers)
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
                piece = self.piece(at, min(at + PIECE, end))
                self.wfile.write(piece)
                with weather.lock:
                    weather.sent += len(piece)
                    weather.spans.append((at, at + len(piece)))
                if self.ends(at, at + PIECE):
                    return
                if weather.rate:
                    due = began + (at - first + len(piece)) / weather.rate
                    time.sleep(max(0.0, due - time.monotonic()))
            if end < last:
                self.close_connection = True

        def piece(self, first, last):
            """What lies there, or all but that with one wrong bit."""
            raw = weather.content[first:last]
            if weather.flip and weather.flip[1] and first <= weather.flip[0] < last:
                weather.flip[1] -= 1
                raw = bytearray(raw)
                raw[weather.flip[0] - first] ^= 1
            return bytes(raw)

        def ends(self, first, last):
            """Whether the connection is reset here, or gives nothing more."""
            with weather.lock:
                cut = next((one for one in weather.cut_at if first <= one < last), None)
                hang = next((one for one in weather.hang_at if first <= one < last), None)
                weather.cut_at = [one for one in weather.cut_at if one != cut]
                weather.hang_at = [one for one in weather.hang_at if one != hang]
            if hang is not None:
                weather.woken.wait(HANG_SECONDS)
            if cut is not None:
                # a reset throws away what the other side has not read yet
                time.sleep(QUIET_SECONDS)
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            if cut is not None and weather.restarts is not None:
                weather.restart()
            if cut is not None or hang is not None:
                self.close_connection = True
                return True
            return False

        def handle(self):
            with contextlib.suppress(ConnectionError, BrokenPipeError):
                super().handle()

    return Handler


@contextlib.contextmanager
def running(content):
    weather = Weather(content)
    weather.listen()
    try:
        yield weather
    finally:
        weather.woken.set()
        weather.close()
