"""The temporary folder has room for the engine's files.

Why: Ollama up to 0.3 unpacks over 1 GB into the temporary folder, which here lies in memory.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.disks import Disks

#: The engine's own libraries take more than this when they are unpacked.
LEAST_KIB = 64 * 1024

PROBLEM = Problem(
    title="The temporary folder is too small for the engine's files.",
    seen="On a machine with little memory models download but none loads.",
    why="Ollama up to 0.3 unpacks over 1 GB into the temporary folder, which here lies in memory.",
    fixes=(
        Fix(
            "For pip, a compiler and the like use a temporary folder on the disk, in this terminal.",
            ("mkdir -p ~/tmp", "export TMPDIR=~/tmp"),
            proof="df -h /tmp",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "For Ollama up to 0.3: update it; newer releases do not unpack.",
            ("curl -fsSL https://ollama.com/install.sh | sudo sh",),
            needs_root=True,
            where=Where(systems=("linux",)),
            proof="ollama --version",
        ),
        Fix(
            "Or give its service a temporary folder on the disk.",
            (
                "sudo mkdir -p /var/lib/ollama/tmp /etc/systemd/system/ollama.service.d",
                "sudo chown ollama: /var/lib/ollama/tmp",
                "printf '[Service]\\nEnvironment=\"OLLAMA_TMPDIR=/var/lib/ollama/tmp\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-tmp.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl show ollama -p Environment",
            where=Where(systems=("linux",), systemd=True),
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
        r"/tmp/\S{0,160}: no space left on device",
        ("device", "space", "left"),
        certainty=0.97,
        unless=(r"ollama-gguf|safetensors",),
    ),
    Signature(
        r"/tmp\b.{0,120}no space left on device",
        ("device", "space", "left"),
        certainty=0.93,
        unless=(r"ollama-gguf|safetensors",),
    ),
    Signature(
        r"failed to extract files\b.{0,300}no space left\b",
        ("extract", "space", "files"),
        certainty=0.97,
    ),
    Signature(
        r"(?:copy|write|decompress|create|stat) payload\b.{0,300}no space left on device\b",
        ("payload", "device", "space"),
        certainty=0.97,
    ),
    Signature(
        r"(?:copy|write|decompress) payload\b.{0,300}disk quota exceeded",
        ("exceeded", "payload", "quota"),
        certainty=0.93,
    ),
    Signature(
        r"Error\b.{0,10}no suitable llama servers found\b",
        ("suitable", "servers", "llama"),
        certainty=0.9,
    ),
    Signature(
        r"no suitable llama servers found\b", ("suitable", "servers", "llama"), certainty=0.9
    ),
    Signature(r"Errno 28\b.{0,80}'/tmp/", ("errno", "tmp", "28"), certainty=0.93),
    Signature(
        r"unable to initialize llm (?:library|runners)\b.{0,300}no space left",
        ("initialize", "unable", "space"),
        certainty=0.96,
    ),
    *(
        Signature(pattern, needs, certainty=0.96)
        for pattern, needs in (
            (
                r"fatal error: error (?:writing to|closing) /tmp/\S+: No space left on device",
                ("device", "error", "fatal"),
            ),
            (r"No usable temporary directory found in \[", ("directory", "temporary", "usable")),
            (
                r"(?:Could not create|cannot create) temporary directory\b",
                ("directory", "temporary", "create"),
            ),
            (r"Could not open output file '/tmp/", ("output", "could", "file")),
        )
    ),
    Signature(r"^tmpfs .{0,60} 100% +/(?:var/)?tmp\s*$", ("tmpfs", "100", "tmp"), certainty=0.95),
    Signature(
        r"No space left on device\b",
        ("device", "space", "left"),
        certainty=0.95,
        also=(
            r" 100% +/(?:var/)?tmp\b|TMPDIR|/tmp/(?:pip|tmp|_MEI|ollama\d|cc\w{6}|nvcc|tmpxft)|tempfile\.py",
        ),
        unless=(r"ollama-gguf|safetensors|gguf_writer|convert_hf|converting model|quantiz",),
    ),
    Signature(
        r"\bErrno 28\b",
        ("errno", "28"),
        certainty=0.95,
        also=(
            r" 100% +/(?:var/)?tmp\b|TMPDIR|/tmp/(?:pip|tmp|_MEI|ollama\d|cc\w{6}|nvcc|tmpxft)|tempfile\.py",
        ),
        unless=(r"ollama-gguf|safetensors|gguf_writer|convert_hf|converting model|quantiz",),
    ),
    Signature(
        r"open /tmp/ollama\d+/\S*: no such file or directory\b",
        ("directory", "file", "open"),
        certainty=0.88,
    ),
)


def check(disks: Disks) -> Symptom | None:
    """A temporary folder on a disk of its own that is full."""
    for room in disks.rooms:
        if room.mount in ("/tmp", "/var/tmp") and room.free_kib < LEAST_KIB:
            what = f"{room.mount} has {room.free_kib / 1024:.0f} MiB left."
            return Symptom(what, (Evidence(room.source, room.line),), 0.97)
    return None
