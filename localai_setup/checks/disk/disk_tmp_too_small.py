"""The temporary folder has room for the engine's files.

Why: Ollama up to 0.3 unpacks over 1 GB into the temporary folder, which here lies in memory.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The temporary folder is too small for the engine's files.",
    seen="On a machine with little memory models download but none loads.",
    why="Ollama up to 0.3 unpacks over 1 GB into the temporary folder, which here lies in memory.",
    fixes=(
        Fix(
            "Update Ollama; newer releases do not unpack.",
            ("curl -fsSL https://ollama.com/install.sh | sh",),
            needs_root=True,
            proof="ollama --version",
        ),
        Fix(
            "Or use another folder, or enlarge this one for now.",
            (
                "df -h /tmp",
                "sudo mount -o remount,size=4G /tmp",
            ),
            needs_root=True,
            proof="df -h /tmp",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/7012",
        "https://github.com/ollama/ollama/issues/6985",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=(
        "disk-full-models-dir",
        "os-tmp-noexec",
    ),
)

SIGNATURES = (
    Signature(
        r"/tmp/\S*(?:: )?no space left on device|/tmp/.{0,80}no space left on device",
        (
            "tmp",
            "no",
            "space",
            "left",
            "on",
            "device",
        ),
        certainty=0.96,
    ),
    Signature(
        r"no suitable llama servers found",
        (
            "no",
            "suitable",
            "llama",
            "servers",
            "found",
        ),
        certainty=0.88,
    ),
    Signature(
        r"failed to extract files.{0,300}no space left",
        (
            "failed",
            "to",
            "extract",
            "files",
        ),
        certainty=0.93,
    ),
    Signature(
        r"copy payload .{0,200}no space left on device",
        (
            "copy",
            "payload",
        ),
        certainty=0.93,
    ),
)
