"""Faults of archives, of a package index and of a hub: seed → Outcome."""

import contextlib
import http.server
import json
import random
import re
import tempfile
import threading
from pathlib import Path

import pytest

from localai_setup.machine.fetching import repository, unpacking
from localai_setup.machine.fetching.installers import Installers
from localai_setup.machine.running.processes import Processes
from localai_setup.model.errors import LocalaiError

from ..far_hub import FarFile, FarHub
from ..fuzz.mutations import of_json
from ..gguf_files import build, numbers, tensor_list
from ..test_unpacking import BAD, tar
from .trial import Outcome

PIN = "iniconfig==2.0.0 --hash=sha256:" + "0" * 64 + "\n"
WHEEL = "iniconfig-2.0.0-py3-none-any.whl"


@contextlib.contextmanager
def scratch():
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        yield Path(folder)


def hostile_archive(seed):
    """One of those that point elsewhere, or one whose bytes were hurt at random."""
    chance, outcome = random.Random(seed), Outcome(runs=1)
    with scratch() as folder:
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
    with scratch() as folder, _index(PAGES[page], ANSWERS[answer]) as address:
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


#: in place of a listing
LISTINGS = {
    "a login page": lambda _: "<html>Please log in",
    "nested too deep": lambda _: "[" * 100_000,
    "another kind": lambda _: "[1, 2]",
    "without end": lambda _: '{"sha": "' + "x" * repository.LISTING_BYTES,
    "without hashes": lambda right: re.sub(r"[0-9a-f]{64}", "", right),
    "without sizes": lambda right: re.sub(r'"size": \d+', '"size": null', right),
    "wrong sizes": lambda right: re.sub(r'"size": \d+', '"size": 77', right),
    "upwards": lambda right: right.replace("tiny-Q4", "../../tiny-Q4"),
    "escapes": lambda right: right.replace("tiny-Q4", "\\u001b[2Jtiny-Q4"),
}


def hostile_listing(seed):
    """A listing of one of these kinds, or one that was changed at random: refused, or read as it is."""
    chance, outcome = random.Random(seed), Outcome(runs=1)
    kept, size = build(numbers() | {"tokenizer.ggml.tokens": ["a", "b"]}, tensor_list())
    hub = FarHub({"tiny-Q4_K_M.gguf": FarFile(kept, len(kept) + size)}).start()
    name, right = chance.choice([*sorted(LISTINGS), "changed"]), hub.listed().decode()
    hub.listing = (
        of_json(json.loads(right), chance) if name == "changed" else LISTINGS[name](right)
    ).encode("utf-8", "replace").decode()  # fmt: skip
    with scratch() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", hub.address)
        patch.setenv("HF_HOME", str(folder))
        try:
            found = repository.open_model("acme/tiny")
            if any("/" in one.name.strip("/") and ".." in one.name for one in found.chosen.files):
                outcome.wrong.append(f"{name}: a file outside")
        except LocalaiError as error:
            if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", str(error)):
                outcome.wrong.append(f"{name}: an escape sequence in {error!r}")
        except Exception as error:
            outcome.wrong.append(f"{name}: {type(error).__name__}: {error}")
    hub.server.shutdown()
    return outcome


#: fault → (how it is made, whether chance has a part in it)
QUICK = {
    "hostile archive": (hostile_archive, True),
    "hostile package index": (hostile_index, True),
    "hostile listing of a hub": (hostile_listing, True),
}
