"""Which operating system this is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..model.facts import Unknown
from ..model.reading import Failed, Readings, Text
from ..model.shown import Shown
from ..model.source import Call, Command, Env, File, Like, Source, Stat

UNAME = Call("platform.uname")
OS_RELEASE = File("/etc/os-release")
VERSION = File("/proc/version")
SOURCES: tuple[Source, ...] = (
    UNAME,
    OS_RELEASE,
    VERSION,
    File("/proc/1/comm"),
    Stat("/.dockerenv"),
    Stat("/run/.containerenv"),
    Stat("/run/systemd/system"),
    Env("container"),
    Env("KUBERNETES_SERVICE_HOST"),
    Command("ldd", "--version"),
    Command("sw_vers", "-productVersion"),
    Command("uname", "-r"),
    Like("command:uname -a"),
    Like("command:sw_vers"),
    Like("command:getconf GNU_LIBC_VERSION"),
    Like("command:sysctl -a"),
    Like("command:systeminfo"),
)
#: ID or ID_LIKE of /etc/os-release → the family, named after who made its package manager
FAMILIES = {
    "debian": "debian", "ubuntu": "debian", "rhel": "rhel", "fedora": "rhel", "centos": "rhel",
    "arch": "arch", "suse": "suse", "opensuse": "suse", "alpine": "alpine", "nixos": "nixos",
    "gentoo": "gentoo", "void": "void",
}  # fmt: skip


@dataclass(frozen=True)
class Host:
    """The operating system. `family` groups distributions by package manager (debian, rhel, …)."""

    system: str | None = None
    distro: str | None = None
    version: str | None = None
    family: str | None = None
    kernel: str | None = None
    libc: str | None = None
    wsl: bool | None = None
    container: str | None = None
    translated: bool | None = None
    systemd: bool | None = None
    unknown: tuple[Unknown, ...] = ()


#: The machine's own words (system, processor, memory, GPUs) are told together, in `ui/report.py`.
SHOWN = Shown(
    name="os",
    fact=Host,
    fields=("system", "distro", "version", "kernel", "libc", "wsl", "container", "translated"),
    place=10,
)


def parse(readings: Readings) -> Host:
    uname = readings.fields(UNAME)
    release = _release(readings)
    system = uname.get("system") or _system(readings)
    kernel = _kernel(readings, uname, system)
    words = [release.get("ID", ""), *release.get("ID_LIKE", "").split()]
    family = next((FAMILIES[w] for w in words if w in FAMILIES), None)
    unknown = () if system else (Unknown("os.system", "missing", "no source told it", UNAME.key),)
    return Host(
        system,
        release.get("ID"),
        _version(readings, release, system),
        family,
        kernel,
        _libc(readings, family),
        _wsl(readings, system, kernel),
        _container(readings),
        _translated(readings, system),
        _systemd(readings),
        unknown,
    )


def _release(readings: Readings) -> dict[str, str]:
    pairs = re.findall(r"(?m)^([A-Z_]+)=[\"']?(.*?)[\"']?\s*$", readings.text(OS_RELEASE) or "")
    return dict(pairs)


def _system(readings: Readings) -> str | None:
    text = readings.text(VERSION) or ""
    return "Linux" if text.startswith("Linux") else None


def _kernel(readings: Readings, uname: dict[str, Any], system: str | None) -> str | None:
    if uname.get("release"):
        return str(uname["release"])
    found = re.match(r"Linux version (\S+)", readings.text(VERSION) or "")
    plain = (readings.text("command:uname -r") or "").strip()
    complete = re.match(r"(?:Linux|Darwin) \S+ (\d\S*)", readings.text("command:uname -a") or "")
    plain = plain or (complete[1] if complete else "")
    apple = re.search(r"(?m)^kern\.osrelease: (\S+)", readings.text("command:sysctl -a") or "")
    return found[1] if found else plain or (apple[1] if apple and system == "Darwin" else None)


def _version(readings: Readings, release: dict[str, str], system: str | None) -> str | None:
    if system == "Darwin":
        stated = (readings.text("command:sw_vers -productVersion") or "").strip()
        listed = re.search(r"(?m)^ProductVersion:\s*(\S+)", readings.text("command:sw_vers") or "")
        stated = stated or (listed[1] if listed else "")
        named = re.search(
            r"(?m)^kern\.osproductversion: (\S+)", readings.text("command:sysctl -a") or ""
        )
        return stated or (named[1] if named else None)
    if system == "Windows":
        return str(readings.fields(UNAME).get("release") or "") or None
    return release.get("VERSION_ID")


def _libc(readings: Readings, family: str | None) -> str | None:
    """`ldd --version` of glibc speaks on stdout, musl's on stderr with an exit code of 1."""
    reading = readings.of("command:ldd --version")
    text = reading.everything if isinstance(reading, Text) else ""
    musl = re.search(r"musl libc[^\n]*\n\s*Version (\S+)", text)
    if musl:
        return f"musl {musl[1]}"
    plain = readings.text("command:getconf GNU_LIBC_VERSION") or ""
    glibc = re.search(r"(?m)^(?:ldd |glibc (?=\d)).*?(\d+\.\d+)\s*$", f"{text}\n{plain}")
    return f"glibc {glibc[1]}" if glibc else "musl" if family == "alpine" else None


def _wsl(readings: Readings, system: str | None, kernel: str | None) -> bool | None:
    words = f"{kernel or ''} {readings.text(VERSION) or ''}".lower()
    if "microsoft" in words:
        return True
    return False if system in ("Darwin", "Windows") or kernel else None


def _container(readings: Readings) -> str | None:
    for key, name in (("stat:/.dockerenv", "docker"), ("stat:/run/.containerenv", "podman")):
        if isinstance(readings.of(key), Text):
            return name
    if readings.text("env:KUBERNETES_SERVICE_HOST"):
        return "kubernetes"
    return readings.text("env:container") or None


def _translated(readings: Readings, system: str | None) -> bool | None:
    found = re.search(r"sysctl\.proc_translated: (\d)", readings.text("command:sysctl -a") or "")
    if found:
        return found[1] == "1"
    return False if system == "Linux" else None


def _systemd(readings: Readings) -> bool | None:
    reading = readings.of("stat:/run/systemd/system")
    return None if isinstance(reading, Failed) else isinstance(reading, Text)
