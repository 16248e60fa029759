"""The disk that holds the models has room.

Why: By default the models lie on the system's disk, or in a small Docker volume.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The disk that holds the models is full.",
    seen="A download stops at some percentage; its unfinished part stays, and removing models fails too.",
    why="By default the models lie on the system's disk, or in a small Docker volume.",
    fixes=(
        Fix(
            "Look at the room; remove unfinished parts and models you do not need.",
            (
                "df -h /usr/share/ollama",
                "sudo find /usr/share/ollama/.ollama/models/blobs -name '*-partial*' -delete",
                "ollama list",
            ),
            needs_root=True,
            loses="Unfinished downloads are deleted.",
            proof="df -h /usr/share/ollama",
        ),
        Fix(
            "Or move the models to a larger disk.",
            (
                "sudo mkdir -p /srv/ollama/models",
                "sudo chown -R ollama:ollama /srv/ollama",
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"OLLAMA_MODELS=/srv/ollama/models\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/localai-models.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="df -h /srv/ollama",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/15547",
        "https://github.com/ollama/ollama/issues/1731",
        "https://github.com/ollama/ollama/issues/2497",
        "https://github.com/ollama/ollama/issues/689",
        "https://github.com/ollama/ollama/issues/3609",
        "https://github.com/fcori47/basdonax-ai-rag/issues/1",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=(
        "disk-full-while-converting",
        "disk-tmp-too-small",
    ),
)

SIGNATURES = (
    Signature(
        r"no space left on device",
        (
            "no",
            "space",
            "left",
            "on",
            "device",
        ),
        certainty=0.9,
        unless=(r"/tmp/|quantiz|convert|copy payload",),
    ),
    Signature(
        r"(?:There is not enough space on the disk|Es steht nicht genug(?:end)? Speicherplatz|Espace insuffisant sur le disque|Espacio en disco insuficiente|磁盘空间不足|ディスクに十分な空き領域がありません|Недостаточно места на диске)",
        ("disk",),
        certainty=0.88,
    ),
    Signature(
        r"There is not enough space on the disk",
        (
            "there",
            "is",
            "not",
            "enough",
            "space",
            "on",
            "the",
            "disk",
        ),
        certainty=0.88,
    ),
    Signature(
        r"Not enough free disk space to download",
        (
            "not",
            "enough",
            "free",
            "disk",
            "space",
            "to",
            "download",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:Errno 28|OSError.{0,20}28|ENOSPC|os error 28|os error 112)", ("28",), certainty=0.88
    ),
    Signature(
        r"Disk quota exceeded",
        (
            "disk",
            "quota",
            "exceeded",
        ),
        certainty=0.88,
    ),
)
