"""The container may read the mounted folder.

Why: The mounted folder lacks the label that containers may use.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="SELinux keeps the container out of the mounted folder.",
    seen="On Fedora or RHEL, files visible on the host cannot be read in the container.",
    why="The mounted folder lacks the label that containers may use.",
    fixes=(
        Fix(
            "Make the container anew with :Z behind its folder (here ~/models); then no other container can read that folder, with :z all can.",
            (
                "podman rm -f ollama",
                "podman run -d -v ollama:/root/.ollama -v $HOME/models:/models:Z -p 127.0.0.1:11434:11434 --name ollama docker.io/ollama/ollama",
            ),
            loses="The old container is removed; what it kept outside of its volumes is lost.",
            proof="podman exec ollama ls /models",
        ),
        Fix(
            "For a whole home folder never use :Z; switch labels off for this container alone.",
            (
                "podman rm -f ollama",
                "podman run -d --security-opt label=disable -v ollama:/root/.ollama -v $HOME:/models:ro -p 127.0.0.1:11434:11434 --name ollama docker.io/ollama/ollama",
            ),
            loses="The old container is removed; what it kept outside of its volumes is lost.",
            proof="podman exec ollama ls /models",
        ),
    ),
    sources=(
        "https://github.com/podman-container-tools/podman/issues/12428",
        "https://github.com/stacklok/toolhive/issues/1573",
        "https://github.com/ogx-ai/ogx/pull/132",
        "https://github.com/RichardAtCT/claude-code-openai-wrapper/pull/49",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("disk-models-dir-unreachable", "container-home-not-writable"),
)

SIGNATURES = (
    Signature(
        r"Permission denied",
        ("permission", "denied"),
        certainty=0.94,
        also=(
            r"\bpodman\b",
            r":s0\b|\b(?:unconfined|system)_u:|\b(?:Fedora|RHEL|Red Hat|Silverblue)\b",
        ),
        unless=(r"/dev/(?:kfd|dri)", r":[Zz]\b|label=disable"),
    ),
    Signature(r"avc:\s+denied\s.{0,300}container_t", ("avc", "denied"), certainty=0.96),
    Signature(r"SELinux is preventing .{0,120}", ("selinux", "is", "preventing"), certainty=0.93),
    Signature(
        r"cannot open directory '/\S*': Permission denied",
        ("cannot", "open", "directory", "permission", "denied"),
        certainty=0.85,
    ),
    Signature(
        r"Permission denied",
        ("permission", "denied"),
        certainty=0.85,
        also=(r"podman|:Z\b", r"Enforcing|selinux|getenforce"),
        unless=(r"/dev/kfd",),
    ),
    Signature(
        r"scontext=\S{0,60}container_t\b",
        ("container_t", "scontext"),
        certainty=0.95,
        unless=(r"permissive=1|\{ (?:execute|execmem|execmod|map) ?\}",),
    ),
    Signature(
        r"\bcontainer_t\b.{0,200}\btcontext=\S*(?:user_home_t|default_t|unlabeled_t|mnt_t|var_t|container_var_run_t|fusefs_t|nfs_t)",
        ("container_t", "tcontext"),
        certainty=0.95,
        unless=(r"permissive=1|\{ (?:execute|execmem|execmod|map) ?\}",),
    ),
    Signature(
        r"Permission denied\b",
        ("permission", "denied"),
        certainty=0.92,
        also=(
            r"(?:docker|podman) (?:run|exec|logs)|\bcontainer\b",
            r"^\s*Enforcing\s*$|:object_r:(?:user_home_t|default_t|mnt_t|unlabeled_t|usr_t|var_t)|SELinux status: +enabled",
        ),
        unless=(r"/dev/(?:kfd|dri)", r":[Zz]\b|label=disable", r"spawning|fork/exec"),
    ),
)
