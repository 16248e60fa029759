"""The connections that fill one file: one, and more while each of them makes it arrive faster."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ...model.errors import LocalaiError
from . import clients, pauses, replies
from .ranges import Fetch, stream

if TYPE_CHECKING:
    from .pace import Pace
    from .segments import Segment, Segments
    from .transfer import FileRequest

#: A line that gives nothing for this long is cut; what arrived is kept and resumed.
STALL_SECONDS = 30.0
#: How long the end of a worker is waited for.
STOP_SECONDS = 1.0
#: At most; aria2 and browsers use as many against one server.
MOST_CONNECTIONS = 8
#: How long a number of connections is measured before twice as many are tried.
MEASURE_SECONDS = 0.3
#: Others are added only while all together become faster by this factor.
WORTHWHILE = 1.15
#: In bytes per second: faster than this one connection is enough.
FAST_RATE = 100e6


class Connections:
    """Threads that fetch segments; `watch` is called by the thread that waits for them."""

    def __init__(self, request: FileRequest, segments: Segments, pace: Pace) -> None:
        self.request, self.segments, self.pace = request, segments, pace
        self.stopped, self.workers = threading.Event(), list[threading.Thread]()
        self.client = clients.client(STALL_SECONDS)
        self.fetch = Fetch(self.client, request, segments, pace, self.stopped, STALL_SECONDS)
        self.trouble: LocalaiError | None = None
        self.waiting_until, self.most = 0.0, MOST_CONNECTIONS
        self._measured = (time.monotonic(), segments.done)
        self._best_rate = 0.0
        #: segments of connections from which nothing has come yet, and where each of them began
        self._silent: list[tuple[Segment, int]] = []

    def words(self, name: str) -> str:
        """What is shown beside the progress."""
        left = self.waiting_until - time.monotonic()
        return f"{name}: trying again in {left:.0f} s" if left > 1 else name

    def watch(self) -> None:
        """Raise what ended the download, replace workers that are gone, add some where that helps.

        Raises:
            LocalaiError: nothing more comes.

        """
        if self.trouble:
            raise self.trouble
        self.workers = [one for one in self.workers if one.is_alive()]
        for _ in range(self._helpful() if self.workers else 1):
            self._add()

    def stop(self) -> None:
        """End all workers; one that waits for a silent server ends with the process."""
        self.stopped.set()
        self.client.close()
        for one in self.workers:
            one.join(timeout=STOP_SECONDS)

    def _claim(self) -> Segment | None:
        return self.segments.claim(alone=len(self.workers) <= 1)

    def _add(self) -> None:
        if segment := self._claim():
            self._silent.append((segment, segment.at))
            worker = threading.Thread(target=self._work, args=(segment,), daemon=True)
            self.workers.append(worker)
            worker.start()

    def _helpful(self) -> int:
        """How many more connections may help: as many as there are, where the last ones did."""
        began, before = self._measured
        seconds, came = time.monotonic() - began, self.segments.done - before
        enough = len(self.workers) >= self.most or not self.segments.ranged
        self._silent = [(one, at) for one, at in self._silent if one.at == at]
        if self._silent or not came:
            # measured from when the last one that was added brings something
            self._measured = (time.monotonic(), self.segments.done)
            return 0
        if seconds < MEASURE_SECONDS or enough:
            return 0
        rate = came / seconds
        self._measured = (time.monotonic(), self.segments.done)
        if rate > FAST_RATE or self.pace.reaches(rate) or rate < WORTHWHILE * self._best_rate:
            self.most = len(self.workers)
            return 0
        self._best_rate = rate
        return min(len(self.workers), self.most - len(self.workers))

    def _work(self, segment: Segment) -> None:
        """Fetch this segment, then others, until nothing is left or this connection is of no use."""
        current: Segment | None = segment
        try:
            while current and not self.stopped.is_set():
                self._fetch(current)
                self.segments.release(current)
                current = self._claim()
        except LocalaiError as error:
            self._ended_by(error)
        except Exception as error:  # a worker must never end in silence
            self.trouble = _bug(self.request, error)
        finally:
            if current:
                self.segments.release(current)

    def _ended_by(self, error: LocalaiError) -> None:
        """A server that gives no more connections than so many ends those alone, and not the download."""
        others = [
            one for one in self.workers if one.is_alive() and one != threading.current_thread()
        ]
        if others:
            self.most = len(others)
        else:
            self.trouble = error

    def _fetch(self, segment: Segment) -> None:
        import httpx

        fruitless = 0
        while self.segments.room(segment) and not self.stopped.is_set():
            before = segment.at
            try:
                stream(self.fetch, segment)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                fruitless = 0 if segment.at > before else fruitless + 1
                self._wait_after(error, fruitless)
            else:
                fruitless = 0

    def _wait_after(self, error: Exception, fruitless: int) -> None:
        """Wait, or raise LocalaiError where so many requests of this connection brought nothing."""
        if fruitless >= pauses.TRIES:
            raise _given_up(self.request, error)
        seconds = pauses.before(max(1, fruitless), error)
        self.waiting_until = time.monotonic() + seconds
        self.stopped.wait(seconds)


def _given_up(request: FileRequest, error: Exception) -> LocalaiError:
    refusal = replies.refusal(error, request.refusals)
    if refusal:
        meaning, hint = refusal
        return LocalaiError(f"{request.origin} does not give {request.name}: {meaning}.", hint=hint)
    return LocalaiError(
        f"{request.name} could not be fetched from {request.origin}: {error or type(error).__name__}.",
        "What arrived so far is kept.",
        "Check the network and run the same command again; it goes on where it stopped.",
    )


def _bug(request: FileRequest, error: Exception) -> LocalaiError:
    if isinstance(error, OSError):
        return LocalaiError(
            f"{request.part} cannot be written: {error.strerror or error}.",
            "What arrived so far is kept.",
            "Free space or make the folder writable, then run the same command again.",
        )
    return LocalaiError(f"{request.name} could not be fetched: {type(error).__name__}: {error}.")
