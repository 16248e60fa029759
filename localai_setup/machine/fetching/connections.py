"""The connections that fill one file: one, and more while each of them makes it arrive faster."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...model.errors import LocalaiError
from . import clients, pauses, replies
from .ranges import stream

if TYPE_CHECKING:
    from .segments import Segment, Segments
    from .transfer import FileRequest

#: A line that gives nothing for this long is cut; what arrived is kept and resumed.
STALL_SECONDS = 30.0
#: How long the end of a worker is waited for.
STOP_SECONDS = 1.0
#: At most; aria2 and browsers use as many against one server.
MOST_CONNECTIONS = 6
#: How long a number of connections is measured before another one is tried.
MEASURE_SECONDS = 1.0
#: Others are added only while the whole becomes faster by this factor.
WORTHWHILE = 1.15
#: In bytes per second: faster than this one connection is enough.
FAST_RATE = 100e6


class Connections:
    """Threads that fetch segments. `watch` is called by the thread that waits for them."""

    def __init__(self, request: FileRequest, segments: Segments) -> None:
        self.request, self.segments = request, segments
        self.client = clients.client(STALL_SECONDS)
        self.stopped, self.workers = threading.Event(), list[threading.Thread]()
        self.trouble: LocalaiError | None = None
        self.waiting_until, self.most = 0.0, MOST_CONNECTIONS
        self._fruitless, self._lock = 0, threading.Lock()
        self._measured = (time.monotonic(), segments.done)
        self._best_rate = 0.0
        self._add(segments.claim())

    def words(self, name: str) -> str:
        """What is shown beside the progress."""
        left = self.waiting_until - time.monotonic()
        return f"{name}: trying again in {left:.0f} s" if left > 1 else name

    def watch(self, save: Callable[[], None]) -> None:
        """Raise what ended the download, replace a worker that is gone, add one where it helps.

        Raises:
            LocalaiError: nothing more comes.

        """
        if self.trouble:
            raise self.trouble
        self.workers = [one for one in self.workers if one.is_alive()]
        if not self.workers or self._another_helps():
            segment = self.segments.claim()
            # its place must be known before the file has a gap
            save()
            self._add(segment)

    def stop(self) -> None:
        """End all workers; one that waits for a silent server ends with the process."""
        self.stopped.set()
        self.client.close()
        for one in self.workers:
            one.join(timeout=STOP_SECONDS)

    def _add(self, segment: Segment | None) -> None:
        if segment:
            worker = threading.Thread(target=self._work, args=(segment,), daemon=True)
            self.workers.append(worker)
            worker.start()

    def _another_helps(self) -> bool:
        """Measured: the last one that was added made the whole faster, and it is not fast enough."""
        began, before = self._measured
        seconds = time.monotonic() - began
        enough = len(self.workers) >= self.most or not self.segments.ranged
        if seconds < MEASURE_SECONDS or enough:
            return False
        rate = (self.segments.done - before) / seconds
        self._measured = (time.monotonic(), self.segments.done)
        if rate > FAST_RATE or rate < WORTHWHILE * self._best_rate:
            self.most = len(self.workers)
            return False
        self._best_rate = rate
        return rate > 0

    def _work(self, segment: Segment) -> None:
        """Fetch this segment, then others, until nothing is left or this connection is of no use."""
        current: Segment | None = segment
        try:
            while current and not self.stopped.is_set():
                self._fetch(current)
                self.segments.release(current)
                current = self.segments.claim()
        except LocalaiError as error:
            self.trouble = error
        except Exception as error:  # a worker must never end in silence
            self.trouble = _bug(self.request, error)
        finally:
            if current:
                self.segments.release(current)

    def _fetch(self, segment: Segment) -> None:
        import httpx

        while self.segments.room(segment) and not self.stopped.is_set():
            before = segment.at
            try:
                stream(self.client, self.request, self.segments, segment, self.stopped)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                self._after_failure(error, progressed=segment.at > before)
            else:
                self._fruitless = 0

    def _after_failure(self, error: Exception, *, progressed: bool) -> None:
        """Wait, or raise LocalaiError where request after request brought nothing."""
        with self._lock:
            self._fruitless = 0 if progressed else self._fruitless + 1
            fruitless = self._fruitless
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
