"""What the kernel, the services and the engines wrote into their logs, or answered when they ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.reading import NOT_RECORDED, Failed, Readings, Text
from ..model.source import Command, Like, Source
from .server_log import LOG as OWN_LOG

#: The last lines of the service that most machines have; more would cost the doctor its second.
ENGINE_JOURNAL = Command("journalctl", "-u", "ollama", "--no-pager", "-n", "400")
#: Where only an administrator may read `dmesg`, the journal may still show the kernel's messages.
KERNEL_LOG = Command("dmesg")
KERNEL_JOURNAL = Command("journalctl", "-k", "-b", "--no-pager", "-n", "3000")
#: Folders above a log of a program of a desktop: /home/user/.local/share/Jan/data/logs/app.log
DEEPEST_LOG = 10
#: What lists a machine's parts and settings, at length, is no log: its words mean nothing broken.
INVENTORIES = tuple(
    f"command:{name}"
    for name in (
        "sysctl -a",
        "dxdiag",
        "systeminfo",
        "wmic",
        "lscpu",
        "lshw",
        "cpuid",
        "df",
        "env",
        # containers as we list them: that somebody may not, or that one was stopped, breaks nothing
        "docker -H unix:///var/run/docker.sock ps",
    )
)
SOURCES: tuple[Source, ...] = (
    KERNEL_LOG,
    ENGINE_JOURNAL,
    OWN_LOG,
    Like("command:*"),
    Like("file:/etc/fstab"),
    Like("file:*server.log"),
    Like("file:*.log"),
    *(Like(f"file:/{'*/' * depth}*.log") for depth in range(1, DEEPEST_LOG + 1)),
    Like("http:*"),
)
PROGRAM_VERSION = "command:ollama --version"
NO_SERVER = "Warning: could not connect to a running Ollama instance"
#: We ask for a service where there may be none; that a machine has no systemd breaks nothing.
SERVICES = ("command:systemctl show ollama", "command:systemctl cat ollama",
            "command:systemctl --user show ollama")  # fmt: skip
NO_SYSTEMD = "System has not been booted with systemd"
#: The key of all texts together: some problems show in two readings, half in each.
TOGETHER = "several readings"


@dataclass(frozen=True)
class Logs:
    """Log texts by the key of their reading, and all of them under `TOGETHER`."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def engine(self) -> str:
        """What the engines' services and containers wrote."""
        kept = ("command:journalctl", "command:docker logs", "command:podman logs", "file:")
        return "\n".join(text for key, text in self.texts.items() if key.startswith(kept))


def follow_up(readings: Readings) -> list[Source]:
    stated = readings.of(KERNEL_LOG)
    if stated is NOT_RECORDED or (isinstance(stated, Text) and stated.text.strip()):
        return []
    return [KERNEL_JOURNAL]


def parse(readings: Readings) -> Logs:
    keys = [key for source in SOURCES for key, _ in readings.like(source)]
    keys = [key for key in keys if not key.startswith(INVENTORIES)]
    plain = [source.key for source in SOURCES if "*" not in source.key]
    found = ((key, _words(key, readings)) for key in dict.fromkeys([*plain, *keys]))
    texts = {key: text for key, text in found if text.strip()}
    return Logs({**texts, TOGETHER: "\n".join(texts.values())} if len(texts) > 1 else texts)


def _asked(key: str) -> str:
    """How a container was started tells as much as what it then wrote."""
    starts = ("command:docker run ", "command:podman run ")
    return f"$ {key.removeprefix('command:')}\n" if key.startswith(starts) else ""


def _words(key: str, readings: Readings) -> str:
    """The text of a reading; of a server or program that did not answer, the reason."""
    reading = readings.of(key)
    if isinstance(reading, Text):
        words = reading.everything
        return "" if _breaks_nothing(key, words) else _asked(key) + words
    if isinstance(reading, Failed) and key.startswith("http:"):
        address = key.removeprefix("http:")
        return f'Get "{address}": {reading.reason}'
    if isinstance(reading, Failed) and key.startswith("command:") and reading.kind == "failed":
        return f"{key.removeprefix('command:').split()[0]}: {reading.reason}"
    return ""


def _breaks_nothing(key: str, words: str) -> bool:
    """Whether our own question was answered with a fact: no server runs, this machine has no systemd."""
    return (key == PROGRAM_VERSION and NO_SERVER in words) or (
        key.startswith(SERVICES) and NO_SYSTEMD in words
    )
