"""The installer put in the files for the card that is there.

Why: A stray NVIDIA tool counts as an NVIDIA card, and without a tool that lists hardware nothing
is recognised.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.gpus import Gpus
from ...probes.logs import Logs

PROBLEM = Problem(
    title="Ollama's installer mistook which graphics card this is.",
    seen="An AMD machine gets NVIDIA's files, or a machine with a card is told that it has none.",
    why="A stray NVIDIA tool counts as an NVIDIA card, and without a tool that lists hardware nothing is recognised.",
    fixes=(
        *(
            Fix(
                "Install the tool that lists hardware. The second line shows NVIDIA packages; on a computer without such a card remove them.",
                (f"sudo {install} pciutils", packages),
                needs_root=True,
                proof="lspci",
                where=Where(systems=("linux",), families=(family,)),
            )
            for family, install, packages in (
                ("debian", "apt install", "dpkg -l '*nvidia*' | grep ^ii"),
                ("rhel", "dnf install", "rpm -qa '*nvidia*'"),
                ("suse", "zypper install", "rpm -qa '*nvidia*'"),
                ("arch", "pacman -S", "pacman -Qs nvidia"),
            )
        ),
        Fix(
            "Then install Ollama afresh.",
            (
                "sudo rm -rf /usr/local/lib/ollama",
                "curl -fsSL https://ollama.com/install.sh | sh",
            ),
            needs_root=True,
            loses="The folder with Ollama's libraries is deleted and downloaded again; models stay.",
            proof="ollama ps",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/8716",
        "https://github.com/ollama/ollama/issues/14661",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "nvidia-driver-not-installed",
        "amd-gfx-unsupported",
    ),
)

SIGNATURES = (
    Signature(
        r"Unable to detect NVIDIA(?:/AMD)? GPU", ("detect", "nvidia", "unable"), certainty=0.95
    ),
    Signature(
        r"Install lspci or lshw to automatically detect and (?:install|set ?up)",
        ("automatically", "install", "detect"),
        certainty=0.93,
    ),
    Signature(
        r">>> NVIDIA GPU installed\.",
        ("installed", "nvidia", "gpu"),
        certainty=0.85,
        # the whole log of an installation that went well says so too
        unless=(r">>> (?:Downloading|Installing|Creating)",),
    ),
    Signature(
        r"NVIDIA GPU installed\.",
        ("installed", "nvidia", "gpu"),
        certainty=0.75,
        also=(r"\bAMD\b|Radeon|amdgpu|ROCm",),
        unless=(r"NVIDIA GeForce|RTX|Tesla",),
    ),
    Signature(
        r"No NVIDIA(?:/AMD)? GPU detected\. Ollama will run in CPU-only mode",
        ("detected", "ollama", "nvidia"),
        certainty=0.75,
    ),
    Signature(
        r">>> AMD GPU ready\.",
        ("amd", "gpu", "ready"),
        certainty=0.8,
        also=(r"NVIDIA GeForce|\bRTX \d|\bGTX \d|NVIDIA Corporation|\bTesla [A-Z]\d",),
    ),
)


def check(gpus: Gpus, logs: Logs) -> Symptom | None:
    """An AMD machine with NVIDIA's tool on it, where Ollama's files for AMD were left out."""
    if {gpu.vendor for gpu in gpus.gpus} & {"amd", "nvidia"} != {"amd"}:
        return None
    tool = next((key for key in logs.texts if key.startswith("command:nvidia-smi")), None)
    left_out = re.compile(
        r"no compatible rocm library found|lib/ollama/rocm\S{0,3}: No such file", re.IGNORECASE
    )
    found = next(((k, hit[0]) for k, t in logs.texts.items() if (hit := left_out.search(t))), None)
    if tool is None or found is None:
        return None
    what = "The card is AMD's, `nvidia-smi` is installed too, and Ollama's files for AMD are not."
    return Symptom(what, (Evidence(*found), Evidence(tool, "the command exists")), 0.98)
