"""The service's home folder can be written.

Why: There /usr (or /etc) is unchangeable, and the service wants to write in it.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The service's home lies in a part of the system that cannot be changed.",
    seen="On Bazzite, Silverblue or NixOS the installer reports success, and the service does not stay up.",
    why="There /usr (or /etc) is unchangeable, and the service wants to write in it.",
    fixes=(
        Fix(
            "Give the service a home it may write.",
            (
                "sudo mkdir -p /var/lib/ollama/models /etc/systemd/system/ollama.service.d",
                "sudo chown -R ollama: /var/lib/ollama",
                'printf \'[Service]\\nEnvironment="HOME=/var/lib/ollama"\\nEnvironment="OLLAMA_MODELS=/var/lib/ollama/models"\\n\' | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-home.conf',
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl status ollama --no-pager",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            "Or use Podman.",
            (
                "podman run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama docker.io/ollama/ollama",
            ),
            proof="podman ps",
        ),
        Fix(
            "On NixOS write services.ollama.enable = true; in configuration.nix and build it.",
            ("sudo nixos-rebuild switch",),
            needs_root=True,
            proof="systemctl status ollama --no-pager",
            where=Where(systems=("linux",), families=("nixos",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/7471",
        "https://github.com/ollama/ollama/issues/647",
        "https://github.com/ollama/ollama/issues/2590",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "disk-service-sandboxed",
        "ollama-service-home-missing",
    ),
)

SIGNATURES = (
    Signature(
        r"(?:mkdir|open|create|chmod) /usr/share/ollama\S*: read-only file system",
        ("system", "share", "only"),
        certainty=0.97,
    ),
    Signature(
        r"could not create directory mkdir /usr\S*: read-only file system",
        ("directory", "system", "create"),
        certainty=0.97,
    ),
    Signature(
        r"/etc/systemd/system\S*: Read-only file system",
        ("systemd", "system", "only"),
        certainty=0.95,
    ),
    Signature(
        r"cannot (?:create directory|touch|create regular file|remove|stat|open)\b.{0,4}/(?:usr|etc|opt)\b\S*: Read-only file system",
        ("system", "cannot", "only"),
        certainty=0.94,
    ),
    Signature(
        r"(?:mkdir|install|tar|cp|ln|rm|useradd)\b.{0,80}/(?:usr|etc)/\S*: .{0,40}Read-only file system",
        ("system", "only", "file"),
        certainty=0.92,
    ),
    Signature(
        r"mkdir /usr/\S+: read-only file system", ("system", "mkdir", "only"), certainty=0.94
    ),
    Signature(
        r"useradd: .{0,60}/etc/passwd\b.{0,40}(?:Read-only|cannot (?:lock|open))",
        ("useradd", "passwd", "etc"),
        certainty=0.85,
    ),
    *(
        Signature(pattern, needs, certainty=0.94)
        for pattern, needs in (
            (
                r"useradd: cannot create directory /(?:usr|opt)\b",
                ("directory", "useradd", "cannot"),
            ),
            (
                r"/(?:usr|etc|opt)\b\S{0,120} .{0,60}Das Dateisystem ist nur lesbar",
                ("dateisystem", "lesbar", "das"),
            ),
            (
                r"/(?:usr|etc|opt)\b\S{0,120} .{0,60}Syst.me de fichiers accessible en lecture seul",
                ("accessible", "fichiers", "lecture"),
            ),
            (
                r"/(?:usr|etc|opt)\b\S{0,120} .{0,60}Sistema de (?:archivos|ficheros) de s.lo lectura",
                ("lectura", "sistema", "de"),
            ),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (
                r"(?:changing (?:ownership|permissions) of|cannot change permissions of|cannot create|could not open(?: file)?|failed to create symbolic link|creating symbolic link) .?/(?:usr|etc|opt)\b\S{0,120} ?.{0,4}Read-only file system",
                ("system", "file", "only"),
            ),
            (
                r"tar: \S{0,60}: Cannot (?:mkdir|open|unlink): Read-only file system",
                ("cannot", "system", "file"),
            ),
            (
                r"/(?:usr|etc|opt)/(?:local|share|lib|bin|systemd)\S{0,120}.{0,6}: Read-only file system",
                ("system", "file", "only"),
            ),
            (
                r"useradd: (?:failure while writing changes to|cannot lock|cannot open) /etc/",
                ("useradd", "etc"),
            ),
            (
                r"groupadd: (?:cannot lock|cannot open|failure while writing changes to) /etc/",
                ("groupadd", "etc"),
            ),
        )
    ),
)
