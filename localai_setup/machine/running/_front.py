"""Keeps several servers and the proxy in front of them alive: `python _front.py SETTINGS.json`.

Each server is started again as soon as it has ended, and made to end where it does not answer: where
`/health` fails again and again, and where nothing is computed and a question for one token gets no answer
either. So is the proxy, where nobody is answered through it although a server would. It finds out by its own
checks who answers; it is started last, because HAProxy takes a server for well until it has seen otherwise.
Where a server ends before any was ever ready, this ends with its exit code, as one server alone would.

Standard library alone: it is run as a file, without the package.
"""

from __future__ import annotations

import contextlib
import ctypes
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

#: How often a process is looked at, a server asked for its health, and an idle one for a token.
POLL_SECONDS, LOOK_SECONDS, ASK_SECONDS = 0.1, 2.0, 60.0
#: How long an answer may take: of health, and of one token on a busy machine.
HEALTH_SECONDS, ANSWER_SECONDS = 10.0, 60.0
MOST_FAILURES = 3
#: One that ends within so many seconds of its start waits longer each time, up to the second figure.
SOON_SECONDS, LONGEST_PAUSE_SECONDS = 10.0, 60.0
GOODBYE_SECONDS = 4.0
#: Once one server is ready the others get so long until the proxy starts without them.
OTHERS_SECONDS = 60.0
PR_SET_PDEATHSIG = 1  # of Linux: which signal a process gets when the thread that started it ends
DECODED = "llamacpp:n_decode_total "
#: The exit code where another program took the port of a server before that did: other ports help.
PORT_TAKEN = 75

stop = threading.Event()
was_ready = threading.Event()
is_open = threading.Event()


class Kept:
    """A process that is started again whenever it has ended. `name` is for the log."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name, self.command = name, command
        self.environment = {**os.environ, **environment}
        self.process: subprocess.Popen[bytes] | None = None
        self.exit_code = 0

    def tend(self) -> None:
        pause = 0.0
        while self.may_start():
            began = time.monotonic()
            self.process = self.spawn()
            why = self.watched(self.process)
            if stop.is_set():
                return
            lasted = time.monotonic() - began
            if self.is_hopeless():
                self.exit_code = self.why_hopeless(self.process.returncode)
                stop.set()
                return
            pause = min(LONGEST_PAUSE_SECONDS, 2 * pause + 1) if lasted < SOON_SECONDS else 0.0
            say(f"{self.name} {why} and is started again")
            stop.wait(pause)

    def may_start(self) -> bool:
        """Waits for what it needs; False where all is to end."""
        return not stop.is_set()

    def spawn(self) -> subprocess.Popen[bytes]:
        """A process that ends with this one, however this one ends: on Linux the system sees to that."""
        return subprocess.Popen(self.command, env=self.environment, preexec_fn=bound_to_us())  # noqa: PLW1509  one function

    def is_hopeless(self) -> bool:
        """Whether it makes no sense to start it again."""
        return not was_ready.is_set()

    def why_hopeless(self, code: int) -> int:
        """As the exit code of this program; `code` is its own."""
        return code or 1

    def watched(self, process: subprocess.Popen[bytes]) -> str:
        """Why it is over, as the part of a sentence; empty where all is to end."""
        while not stop.wait(POLL_SECONDS):
            if process.poll() is not None:
                return f"ended ({process.returncode})"
            if why := self.trouble():
                process.kill()
                process.wait()
                return why
        return ""

    def trouble(self) -> str:
        """Why it is of no use although it lives; looked for at every poll."""
        return ""

    def end(self) -> None:
        """Ask it to leave, then make it."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Listening(Kept):
    """One that has to answer on a port of this computer. `settings`: its command, environment and port."""

    def __init__(self, name: str, settings: dict[str, Any], api_key: str) -> None:
        super().__init__(name, settings["command"], settings["environment"])
        self.settings, self.port, self.api_key = settings, settings["port"], api_key
        self.look, self.failures = time.monotonic(), 0

    def asked(
        self, method: str, path: str, seconds: float, body: str | None = None
    ) -> tuple[int, str]:
        """Status and text; status 0 where nobody answers in time."""
        headers = {"Authorization": f"Bearer {self.api_key}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        with (
            contextlib.closing(connection),
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        return 0, ""


class Server(Listening):
    """One that computes answers."""

    def __init__(self, name: str, settings: dict[str, Any], api_key: str) -> None:
        super().__init__(name, settings, api_key)
        self.was_up = threading.Event()
        self.forget()

    def forget(self) -> None:
        """A new process has shown nothing yet."""
        self.look = self.ask = time.monotonic()
        self.is_up, self.failures, self.steps = False, 0, ""

    def watched(self, process: subprocess.Popen[bytes]) -> str:
        self.forget()
        return super().watched(process)

    def trouble(self) -> str:
        if time.monotonic() < self.look:
            return ""
        self.look = time.monotonic() + LOOK_SECONDS
        self.see(is_well=self.responds("/health"))
        if self.failures >= MOST_FAILURES:
            return "did not answer"
        return "gave no answer" if self.is_up and self.writes_nothing() else ""

    def see(self, *, is_well: bool) -> None:
        """One that was never well may still be loading."""
        if not is_well:
            self.failures += self.is_up
            return
        self.is_up, self.failures = True, 0
        self.was_up.set()
        was_ready.set()

    def writes_nothing(self) -> bool:
        """Whether it has computed nothing since it was asked last, and does not when asked now."""
        if time.monotonic() <= self.ask + ASK_SECONDS:
            return False
        self.ask, before, self.steps = time.monotonic(), self.steps, self.decoded()
        return self.steps == before and not self.answers() and self.decoded() == self.steps

    def is_hopeless(self) -> bool:
        """Also where its port was taken before the proxy started, while nobody depends on the others yet."""
        never = not (is_open.is_set() or self.was_up.is_set())
        return super().is_hopeless() or (never and is_taken(self.port))

    def why_hopeless(self, code: int) -> int:
        return PORT_TAKEN if is_taken(self.port) else super().why_hopeless(code)

    def responds(self, path: str) -> bool:
        """Asked without the key, which health needs not: until it listens, another program may."""
        keyless = Listening(self.name, self.settings, "")
        return keyless.asked("GET", path, HEALTH_SECONDS)[0] == http.HTTPStatus.OK

    def answers(self) -> bool:
        """Whether it still writes: one token is asked for."""
        one = '{"prompt": "Hello", "n_predict": 1}'
        return self.asked("POST", "/completion", ANSWER_SECONDS, one)[0] == http.HTTPStatus.OK

    def decoded(self) -> str:
        """The count of the steps that it computed; empty where it does not say."""
        lines = self.asked("GET", "/metrics", HEALTH_SECONDS)[1].splitlines()
        return next((one for one in lines if one.startswith(DECODED)), "")


class Proxy(Listening):
    """What stands in front of the servers."""

    worked = False
    servers: tuple[Server, ...] = ()

    def is_hopeless(self) -> bool:
        """One that never listened understands its settings no better the next time."""
        return not self.worked

    def watched(self, process: subprocess.Popen[bytes]) -> str:
        self.failures = 0
        return super().watched(process)

    def trouble(self) -> str:
        """A request through it gets no answer again and again, although a server would give one."""
        self.worked = self.worked or listens(self.port)
        if not self.worked or time.monotonic() < self.look:
            return ""
        self.look = time.monotonic() + LOOK_SECONDS
        could = any(one.is_up and not one.failures for one in self.servers)
        passes = self.asked("GET", "/v1/models", HEALTH_SECONDS)[0] != 0
        self.failures = self.failures + 1 if could and not passes else 0
        return "passed nothing on" if self.failures >= MOST_FAILURES else ""

    def tend(self) -> None:
        while not (was_ready.is_set() or stop.is_set()):
            was_ready.wait(POLL_SECONDS)
        latest = time.monotonic() + OTHERS_SECONDS
        while not (all(one.was_up.is_set() for one in self.servers) or stop.is_set()):
            if time.monotonic() > latest:
                break
            time.sleep(POLL_SECONDS)
        is_open.set()
        super().tend()


def bound_to_us() -> Callable[[], None] | None:
    """What a new process calls to end with the thread that started it."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def listens(port: int) -> bool:
    """Whether anybody does, on this computer."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def is_taken(port: int) -> bool:
    """Whether no server can listen there: one does, or a connection to elsewhere has that port at this end."""
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return False
    return True


def say(words: str) -> None:
    with contextlib.suppress(OSError):  # a full disk must not end whoever says it
        sys.stderr.write(f"localai: {words}\n")  # buffered by lines, so it is there at once


def kept(settings: dict[str, Any]) -> list[Kept]:
    key = settings["api_key"]
    servers = [Server(f"server {at}", one, key) for at, one in enumerate(settings["servers"], 1)]
    command = {"command": settings["proxy"], "environment": {}, "port": settings["port"]}
    proxy = Proxy("the proxy", command, key)
    proxy.servers = tuple(servers)
    return [*servers, proxy]


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        everything = kept(json.load(file))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threads = [threading.Thread(target=one.tend) for one in everything]
    for thread in threads:
        thread.start()
    stop.wait()
    for one in everything:
        one.end()
    for thread in threads:
        thread.join()
    # one that was started again at that very moment
    for one in everything:
        one.end()
    return next((one.exit_code for one in everything if one.exit_code), 0)


if __name__ == "__main__":
    sys.exit(main())
