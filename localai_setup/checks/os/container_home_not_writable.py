"""The container has a folder it may write to.

Why: A user other than root may not write to the top folder, or to a volume of somebody else.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The container runs as a user without a folder to write to.",
    seen="The pod or container dies at its start (OpenShift, rootless).",
    why="A user other than root may not write to the top folder, or to a volume of somebody else.",
    fixes=(
        Fix(
            "Give it a home on a volume that it may write to.",
            (
                "docker run -d --user 1000:1000 -e HOME=/data -e OLLAMA_MODELS=/data/models -v $HOME/ollama-data:/data -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            proof="docker logs ollama",
        ),
        Fix(
            "The volume must belong to that user (in Kubernetes set fsGroup).",
            ("mkdir -p $HOME/ollama-data",),
            proof="docker logs ollama",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/10332",
        "https://github.com/ollama/ollama/pull/8383",
        "https://github.com/xencon/aixcl/issues/726",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("ollama-service-home-missing",),
)

SIGNATURES = (
    Signature(
        r"mkdir /\.(?:ollama|cache|config|local)\S*: permission denied",
        ("mkdir", "permission", "denied"),
        certainty=0.95,
    ),
    *(
        Signature(
            rf"\b(?:Permission denied|PermissionError)\b.{{0,60}}[ '\"]/\.{folder}\b",
            (folder,),
            certainty=0.94,
        )
        for folder in ("cache", "ollama", "config", "triton", "local")
    ),
    Signature(
        r"(?:mkdir|open|stat) /root/\.ollama\S*: permission denied",
        ("root", "permission", "denied"),
        certainty=0.92,
    ),
    Signature(r"\$HOME is not defined", ("home", "is", "not", "defined"), certainty=0.9),
    Signature(
        r"mkdir /\.(?:ollama|cache|config|local)\S*: read-only file system",
        ("mkdir", "read", "only"),
        certainty=0.96,
    ),
    Signature(
        r"EACCES: permission denied, \w+ '/\.?(?:cache|ollama|config|data)",
        ("eacces", "permission"),
        certainty=0.92,
    ),
)
