"""A download through a fault, repeated until it is there; what was wrong on the way."""

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from localai_setup.machine.fetching.transfer import present_bytes

from .. import weather_server

MIB = 1024 * 1024
ROOT = Path(__file__).parents[2]
#: the same command again, so often at most
RUNS = 4
#: what is under way when a process is killed: the buffers of both ends, for each connection
UNDER_WAY = 2 * MIB
RUN_SECONDS = 90


@dataclass
class Outcome:
    """`wrong` says what must never happen and did; empty where the fault was survived."""

    wrong: list = field(default_factory=list)
    runs: int = 0
    twice: int = 0


@dataclass
class Trial:
    """The server, the folder that the file comes into, chance, and the processes that fetch it."""

    weather: weather_server.Weather
    folder: Path
    chance: random.Random
    digest: str
    outcome: Outcome = field(default_factory=Outcome)
    settings: dict = field(default_factory=dict)
    missing: int = 0

    @property
    def size(self):
        return len(self.weather.content)

    @property
    def part(self):
        return self.folder / "file.part"

    def place(self):
        """Somewhere in the file."""
        return self.chance.randrange(self.size // 20, self.size * 19 // 20)

    def start(self, **how):
        request = self.folder.parent / "request.json"
        request.write_text(json.dumps({
            "url": self.weather.address, "bytes": self.size, "sha256": self.digest,
            "folder": str(self.folder), **self.settings,
        }))  # fmt: skip
        environment = {**os.environ, "LOCALAI_HOME": str(self.folder.parent / "home")}
        command = [sys.executable, "-m", "tests.fault_table.child", str(request)]
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True, **how,
        )  # fmt: skip

    def run(self, *, may_end_by=(0, 1), **how):
        """One run to its end; notes what it must not do. Whether the file is there."""
        process = self.start(**how)
        try:
            _, errors = process.communicate(timeout=RUN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            self.outcome.wrong.append("it hangs")
            return False
        self.outcome.runs += 1
        if process.returncode not in may_end_by or "Traceback" in errors:
            self.outcome.wrong.append(f"exit code {process.returncode}: {errors[-300:]}")
        return self.look()

    def interrupted(self, number):
        """One run that is sent a signal after some of the file has come."""
        process, place = self.start(), self.place()
        for line in process.stdout:
            if float(line) >= place:
                break
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
        process.communicate(timeout=RUN_SECONDS)
        self.outcome.runs += 1
        self.look()

    def look(self):
        target = self.folder / "file"
        if not target.exists():
            return False
        if hashlib.sha256(target.read_bytes()).hexdigest() != self.digest:
            self.outcome.wrong.append("wrong bytes have the final name")
        return True

    def repaired(self):
        """From here on nothing is wrong any more; only what comes now may count as sent twice."""
        settle()
        present = present_bytes(self.part, self.size)
        self.missing, self.weather.spans = self.size - present, []

    def twice(self):
        if not self.missing:
            return self.weather.twice()
        return max(0, sum(last - first for first, last in self.weather.spans) - self.missing)

    def finish(self, allowed=UNDER_WAY):
        """The same command again until the file is there; `allowed` bytes may come twice."""
        if not any(self.run() for _ in range(RUNS)):
            self.outcome.wrong.append(f"not there after {RUNS} more runs")
        if left := [one.name for one in self.folder.iterdir() if one.name != "file"]:
            self.outcome.wrong.append(f"left: {left}")
        self.outcome.twice = self.twice()
        if self.outcome.twice > allowed:
            self.outcome.wrong.append(f"{self.outcome.twice} bytes came twice")


@contextlib.contextmanager
def trial(seed, size=8 * MIB):
    chance = random.Random(seed)
    with (
        weather_server.running(chance.randbytes(size)) as weather,
        tempfile.TemporaryDirectory(prefix="fault-") as scratch,
    ):
        folder = Path(scratch) / "models"
        folder.mkdir()
        yield Trial(weather, folder, chance, hashlib.sha256(weather.content).hexdigest())


def settle():
    """What a killed process had asked for is on its way a moment longer."""
    time.sleep(0.2)


SIGNALS = {
    name: getattr(signal, name)
    for name in ("SIGKILL", "SIGTERM", "SIGINT")
    if hasattr(signal, name)
}
