"""What the engine's service and this terminal set for the engine."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..model.reading import Missing, Readings, Text
from ..model.source import Command, Env, Like, Source, Stat

SHOWN = Command("systemctl", "show", "ollama", "-p", "Environment")
UNIT = Command("systemctl", "cat", "ollama")
ACCOUNT = Command("getent", "passwd", "ollama")
ENGINE_VARIABLES = (
    "OLLAMA_HOST", "OLLAMA_MODELS", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES",
    "HSA_OVERRIDE_GFX_VERSION", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GGML_CUDA_P2P",
)  # fmt: skip
PROXY_VARIABLES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY")
STORES = ("/usr/share/ollama/.ollama/models", "/var/lib/ollama/models")
#: The same settings in other words: other options, the unit's files, a container's variables.
SPELLINGS = tuple(
    Like(pattern)
    for pattern in (
        "command:systemctl show ollama*",
        "command:systemctl cat ollama*",
        "command:systemctl show -p* ollama*",
        "file:/etc/systemd/system/ollama.service",
        "file:/etc/systemd/system/ollama.service.d/*",
    )
)
CONTAINERS = (Like("command:docker exec * env"), Like("command:podman exec * env"))
SOURCES: tuple[Source, ...] = (
    *SPELLINGS,
    *CONTAINERS,
    SHOWN,
    UNIT,
    ACCOUNT,
    *(Env(name) for name in (*ENGINE_VARIABLES, *PROXY_VARIABLES)),
    *(Stat(path) for path in STORES),
)


@dataclass(frozen=True)
class Services:
    """`service` holds (source, name, value); `shell` the variables of this terminal.

    `known` is False where the service's settings could not be read.
    """

    service: tuple[tuple[str, str, str], ...] = ()
    shell: Mapping[str, str] = field(default_factory=dict)
    unset: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    known: bool = False

    def settings(self, name: str) -> Iterator[tuple[str, str]]:
        """(source, value) of every time the service is given this variable."""
        return ((source, value) for source, one, value in self.service if one == name)

    def everywhere(self, name: str) -> Iterator[tuple[str, str]]:
        """The service's settings, then this terminal's."""
        yield from self.settings(name)
        if name in self.shell:
            yield f"env:{name}", self.shell[name]


def parse(readings: Readings) -> Services:
    asked_for: tuple[Source, ...] = (SHOWN, UNIT, *SPELLINGS)
    stated = {key: text for source in asked_for for key, text in readings.texts(source)}
    inside = {key: text for source in CONTAINERS for key, text in readings.texts(source)}
    settings = (one for key, text in stated.items() for one in _environment(key, text))
    asked = {name: readings.of(Env(name)) for name in (*ENGINE_VARIABLES, *PROXY_VARIABLES)}
    return Services(
        (*settings, *(one for key, text in inside.items() for one in _variables(key, text))),
        {name: one.text.strip() for name, one in asked.items() if isinstance(one, Text)},
        frozenset(name for name, one in asked.items() if isinstance(one, Missing)),
        frozenset(path for path in STORES if readings.text(Stat(path)) is not None),
        bool(stated),
    )


def _variables(source: str, text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals:
            yield source, name, value


def _environment(source: str, text: str) -> Iterator[tuple[str, str, str]]:
    for line in text.splitlines():
        if not line.strip().startswith("Environment="):
            continue
        for word in _words(line.strip().removeprefix("Environment=")):
            name, equals, value = word.partition("=")
            if equals:
                yield source, name, value


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
