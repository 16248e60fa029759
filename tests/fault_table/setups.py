"""Faults of archives, of a package index, and of a whole `init` with the real engine: seed → Outcome."""

import contextlib
import http.server
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from localai_setup.machine.fetching import unpacking
from localai_setup.machine.fetching.installers import Installers
from localai_setup.machine.running.processes import Processes
from localai_setup.model.errors import LocalaiError

from ..conftest import Localai
from ..test_unpacking import BAD, tar
from .trial import Outcome

PIN = "iniconfig==2.0.0 --hash=sha256:" + "0" * 64 + "\n"
WHEEL = "iniconfig-2.0.0-py3-none-any.whl"
INIT = ("init", "--yes", "--for", "starter")
#: a set-up takes so long here at most; a signal comes some time before
SET_UP_SECONDS = 15.0
#: in MiB: what the starter's set-up takes of a disk, with all that lies there on the way
NEEDED = 400


@contextlib.contextmanager
def _scratch():
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        yield Path(folder)


def hostile_archive(seed):
    """One of those that point elsewhere, or one whose bytes were hurt at random."""
    chance, outcome = random.Random(seed), Outcome(runs=1)
    with _scratch() as folder:
        members = BAD[chance.choice(sorted(BAD))]
        hurt = chance.random() < 0.5
        archive = tar(folder / "a.tar.gz", [("llama-b1/x", b"x" * 5000)] if hurt else members)
        if hurt:
            raw = bytearray(archive.read_bytes())
            raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
            archive.write_bytes(raw[: chance.randrange(1, len(raw) + 1)])
        before = sorted(folder.iterdir())
        try:
            unpacking.unpack(archive, folder / "out")
        except LocalaiError:
            pass
        except Exception as error:
            outcome.wrong.append(f"{type(error).__name__}: {error}")
        else:
            if not hurt:
                outcome.wrong.append("it was unpacked")
        if [one for one in sorted(folder.iterdir()) if one not in before and one.name != "out"]:
            outcome.wrong.append("a file lies outside")
    return outcome


ANSWERS = {
    "other bytes": lambda: (200, {"Content-Type": "application/octet-stream"}, b"not the wheel"),
    "cut off": lambda: (200, {"Content-Length": "9000000"}, b"x" * 1000),
    "a login page": lambda: (200, {"Content-Type": "text/html"}, b"<html>Please log in"),
    "a redirect loop": lambda: (302, {"Location": f"/{WHEEL}"}, b""),
    "refused": lambda: (403, {}, b""),
    "broken": lambda: (500, {}, b""),
}
PAGES = {
    "right": f'<a href="/{WHEEL}">{WHEEL}</a>',
    "another name": '<a href="/evil-1.0-py3-none-any.whl">evil</a>',
    "a file of this computer": f'<a href="file:///etc/{WHEEL}">{WHEEL}</a>',
    "upwards": f'<a href="/../../{WHEEL}">../../../{WHEEL}</a>',
    "no page": "\0\xff" * 500,
    "thousands of links": "".join(f'<a href="/x{n}.whl">x{n}</a>' for n in range(20_000)),
    "another hash": f'<a href="/{WHEEL}#sha256={"1" * 64}">{WHEEL}</a>',
}


@contextlib.contextmanager
def _index(page, answer):
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            html = (200, {"Content-Type": "text/html"}, page.encode())
            status, headers, body = html if self.path.startswith("/simple/") else answer()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple"
    finally:
        server.shutdown()
        server.server_close()


class _Pip(Processes):
    """With that index alone, and no patience."""

    address = ""

    def run_watched(self, argv, timeout_seconds, watch, extra=None, folder=None):
        own = {"PIP_INDEX_URL": self.address, "PIP_RETRIES": "0", "PIP_FIND_LINKS": ""}
        return super().run_watched(argv, timeout_seconds, watch, {**(extra or {}), **own}, folder)


def hostile_index(seed):
    chance, outcome = random.Random(seed), Outcome(runs=1)
    page, answer = chance.choice(sorted(PAGES)), chance.choice(sorted(ANSWERS))
    with _scratch() as folder, _index(PAGES[page], ANSWERS[answer]) as address:
        pins, pip = folder / "pins.txt", _Pip()
        pins.write_text(PIN)
        pip.address = address
        try:
            Installers(pip).unpack(folder / "target", pins)
            outcome.wrong.append(f"installed: {page}, {answer}")
        except LocalaiError:
            pass
        except Exception as error:
            outcome.wrong.append(f"{page}, {answer}: {type(error).__name__}: {error}")
        if (folder / "target").exists() and any((folder / "target").iterdir()):
            outcome.wrong.append(f"something was installed: {page}, {answer}")
    return outcome


def _works(localai, outcome):
    """The same command again, a real answer, and nothing left when all is undone."""
    done = localai(*INIT)
    outcome.runs += 1
    if done.returncode or not localai("chat", "Say hello.").stdout.strip():
        outcome.wrong.append(f"it does not work afterwards: {done.stderr[-300:]}")
    localai("uninstall", "--yes")
    if (localai.home / "local ai ü").exists():
        outcome.wrong.append("uninstall leaves something")


def _init_signalled(number):
    def fault(seed):
        chance, outcome = random.Random(seed), Outcome(runs=1)
        with _scratch() as folder:
            localai = Localai(folder, {})
            process = localai.start(*INIT, start_new_session=True)
            time.sleep(chance.uniform(0.1, SET_UP_SECONDS))
            process.send_signal(number)
            process.communicate()
            _works(localai, outcome)
        return outcome

    return fault


def init_on_a_full_disk(seed):
    """It is full at a random stage; then it is made larger. Needs root, for a file system of its own."""
    chance, outcome = random.Random(seed), Outcome(runs=1)
    with _scratch() as folder:
        size = chance.randrange(1, NEEDED)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(folder)]
        subprocess.run(mount, check=True)
        try:
            localai = Localai(folder, {})
            done = localai(*INIT)
            if done.returncode not in (0, 1) or "Traceback" in done.stderr:
                outcome.wrong.append(
                    f"{size} MiB: exit code {done.returncode}: {done.stderr[-300:]}"
                )
            subprocess.run(["mount", "-o", "remount,size=4g", str(folder)], check=True)
            _works(localai, outcome)
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(exist_ok=True)
    return outcome


def two_inits(seed):
    outcome = Outcome(runs=2)
    with _scratch() as folder:
        localai = Localai(folder, {"SEED": str(seed)})
        processes = [localai.start(*INIT) for _ in range(2)]
        for process in processes:
            _, errors = process.communicate(timeout=300)
            if process.returncode:
                outcome.wrong.append(errors[-300:])
        _works(localai, outcome)
    return outcome


#: fault → (how it is made, whether chance has a part in it)
QUICK = {
    "hostile archive": (hostile_archive, True),
    "hostile package index": (hostile_index, True),
}
#: with the real engine: half a minute each, and more on a busy machine
REAL = {
    "init killed anywhere": (_init_signalled(signal.SIGKILL), True),
    "init ended by SIGTERM anywhere": (_init_signalled(signal.SIGTERM), True),
    "init ended by Ctrl-C anywhere": (_init_signalled(signal.SIGINT), True),
    "disk full at a random stage of init": (init_on_a_full_disk, True),
    "two inits at once": (two_inits, False),
}
