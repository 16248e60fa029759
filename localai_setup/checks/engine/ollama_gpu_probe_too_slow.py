"""Ollama finishes its search for graphics cards in time.

Why: The helper that lists devices took longer than Ollama waits: a slow CUDA start, very large
shared memory, or nested containers.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where
from ._settings import settings

PROBLEM = Problem(
    title="Ollama gave up its search for the graphics card.",
    seen="Status tools show the card; the server notes a time-out once at its start, and serves from the processor until it is restarted.",
    why="The helper that lists devices took longer than Ollama waits: a slow CUDA start, very large shared memory, or nested containers.",
    fixes=(
        Fix(
            "Keep the NVIDIA driver awake, and restart the service.",
            ("sudo systemctl enable --now nvidia-persistenced", "sudo systemctl restart ollama"),
            needs_root=True,
            proof="journalctl -u ollama -e --no-pager",
            where=Where(systems=("linux",), systemd=True, container=False, wsl=False),
        ),
        Fix(
            "Where there is no such service, wake the driver first and then start Ollama again.",
            ("nvidia-smi", "sudo systemctl restart ollama"),
            needs_root=True,
            proof="journalctl -u ollama -e --no-pager",
            where=Where(systems=("linux",), systemd=True, container=False),
        ),
        *settings(
            "Let it try one part only (cuda_v13 for drivers from 580, cuda_v12 for older ones).",
            {"OLLAMA_LLM_LIBRARY": "cuda_v13"},
            "backend",
            proof="journalctl -u ollama -e --no-pager",
            systems=("linux",),
        ),
        Fix(
            "In a container restart it once the driver is awake (here it is named ollama).",
            ("nvidia-smi", "docker restart ollama"),
            loses="Answers that are being written in the container are cut off.",
            proof="docker logs ollama",
            where=Where(systems=("linux",), container=False),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/13308",
        "https://github.com/ollama/ollama/issues/17069",
        "https://github.com/ollama/ollama/pull/14448",
        "https://github.com/ollama/ollama/issues/12895",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("nvidia-driver-init-slow",),
)

SIGNATURES = (
    Signature(
        r"failed to finish discovery before timeout",
        ("discovery", "timeout", "finish"),
        certainty=0.97,
    ),
    Signature(
        r"failure during (?:llama-server )?GPU discovery.{0,400}(?:deadline exceeded|time(?:d )?[ -]?out)",
        ("failure", "during"),
        certainty=0.97,
    ),
    Signature(
        r"GPU discovery watchdog timed out", ("discovery", "watchdog", "timed"), certainty=0.97
    ),
    Signature(
        r"llama-server discovery: timed out waiting for server startup",
        ("discovery", "startup", "waiting"),
        certainty=0.97,
    ),
    Signature(
        r'bootstrap discovery took"? duration=(?:[3-9]\d(?:\.\d+)?s|\d+m)',
        ("discovery", "bootstrap", "duration"),
        certainty=0.9,
    ),
    Signature(
        r"\bdiscovery\b.{0,80}(?:timed out|timeout|deadline exceeded)",
        ("discovery",),
        certainty=0.88,
        unless=(r"mdns|mDNS|device discovery protocol|SSDP|service discovery",),
    ),
)
