"""The service may enter the folder with the models.

Why: The user "ollama" must be able to pass every parent folder; a home or mount point is closed
to others, or the unit hides /home.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.disks import Disks
from ...probes.services import Services

PROBLEM = Problem(
    title="The Ollama service may not enter the folder where the models should be.",
    seen="After the folder was moved the service fails again and again, though by hand the server works.",
    why='The user "ollama" must be able to pass every parent folder; a home or mount point is closed to others, or the unit hides /home.',
    fixes=(
        Fix(
            "Find the closed folder on the way (a line without x at its end) and let the service pass it; /home/me stands for it.",
            (
                "namei -l \"$(systemctl show ollama -p Environment | grep -o 'OLLAMA_MODELS=[^ ]*' | cut -d= -f2)\"",
                "sudo setfacl -m u:ollama:x /home/me",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "If setfacl is missing or the disk cannot do it, let all users pass that folder; they can then reach what is open below it.",
            ("sudo chmod o+x /home/me", "sudo systemctl restart ollama"),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "Better: keep models outside of home folders (/srv/ollama is an example); then move or pull the models anew.",
            (
                "sudo mkdir -p /srv/ollama/models",
                "sudo chown -R ollama: /srv/ollama",
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"OLLAMA_MODELS=/srv/ollama/models\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-models.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",), systemd=True),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2147",
        "https://github.com/ollama/ollama/issues/2701",
        "https://github.com/ollama/ollama/issues/4732",
        "https://github.com/ollama/ollama/pull/897",
        "https://github.com/ollama/ollama/issues/9877",
        "https://github.com/ollama/ollama/issues/9337",
        "https://github.com/ollama/ollama/issues/10672",
        "https://github.com/ollama/ollama/issues/9335",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "ollama-service-home-missing",
        "container-volume-blocked-by-selinux",
    ),
)

SIGNATURES = (
    Signature(
        r"(?:mkdir|open|stat|lstat|chmod|access|chdir|unlinkat|rename) /(?:home|mnt|media|run/media|data|srv|opt|Volumes|storage|nfs|export|ssd|disk\w*|models?)\b\S*: permission denied",
        ("permission", "denied"),
        certainty=0.93,
        unless=(r"id_ed25519|selinux|Enforcing|avc:|fork/exec",),
    ),
    Signature(
        r"\bmkdir /\S+: permission denied",
        ("permission", "denied", "mkdir"),
        certainty=0.87,
        unless=(
            r"id_ed25519|could not create directory|mkdir /\.ollama|mkdir /root|mkdir /usr/share/ollama|mkdir /var/lib/ollama|avc:|Enforcing",
        ),
    ),
    Signature(
        r"(?:open|unlinkat|rename|remove|chtimes|mkdir|lstat) \S*models?/(?:blobs|manifests)\S*: permission denied",
        ("permission", "denied"),
        certainty=0.9,
        unless=(r"avc:|Enforcing|selinux",),
    ),
    Signature(
        r"ensure path elements are traversable\b",
        ("traversable", "elements", "ensure"),
        certainty=0.97,
        unless=(r"read-only file system: ensure|mkdir /(?:root/)?\.ollama",),
    ),
    Signature(
        r"cannot access '/(?:home|mnt|media|data|srv)/\S+': Permission denied",
        ("permission", "access", "denied"),
        certainty=0.9,
    ),
    Signature(
        r"Failed to (?:set up mount namespacing|chdir)\b.{0,80}/(?:home|mnt|media)\S*: (?:Permission denied|No such file)",
        ("failed", "to"),
        certainty=0.85,
    ),
    Signature(
        r"ProtectHome=(?:yes|true|read-only|tmpfs)",
        ("protecthome",),
        certainty=0.75,
        also=(r"OLLAMA_MODELS=\S*/(?:home|root)/|/home/\S+: (?:permission denied|no such file)",),
    ),
    *(
        Signature(pattern, needs, certainty=0.92, unless=(r"AppData\\Local\\Temp|fork/exec",))
        for pattern, needs in (
            (
                r"(?:mkdir|open|stat|lstat|CreateFile|unlinkat|rename|GetFileAttributesEx) [A-Z]:\\\S.{0,200}: Access is denied\b",
                ("access", "denied", "is"),
            ),
            (
                r"(?:mkdir|open|stat|CreateFile) [A-Z]:\\\S.{0,200}: Zugriff verweigert\b",
                ("verweigert", "zugriff"),
            ),
            (
                r"(?:mkdir|open|stat|CreateFile) [A-Z]:\\\S.{0,200}: Acc.s refus",
                ("refus", "acc", "s"),
            ),
            (
                r"(?:mkdir|stat|GetFileAttributesEx) [A-Z]:\\?\S{0,200}: (?:The system cannot find the path specified|The device is not ready)",
                ("the",),
            ),
        )
    ),
    Signature(
        r"(?:mkdir|open|chmod|chtimes|chown|stat) /(?:home|mnt|media|run/media|data|srv|Volumes|storage|nfs)\S*: operation not permitted",
        ("operation", "permitted", "not"),
        certainty=0.92,
    ),
    Signature(
        r"mkdir /(?:mnt|media|Volumes|nfs)\S*: (?:no such device|host is down|transport endpoint is not connected|stale NFS file handle|stale file handle|input/output error|no such file or directory)",
        ("mkdir",),
        certainty=0.92,
    ),
    Signature(
        r"failed to open (?:GGUF file )?'?/(?:home|mnt|media|data|srv)/\S+ ?\(?:?\(?Permission denied",
        ("permission", "denied", "failed"),
        certainty=0.91,
        unless=(r"Enforcing|avc:|podman|docker",),
    ),
    Signature(
        r"cannot create regular file '/(?:usr/share|var/lib)/ollama\S*: Permission denied",
        ("permission", "regular", "cannot"),
        certainty=0.91,
        unless=(r"Enforcing|avc:|podman|docker",),
    ),
    *(
        Signature(pattern, needs, certainty=0.92)
        for pattern, needs in (
            (r"/(?:mnt|media|nfs)/\S*: host is down\b", ("down", "host", "is")),
            (
                r"/(?:mnt|media|nfs)/\S*: transport endpoint is not connected\b",
                ("connected", "transport", "endpoint"),
            ),
            (r"/(?:mnt|media|nfs)/\S*: stale (?:NFS )?file handle\b", ("handle", "stale", "file")),
        )
    ),
)


def check(disks: Disks, services: Services) -> Symptom | None:
    """A folder above the service's models that lets nobody but its owner through."""
    for source, store in services.settings("OLLAMA_MODELS"):
        for one in disks.listed:
            above = store.startswith(one.path.rstrip("/") + "/")
            if above and one.mode[0] == "d" and one.mode[9] not in "xt" and one.owner != "ollama":
                what = f"The models lie in {store}, and {one.path} (d{one.mode[1:]}, {one.owner}) lets nobody else through."
                evidence = (
                    Evidence(one.source, f"{one.mode} {one.owner} {one.path}"),
                    Evidence(source, store),
                )
                return Symptom(what, evidence, 0.95)
    return None
