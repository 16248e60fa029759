"""Which commands of a fix may be run without a person looking on.

Proofs: those that only read, without privileges. Privileged commands, where `--yes` and
`--allow-system-changes` were both given: those of well-known shapes that need nothing filled in, do
not restart the computer and lose nothing. Everything else is for a person to read first.
"""

from __future__ import annotations

import re
import shlex

from ..model.finding import Fix

#: programs that only read, whatever they are given
READERS = frozenset({
    "cat", "df", "findmnt", "free", "getconf", "getent", "groups", "head", "id", "ls", "lscpu",
    "lsmod", "lspci", "modinfo", "ps", "rocminfo", "sha256sum", "ss", "sw_vers", "sycl-ls",
    "uname", "uptime", "vulkaninfo",
})  # fmt: skip
#: programs that only read where their first word is one of these; "" is none at all
READS = {
    "apt-mark": {"showhold"},
    "dkms": {"status"},
    "docker": {"logs", "port", "ps"},
    "dpkg": {"-l"},
    "journalctl": {"-b", "-k", "-u"},
    "ldconfig": {"-p"},
    "ldd": {"--version"},
    "llama-server": {"--list-devices", "--version"},
    "localai": {"detect", "doctor", "status"},
    "mokutil": {"--sb-state"},
    "nvidia-smi": {"", "-L", "-q"},
    "ollama": {"--version", "list", "ps", "show"},
    "podman": {"logs", "port", "ps"},
    "resolvectl": {"status"},
    "swapon": {"--show"},
    "systemctl": {"cat", "is-active", "show", "status"},
    "timedatectl": {"", "status"},
}
#: words that make a reader write, or never end
NEVER = re.compile(r"--(?:fix|vacuum|rotate|flush|output|report|follow|record)|^-[a-zA-Z]*[fo]$")
_SHELL = re.compile(r"[|&;<>`$*?\\\n()~%]")


def safe_argv(command: str) -> tuple[str, ...] | None:
    """The command as words where it is safe to run as it stands, else None."""
    if not command or _SHELL.search(command):
        return None
    try:
        words = tuple(shlex.split(command))
    except ValueError:
        return None
    if not words or any(NEVER.search(word) for word in words[1:]):
        return None
    first = words[1] if len(words) > 1 else ""
    harmless = words[0] in READERS or first in READS.get(words[0], ())
    return words if harmless else None


#: apt takes a `-` at the end of a name for "remove it"
_NAME = r"[a-z0-9][a-z0-9@._+-]*(?<!-)"
#: what an administrator types every day, and what it does is in its words
STANDARD = tuple(
    re.compile(pattern)
    for pattern in (
        rf"sudo (?:apt|apt-get|dnf|zypper) install (?:-y )?{_NAME}(?: {_NAME})*",
        rf"sudo pacman -S {_NAME}(?: {_NAME})*",
        r"sudo systemctl daemon-reload",
        rf"sudo systemctl (?:start|restart|enable --now) {_NAME}",
        rf"sudo modprobe {_NAME}",
        r"sudo dkms autoinstall",
        r"sudo nvidia-smi -pm 1",
        r"sudo nvidia-ctk runtime configure --runtime=docker",
        r"sudo usermod -aG [a-z,]+ \$USER",
    )
)


def why_attended(fix: Fix) -> str:
    """Why this fix is for a person to run, in words; empty where it can be run as it stands."""
    if fix.loses:
        return "it could lose work, so it is never run with --yes."
    if fix.reboot:
        return "it restarts the computer, so it is never run with --yes."
    odd = [one for one in fix.commands if not (_is_standard(one) or safe_argv(one))]
    if odd:
        return f"`{odd[0]}` may need something filled in; leave out --yes and be asked."
    return ""


#: start what a person had running before, and change nothing else; without an administrator
STARTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"systemctl --user start {_NAME}",
        r"docker start [A-Za-z0-9][A-Za-z0-9_.-]*",
        r"open -a Ollama",
    )
)


def starts_a_program(fix: Fix) -> bool:
    """Whether all that it does is to start a program that is not ours."""
    return bool(fix.commands) and all(_is_one_of(STARTS, one) for one in fix.commands)


def _is_one_of(patterns: tuple[re.Pattern[str], ...], command: str) -> bool:
    return any(pattern.fullmatch(command) for pattern in patterns)


def _is_standard(command: str) -> bool:
    return _is_one_of((*STANDARD, *STARTS), command)
