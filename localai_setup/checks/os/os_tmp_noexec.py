"""Programs may be started from the temporary folder, where the engine does so.

Why: Ollama 0.1.32 to 0.3 unpacks its helpers into a temporary folder that is mounted without the
right to execute.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.disks import Disks

PROBLEM = Problem(
    title="Programs may not be started from the temporary folder, but this Ollama does so.",
    seen="On a hardened machine downloads work and every run fails.",
    why="Ollama 0.1.32 to 0.3 unpacks its helpers into a temporary folder that is mounted without the right to execute.",
    fixes=(
        Fix(
            "Update Ollama; newer releases do not unpack.",
            ("curl -fsSL https://ollama.com/install.sh | sudo sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or give the service another temporary folder.",
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
    sources=("https://github.com/ollama/ollama/issues/4229",),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("os-execution-blocked-by-policy", "disk-tmp-too-small"),
)

SIGNATURES = (
    Signature(
        r"fork/exec /(?:var/)?tmp/\S+: permission denied",
        ("fork", "exec", "tmp", "permission", "denied"),
        certainty=0.97,
    ),
    Signature(r"/tmp\b.{0,80}\bnoexec\b", ("tmp", "noexec"), certainty=0.9),
    Signature(
        r"failed to map segment from shared object",
        ("failed", "to", "map", "segment", "from", "shared", "object"),
        certainty=0.93,
        also=(r"/tmp",),
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (r"/tmp/\.ape-[\d.]+: Permission denied", ("permission", "denied", "ape")),
            (r"sh: \S{0,20} ?/tmp/pip-\S+: Permission denied", ("permission", "denied", "pip")),
            (
                r"Permission denied: '/(?:var/)?tmp/pip-build-env-\S+/bin/",
                ("permission", "denied", "build"),
            ),
        )
    ),
    Signature(
        r"sh: (?:line \d+: |\d+: )?/(?:var/)?tmp/\S+: Permission denied",
        ("permission", "denied", "tmp"),
        certainty=0.82,
    ),
)


def check(disks: Disks) -> Symptom | None:
    """Worth a warning: engines that unpack themselves there fail, others do not mind."""
    mount = disks.holding("/tmp/engine")
    if mount is None or "noexec" not in mount.options:
        return None
    what = f"{mount.path} is mounted so that no program may be started from it."
    return Symptom(what, (Evidence(mount.source, f"{mount.path} noexec"),), 0.75, "warn")
