"""Downloads beside curl, as ratios: python benchmarks/downloads.py [MEBIBYTES] [TIMES] [FOLDER]

A file of so many MiB (1024) from a server on loopback, TIMES (5) pairs, one after the other, so that
what else this computer does hits both; medians. FOLDER (the temporary one) is where the files go:
`/dev/shm` takes the disk out. curl neither hashes nor flushes what it wrote; `by hand` is curl, then
`sha256sum`, then `sync`. `sha256 alone` reads the file from memory and hashes it, with the same
library: no download that is hashed ends before that, however fast the line, so on loopback the ratio
to curl is held to what that alone takes. Processor seconds are told too: they hardly change with load.
"""

import hashlib
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
MIB = 1024**2
#: bytes per second of one connection, in the second table
SLOW = 20_000_000
SLOW_BYTES = 300_000_000
#: a fast line as people have it: what a gigabit carries
GIGABIT = 117_000_000

CHILD = """
import hashlib, sys, pathlib, time
url, total, digest, folder, kind = sys.argv[1:]
class Nothing:
    def update(self, data): pass
    def hexdigest(self): return digest
if kind == "unhashed":
    hashlib.sha256 = Nothing
from localai_setup.machine.fetching import clients, transfer
clients.client(1.0).close()
began, place = time.perf_counter(), pathlib.Path(folder)
transfer.fetch(transfer.FileRequest("file", url, int(total), digest, place / "file.part",
               place / "file", "there"), lambda p: kind == "stated" and print(p.done, flush=True))
print(time.perf_counter() - began)
"""

HASHING = """
import hashlib, sys, time
began, digest, buffer = time.perf_counter(), hashlib.sha256(), memoryview(bytearray(1024**2))
with open(sys.argv[1], "rb", buffering=0) as file:
    while count := file.readinto(buffer):
        digest.update(buffer[:count])
print(time.perf_counter() - began)
"""


@contextmanager
def served(path, rate=0):
    """The address of a server for this file alone."""
    command = [sys.executable, str(HERE / "file_server.py"), str(path), str(rate)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}/file"
    finally:
        process.kill()
        process.wait()


def made(path, size):
    """A file of random bytes; its hash."""
    digest, left = hashlib.sha256(), size
    with path.open("wb") as out:
        while left:
            piece = os.urandom(min(left, MIB))
            out.write(piece)
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


class Run:
    """Seconds, processor seconds and the most memory of commands, one after the other.

    A command of ours prints how long its download took: when `init` begins to download, Python has
    started and the certificates are read (it asked whether the hub is there), so that is none of it.
    """

    def __init__(self, *commands):
        began, self.processor, self.peak_mib, printed = time.perf_counter(), 0.0, 0.0, b""
        for command in commands:
            process = subprocess.Popen(command, stdout=subprocess.PIPE)
            printed = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, command)
            self.processor += used.ru_utime + used.ru_stime
            self.peak_mib = max(self.peak_mib, used.ru_maxrss / 1024)
        own = printed if commands[-1][0] == sys.executable else b""
        self.seconds = float(own) if own else time.perf_counter() - began


class Download:
    """One file, and the ways to fetch it into a folder of its own."""

    def __init__(self, address, source, digest, folder):
        self.address, self.source, self.digest, self.folder = address, source, digest, folder
        self.size, self.target = source.stat().st_size, folder / "file"

    def command(self, kind):
        return [sys.executable, "-c", CHILD, self.address, str(self.size), self.digest,
                str(self.folder), kind]  # fmt: skip

    def ours(self, kind=""):
        return self._run(self.command(kind))

    def curl(self):
        return self._run(["curl", "-sf", "-o", str(self.target), self.address])

    def by_hand(self):
        target = str(self.target)
        return self._run(
            ["curl", "-sf", "-o", target, self.address], ["sha256sum", target], ["sync", target]
        )

    def hashing(self):
        return self._run([sys.executable, "-c", HASHING, str(self.source)])

    def _run(self, *commands):
        self.target.unlink(missing_ok=True)
        return Run(*commands)


def middle(runs, field):
    return statistics.median(getattr(one, field) for one in runs)


def show(name, value, limit, unit="x", at_most=True):
    good = value <= limit if at_most else value >= limit
    word = "at most" if at_most else "at least"
    print(f"{name:44}{value:8.2f} {unit:4} ({word} {limit:g})  {'ok' if good else 'MISSED'}")


def tried(ways, times):
    """Each way so many times, in turn: name → runs."""
    runs = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            runs[name].append(way())
    for name, of_one in runs.items():
        seconds, processor = middle(of_one, "seconds"), middle(of_one, "processor")
        print(f"  {name:22} {seconds:7.2f} s, {processor:6.2f} s of processor")
    return runs


def ratio(runs, one, other):
    pairs = zip(runs[one], runs[other], strict=True)
    return statistics.median(a.seconds / b.seconds for a, b in pairs)


def one_connection(download, times, where):
    """One connection; `where` says how fast."""
    runs = tried(
        {
            "curl": download.curl,
            "curl, sha256sum, sync": download.by_hand,
            "sha256 alone": download.hashing,
            "ours": download.ours,
            "ours without hashing": lambda: download.ours("unhashed"),
        },
        times,
    )
    hashing = ratio(runs, "sha256 alone", "curl")
    rate = download.size / MIB / middle(runs["sha256 alone"], "seconds")
    print(f"  sha256 alone: {rate:.0f} MiB/s here, {hashing:.2f} of curl's time")
    show(f"{where}, curl = 1", ratio(runs, "ours", "curl"), max(1.05, round(hashing, 2)))
    show(f"{where}, by hand = 1", ratio(runs, "ours", "curl, sha256sum, sync"), 1.0)
    show(f"{where}, without hashing = 1", ratio(runs, "ours", "ours without hashing"), 1.05)
    show("most memory", max(one.peak_mib for one in runs["ours"]), 100, "MiB")


def slow(download, times):
    """Each connection held to `SLOW`."""
    runs = tried({"curl": download.curl, "ours": download.ours}, times)
    faster = ratio(runs, "curl", "ours")
    show("20 MB/s a connection: times as fast as curl", faster, 3.0, at_most=False)


def sent(address):
    with urllib.request.urlopen(address.replace("/file", "/sent")) as reply:
        return int(reply.read())


def resumed(download):
    """`kill -9` after nine tenths: what the second run fetches."""
    download.target.unlink(missing_ok=True)
    process = subprocess.Popen(download.command("stated"), stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if float(line) >= 0.9 * download.size:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(1)
    before = sent(download.address)
    download.ours()
    show(
        "killed after 90 %: fetched again",
        100 * (sent(download.address) - before) / download.size,
        11,
        "%",
    )


def main():
    mebibytes, times, place = (*sys.argv[1:], *("1024", "5", None)[len(sys.argv) - 1 :])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        folder, source = Path(scratch) / "in", Path(scratch) / "source"
        folder.mkdir()
        size = int(mebibytes) * MIB
        digest = made(source, size)
        for where, rate in (("gigabit", GIGABIT), ("loopback", 0)):
            with served(source, rate) as address:
                one_connection(Download(address, source, digest, folder), int(times), where)
        digest = made(source, SLOW_BYTES)
        with served(source, SLOW) as address:
            download = Download(address, source, digest, folder)
            slow(download, int(times))
            resumed(download)


if __name__ == "__main__":
    main()
