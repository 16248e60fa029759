"""One Ollama server answers at this address.

Why: WSL forwards Windows' localhost, so whichever server came first answers; each has a store of
its own.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.logs import Logs
from ...probes.network import Network

PROBLEM = Problem(
    title="Two Ollama servers, on Windows and in WSL, share one address.",
    seen="Command line and web interface list different models, downloads vanish, and the card is used only at times.",
    why="WSL forwards Windows' localhost, so whichever server came first answers; each has a store of its own.",
    fixes=(
        Fix(
            "Keep one server. To keep the one of Windows, switch off the one in WSL; its models stay on the disk, but Windows does not see them.",
            ("sudo systemctl disable --now ollama",),
            needs_root=True,
            proof="systemctl is-active ollama",
            where=Where(systems=("linux",), wsl=True),
        ),
        Fix(
            "Keep one server. To keep the one of Windows, switch off the one in WSL; its models stay on the disk, but Windows does not see them.",
            ("wsl -u root systemctl disable --now ollama",),
            proof="netstat -ano | findstr :11434",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or keep the one in WSL: quit Ollama in the Windows tray, and switch it off in the task manager under Startup apps.",
            proof="ollama list",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/7955",
        "https://github.com/ollama/ollama/issues/7163",
        "https://github.com/ollama/ollama/issues/8458",
    ),
    likelihood=0.4,
    systems=(
        "linux",
        "windows",
    ),
    confused_with=(
        "ollama-models-dir-differs",
        "ollama-old-server-running",
    ),
)

SIGNATURES = (
    Signature(
        r"(?m)^\S+ +\d+ .{0,160}\bollama serve\b[\s\S]{0,300}\n\S+ +\d+ .{0,160}\bollama serve\b",
        ("ollama", "serve"),
        certainty=0.97,
        lines=4,
        also=(r"address already in use|Only one usage of each socket address",),
    ),
    Signature(
        r"\bwsl(?:\.exe)? (?:--shutdown|--terminate|--list|-l)\b",
        ("wsl",),
        certainty=0.75,
        also=(r"\bollama list\b", r"^NAME\s+ID\s+SIZE\s+MODIFIED"),
    ),
    Signature(r"(?:wslrelay|wslhost)(?:\.exe)?\b.{0,80}\b11434\b", ("11434",), certainty=0.9),
    Signature(r"\b11434\b.{0,80}(?:wslrelay|wslhost)\b", ("11434",), certainty=0.9),
    Signature(
        r"\b11434\b[\s\S]{0,400}(?:wslrelay|wslhost)\.exe",
        ("11434", "exe"),
        certainty=0.85,
        lines=6,
    ),
    Signature(
        r"11434\s.{0,60}LISTENING\s+(\d+)[\s\S]{0,300}11434\s.{0,60}LISTENING\s+(?!\1\b)\d+",
        ("11434",),
        certainty=0.85,
        lines=6,
    ),
    Signature(
        r"ollama(?: app)?\.exe\b",
        ("exe",),
        certainty=0.75,
        also=(
            r"11434|wsl",
            r"wslrelay|WSL.{0,40}(?:ollama|11434)|ollama\.service|/usr/local/bin/ollama",
        ),
        unless=(r"quarantin",),
    ),
    Signature(
        r"/mnt/c/\S{0,120}ollama(?:\.exe)?\b",
        ("mnt", "c"),
        certainty=0.7,
        also=(r"/usr/local/bin/ollama|ollama\.service",),
    ),
    Signature(
        r"(?m)^\S+ +\d+ .{0,160}\bollama serve\b[\s\S]{0,300}\n\S+ +\d+ .{0,160}\bollama serve\b",
        ("ollama", "serve"),
        certainty=0.9,
        lines=4,
    ),
    Signature(
        r"\bsnap\.ollama\.\w+",
        ("snap", "ollama"),
        certainty=0.88,
        also=(r"(?<!snap\.)\bollama\.service|/usr/local/bin/ollama",),
    ),
    Signature(
        r":11434->11434/tcp",
        ("11434", "tcp"),
        certainty=0.86,
        also=(
            r"ollama\.service|systemctl (?:is-active|status) ollama",
            r"active \(running\)|^active$",
        ),
        unless=(r"already in use|already allocated|bind:",),
    ),
    Signature(
        r"/Applications/Ollama\.app",
        ("applications", "ollama", "app"),
        certainty=0.85,
        also=(r"homebrew/\S{0,80}ollama|brew services",),
    ),
)


def check(logs: Logs, network: Network) -> Symptom | None:
    """The command line and the port list different models."""
    told = logs.texts.get("command:ollama list")
    tags = next((one for one in network.answers if one.url.endswith(":11434/api/tags")), None)
    if told is None or not told.startswith("NAME") or tags is None or not tags.answered:
        return None
    here = {line.split()[0] for line in told.splitlines()[1:] if line.strip()}
    there = set(re.findall(r'"name":\s*"([^"]+)"', tags.text))
    if here == there:
        return None
    what = f"`ollama list` shows {len(here)} models, and the server on port 11434 has {len(there)}."
    return Symptom(what, (Evidence(tags.key, ", ".join(sorted(there)[:3]) or "none"),), 0.97)
