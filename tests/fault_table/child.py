"""One download in a process of its own: `python -m tests.fault_table.child REQUEST.json`.

Pauses and time limits are a tenth of the real ones, so that the table ends today.
"""

import json
import socket
import sys
import time
from pathlib import Path

from localai_setup.machine.fetching import blocks, connections, pauses, segments, transfer
from localai_setup.machine.keeping.locking import Lock
from localai_setup.model.errors import LocalaiError

TENTH = 0.1
KIB = 1024


def small_buffers():
    """What the system holds for a process that is killed came for nothing, megabytes on a busy machine."""
    connect = socket.create_connection

    def connected(*args, **how):
        made = connect(*args, **how)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * KIB)
        return made

    socket.create_connection = connected


def main():
    small_buffers()
    asked = json.loads(Path(sys.argv[1]).read_text())
    pauses.PAUSES_SECONDS = tuple(TENTH * one for one in pauses.PAUSES_SECONDS)
    connections.STALL_SECONDS = 1.0
    connections.MEASURE_SECONDS = TENTH
    if asked.get("parallel"):
        # the file is small, and so is what several connections share of it
        segments.LEAST_SPLIT_BYTES, segments.SEGMENT_BYTES = 64 * KIB, 256 * KIB
        blocks.BLOCK_BYTES = 128 * KIB
    folder = Path(asked["folder"])
    if asked.get("clock"):
        began, real = time.monotonic(), time.time
        after = asked.get("clock_after", TENTH)
        jumps = lambda: real() + asked["clock"] * (time.monotonic() - began >= after)  # noqa: E731
        time.time = jumps
    request = transfer.FileRequest(
        "file", asked["url"], asked["bytes"], asked["sha256"], folder / "file.part", folder / "file", "there"
    )  # fmt: skip
    with Lock("init", 60.0):
        if not request.target.exists():
            transfer.fetch(request, lambda progress: print(progress.done, flush=True))


try:
    main()
except LocalaiError as error:
    sys.exit(error.what)
except OSError as error:
    # `executor.run` tells it so
    sys.exit(f"{error.filename}: {error.strerror}")
