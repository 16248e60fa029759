"""Who starts Ollama here by itself: a service of the system or of the user, a desktop app, a container."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..model.reading import Readings, Text
from ..model.source import Command, Env, File, Like, Source, Stat
from ._ollama_address import Address
from ._ollama_settings import OllamaSettings

ServiceKind = Literal["system-service", "user-service", "desktop-app"]
_PROPERTIES = "LoadState,ActiveState,UnitFileState,User,MainPID,Environment,EnvironmentFiles"
SYSTEM = Command("systemctl", "show", "ollama", "-p", _PROPERTIES)
USER = Command("systemctl", "--user", "show", "ollama", "-p", _PROPERTIES)
#: The same in other words, as people write them down.
SPELLINGS = (Like("command:systemctl show ollama*"), Like("command:systemctl cat ollama*"))
APPS = (
    Stat("/Applications/Ollama.app"),
    Stat("~/Applications/Ollama.app"),
    Stat("~/AppData/Local/Programs/Ollama/ollama app.exe"),
)
BREW = Stat("~/Library/LaunchAgents/homebrew.mxcl.ollama.plist")
SOCKET, DOCKER_HOST = Stat("/var/run/docker.sock"), Env("DOCKER_HOST")
#: Containers of images that offer Ollama's port; the socket on this machine is named, so that no other is asked.
CONTAINERS = Command(
    "docker", "-H", "unix:///var/run/docker.sock", "ps", "-a", "--no-trunc",
    "--filter", "expose=11434/tcp", "--format", "{{json .}}",
)  # fmt: skip
SOURCES: tuple[Source, ...] = (SYSTEM, USER, *APPS, BREW, SOCKET, *SPELLINGS)
_PUBLISHED = re.compile(r"(?:(\[[0-9a-f:]*\]|[\d.]+|::):)?(\d+)->11434/tcp")


@dataclass(frozen=True)
class Service:
    """`running` is None where nobody could tell; `user` is the account that a system service runs as."""

    kind: ServiceKind
    running: bool | None = None
    enabled: bool | None = None
    user: str = ""
    pid: int | None = None
    settings: OllamaSettings = field(default_factory=OllamaSettings)


@dataclass(frozen=True)
class Container:
    """`address` is where it is published on this machine; None where it is not."""

    name: str
    image: str
    running: bool
    address: Address | None = None


def follow_up(readings: Readings) -> Iterator[Source]:
    """Files with settings that a service names, and containers where Docker is."""
    if isinstance(readings.of(SOCKET), Text):
        yield CONTAINERS
    for source in (SYSTEM, USER):
        yield from (File(path) for path in _files(_shown(readings, source)))


def services(readings: Readings) -> tuple[Service, ...]:
    found = [_unit(readings, SYSTEM, "system-service"), _unit(readings, USER, "user-service")]
    if any(isinstance(readings.of(one), Text) for one in (*APPS, BREW)):
        found.append(Service("desktop-app"))
    return tuple(one for one in found if one)


def _shown(readings: Readings, source: Command) -> dict[str, str]:
    """Properties of a unit; nothing where there is no such unit."""
    pairs = (line.partition("=") for line in (readings.text(source) or "").splitlines())
    shown = {name: value for name, found, value in pairs if found}
    return shown if shown.get("LoadState") == "loaded" else {}


def _unit(readings: Readings, source: Command, kind: ServiceKind) -> Service | None:
    shown = _shown(readings, source)
    if not shown:
        return _written_down(readings) if source is SYSTEM else None
    variables = dict(_assignments(shown.get("Environment", "")))
    for path in _files(shown):
        lines = (readings.text(File(path)) or "").splitlines()
        given = (one for one in lines if not one.lstrip().startswith(("#", ";")))
        variables |= dict(pair for one in given for pair in _assignments(one))
    pid = shown.get("MainPID", "0")
    return Service(
        kind,
        shown.get("ActiveState") in ("active", "activating", "reloading"),
        shown.get("UnitFileState") in ("enabled", "enabled-runtime"),
        shown.get("User", ""),
        int(pid) if pid.isdigit() and pid != "0" else None,
        OllamaSettings(variables, source.key),
    )


def _written_down(readings: Readings) -> Service | None:
    """A service as other hands recorded it: its file, or its environment alone."""
    for spelling in SPELLINGS:
        for key, text in readings.texts(spelling):
            lines = (line.strip() for line in text.splitlines())
            given = [
                one.removeprefix("Environment=") for one in lines if one.startswith("Environment=")
            ]
            if any(given):
                variables = dict(pair for one in given for pair in _assignments(one))
                return Service("system-service", settings=OllamaSettings(variables, key))
    return None


def _files(shown: dict[str, str]) -> list[str]:
    """`/etc/default/ollama (ignore_errors=yes)`"""
    return re.findall(r"(/\S+) \(ignore_errors=", shown.get("EnvironmentFiles", ""))


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    for word in words:
        name, found, value = word.partition("=")
        if found:
            yield name, value


def containers(readings: Readings) -> tuple[Container, ...]:
    """One JSON object a line; of several published addresses the most open one counts."""
    found = []
    for line in (readings.text(CONTAINERS) or "").splitlines():
        try:
            one = json.loads(line)
            found.append(_container(one))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return tuple(found)


def _container(one: dict[str, str]) -> Container:
    published = [_published(*pair) for pair in _PUBLISHED.findall(one["Ports"])]
    published.sort(key=lambda address: not address.everywhere)
    running = one["State"] == "running"
    return Container(one["Names"], one["Image"], running, published[0] if published else None)


def _published(host: str, port: str) -> Address:
    return Address(host.strip("[]"), int(port))
