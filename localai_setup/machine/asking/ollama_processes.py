"""Ollama's programs that run now: who owns them, where they listen, which settings they were started with.

Of other programs, and of variables and options that are no settings of an engine, nothing is kept.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import psutil

T = TypeVar("T")
#: Names of its programs; what runs a model was the program itself, then one of its own, then llama.cpp's.
SERVER, RUNNERS = "ollama", ("llama-server", "ollama_llama_server", "ollama-runner")
APPS = ("ollama app", "Ollama")
#: Variables that are settings of the engine, and none of them a secret.
SETTINGS = re.compile(
    r"LOCALAI_OLLAMA_RECORD|OLLAMA_(?!.*(?:KEY|TOKEN|AUTH|SECRET))\w+|CUDA_VISIBLE_DEVICES|HIP_VISIBLE_DEVICES"
    r"|ROCR_VISIBLE_DEVICES|HSA_OVERRIDE_GFX_VERSION|GGML_VK_VISIBLE_DEVICES|HOME"
)
#: llama-server's options that tell what no API of Ollama tells
OPTIONS = (
    "-c",
    "-np",
    "--cache-type-k",
    "--cache-type-v",
    "--flash-attn",
    "--n-gpu-layers",
    "-ngl",
)
#: Below this number a user of a Unix system is no person, but a service.
FIRST_PERSON = 500 if sys.platform == "darwin" else 1000
CONTAINED = re.compile(r"docker|libpod|containerd|kubepods|/lxc")


def processes() -> list[dict[str, Any]]:
    """One entry for each server, runner and desktop app of Ollama, by process id."""
    found = [entry for pid in sorted(_candidates()) if (entry := _entry(pid))]
    return [one for one in found if one["role"] != "other"]


def _candidates() -> Iterator[int]:
    """Process ids by name. Linux keeps names in files, which is faster than asking a library."""
    names = {SERVER, *RUNNERS, *APPS}
    if sys.platform == "linux":
        for path in glob.iglob("/proc/[0-9]*/comm"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if Path(path).read_text("utf-8", "replace").strip() in {n[:15] for n in names}:
                    yield int(path.split("/")[2])
        return
    import psutil

    for process in psutil.process_iter(["name"]):
        if (process.info["name"] or "").removesuffix(".exe") in names:
            yield process.pid


def _entry(pid: int) -> dict[str, Any] | None:
    """None where it ended while it was looked at."""
    import psutil

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return _described(process)
    except psutil.Error:
        return None


def _described(process: psutil.Process) -> dict[str, Any]:
    import psutil

    argv = _allowed(process.cmdline) or []
    contained = _contained(process.pid)
    sockets, certain = ([], True) if contained else _sockets(process)
    parent = process.ppid()
    return {
        "pid": process.pid,
        "parent": parent,
        "parent_name": _name(parent),
        "role": _role(process.name().removesuffix(".exe"), argv),
        "program": _allowed(process.exe) or (argv[0] if argv else ""),
        "owner": _owner(process),
        "seconds": max(0, round(time.time() - process.create_time())),
        "stopped": process.status() == psutil.STATUS_STOPPED,
        "container": contained,
        "listens": sockets,
        "certain": certain,
        "variables": _variables(process),
        "options": _options(argv),
        "model": next((m[0] for one in argv if (m := re.search(r"sha256-[0-9a-f]{64}", one))), ""),
    }


def _role(name: str, argv: Sequence[str]) -> str:
    """A llama-server is Ollama's where it lies among Ollama's files and its model among its blobs."""
    if name in APPS:
        return "app"
    verb = argv[1] if len(argv) > 1 else ""
    if name == SERVER:
        return {"serve": "server", "runner": "runner"}.get(verb, "other" if argv else "server")
    ours = "ollama" in (argv[0] if argv else name).lower()
    return "runner" if ours and "sha256-" in " ".join(argv) else "other"


def _allowed(ask: Callable[[], T]) -> T | None:
    """What may not be asked of another user's process is None."""
    import psutil

    try:
        return ask()
    except (psutil.AccessDenied, OSError):
        return None


def _name(pid: int) -> str:
    import psutil

    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return ""


def _owner(process: psutil.Process) -> str:
    """`you`, the name of a service's account, or `another user`: no name of a person is kept."""
    name = _allowed(process.username) or ""
    if sys.platform == "win32":
        import getpass

        return (
            "you"
            if name.rpartition("\\")[2].lower() == getpass.getuser().lower()
            else "another user"
        )
    uid = process.uids().effective
    if uid == os.geteuid():
        return "you"
    return name if uid < FIRST_PERSON else "another user"


def _contained(pid: int) -> bool:
    """Whether it runs in a container, and this process in another one or in none."""
    theirs, ours = _control_group(pid), _control_group(os.getpid())
    return theirs != ours and bool(CONTAINED.search(theirs))


def _control_group(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cgroup").read_text("utf-8", "replace")
    return ""


def _variables(process: psutil.Process) -> Mapping[str, str] | None:
    found = _allowed(process.environ)
    if found is None:
        return None
    return {name: value for name, value in found.items() if SETTINGS.fullmatch(name)}


def _options(argv: Sequence[str]) -> Mapping[str, str]:
    return {one: argv[at + 1] for at, one in enumerate(argv[:-1]) if one in OPTIONS}


def _sockets(process: psutil.Process) -> tuple[list[str], bool]:
    """`127.0.0.1:11434` for each; where they may not be asked for, those of its user are taken."""
    ask = getattr(process, "net_connections", None) or process.connections
    found = _allowed(lambda: ask(kind="tcp"))
    if found is None:
        return sorted(_sockets_of(process.uids().effective)), False
    listening = (one.laddr for one in found if one.status == "LISTEN" and one.laddr)
    return sorted({_written(one.ip, one.port) for one in listening}), True


def _sockets_of(uid: int) -> Iterator[str]:
    """Linux tells everybody which user has a listening socket (`st` 0A in /proc/net/tcp)."""
    for path, width in (("/proc/net/tcp", 8), ("/proc/net/tcp6", 32)):
        with contextlib.suppress(OSError, ValueError, IndexError):
            for line in Path(path).read_text("ascii").splitlines()[1:]:
                words = line.split()
                if words[3] == "0A" and int(words[7]) == uid:
                    address, port = words[1].split(":")
                    yield _written(_dotted(address, width), int(port, 16))


def _dotted(raw: str, width: int) -> str:
    """The kernel writes addresses as words of four bytes, each of them turned round."""
    import ipaddress

    assert len(raw) == width
    words = (bytes.fromhex(raw[at : at + 8])[::-1] for at in range(0, width, 8))
    return str(ipaddress.ip_address(b"".join(words)))


def _written(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
