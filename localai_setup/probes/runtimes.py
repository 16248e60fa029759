"""What stands between an engine and the graphics card: containers, WSL, the loader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..model.reading import Missing, Readings, Text
from ..model.source import Command, Env, File, Like, Source, Stat

LIBRARY_PATH = Env("LD_LIBRARY_PATH")
BOOT_LINE = File("/proc/cmdline")
NODES = (
    "/dev/dxg", "/dev/kfd", "/dev/dri", "/dev/nvidiactl", "/usr/lib/wsl/lib/libcuda.so.1",
)  # fmt: skip
#: where Linux driver packages put their library; Windows projects its own below /usr/lib/wsl
DRIVER_LIBRARIES = (
    Stat("/usr/lib/x86_64-linux-gnu/libcuda.so.*"),
    Stat("/usr/lib/aarch64-linux-gnu/libcuda.so.*"),
    Stat("/usr/lib64/libcuda.so.*"),
)
LOADER_PATHS = File("/etc/ld.so.conf.d/*.conf")
PACKAGES = (Like("command:dpkg*"), Like("command:rpm -qa*"), Like("command:apt list*"))
LOADER_CACHE = Like("command:ldconfig -p*")
PODMAN = (Command("podman", "machine", "info"), Command("podman", "machine", "list"))
SOURCES: tuple[Source, ...] = (
    LIBRARY_PATH,
    BOOT_LINE,
    *(Stat(path) for path in NODES),
    *DRIVER_LIBRARIES,
    LOADER_PATHS,
    LOADER_CACHE,
    *PACKAGES,
    *(Like(source.key) for source in PODMAN),
)
#: the module's number is part of the file's name: libcuda.so.535.183.01
_DRIVER_NUMBER = re.compile(r"libcuda\.so\.(\d{3}[.\d]*)$")
_DRIVER_PACKAGE = re.compile(r"(?m)^(?:ii\s+)?(?:lib)?nvidia-(?:driver|compute)-(\d{3})")
_PROVIDER = re.compile(r"\b(applehv|libkrun|qemu)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Runtimes:
    """`there` and `absent` are paths that were asked for.

    `linux_drivers` holds (reading, version) of NVIDIA driver libraries that a Linux package put
    here; `stubs` (reading, line) of loader paths that end in CUDA's build-time stand-ins;
    `podman_provider` and `podman_memory_gib` describe the virtual machine of Podman on a Mac.
    """

    there: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    boot_line: str | None = None
    linux_drivers: tuple[tuple[str, str], ...] = ()
    stubs: tuple[tuple[str, str], ...] = ()
    podman_provider: str | None = None
    podman_memory_gib: float | None = None


def follow_up(readings: Readings) -> tuple[Source, ...]:
    """Podman runs in a virtual machine on a Mac only."""
    mac = '"Darwin"' in (readings.text("call:platform.uname") or "")
    return PODMAN if mac else ()


def parse(readings: Readings) -> Runtimes:
    nodes = {path: readings.of(Stat(path)) for path in NODES}
    podman = "\n".join(readings.text(source) or "" for source in PODMAN)
    provider = _PROVIDER.search(podman)
    memory = re.search(r"\s([\d.]+)\s?GiB\s", podman)
    boot = readings.text(BOOT_LINE)
    return Runtimes(
        frozenset(path for path, one in nodes.items() if isinstance(one, Text)),
        frozenset(path for path, one in nodes.items() if isinstance(one, Missing)),
        boot.strip() if boot is not None else None,
        tuple(_linux_drivers(readings)),
        tuple(_stubs(readings)),
        provider[1].lower() if provider else None,
        float(memory[1]) if memory else None,
    )


def _linux_drivers(readings: Readings) -> Iterator[tuple[str, str]]:
    for source in DRIVER_LIBRARIES:
        for key, _ in readings.texts(source):
            number = _DRIVER_NUMBER.search(key)
            if number:
                yield key, number[1]
    for listing in PACKAGES:
        for key, text in readings.texts(listing):
            yield from ((key, found) for found in _DRIVER_PACKAGE.findall(text))


def _stubs(readings: Readings) -> Iterator[tuple[str, str]]:
    """Entries of the loader's path that hold the stand-ins which come with the CUDA toolkit."""
    path = readings.text(LIBRARY_PATH) or ""
    for part in path.strip().split(":"):
        if part.rstrip("/").endswith("/stubs"):
            yield LIBRARY_PATH.key, part
    for source in (LOADER_PATHS, LOADER_CACHE):
        for key, text in readings.texts(source):
            lines = (line.strip() for line in text.splitlines() if not line.startswith("#"))
            yield from ((key, line) for line in lines if re.search(r"/stubs(?:/|$)", line))
