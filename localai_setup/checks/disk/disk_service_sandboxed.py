"""The service may write where its models are.

Why: systemd's protection (ProtectSystem, DynamicUser) shows the service an unwritable system
outside of listed folders.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The service's own protection makes the model disk unwritable for it.",
    seen="The folder is writable for everybody, but the service says it is not.",
    why="systemd's protection (ProtectSystem, DynamicUser) shows the service an unwritable system outside of listed folders.",
    fixes=(
        Fix(
            "Allow the service its models folder.",
            (
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nReadWritePaths=%s\\n' \"$(systemctl show ollama -p Environment | grep -o 'OLLAMA_MODELS=[^ ]*' | cut -d= -f2)\" | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-paths.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="systemctl show ollama -p ReadWritePaths",
            where=Where(systems=("linux",), systemd=True),
        ),
        Fix(
            'On NixOS write services.ollama.models = "/mnt/disk/ollama"; (your folder) in configuration.nix and build it.',
            ("sudo nixos-rebuild switch",),
            needs_root=True,
            proof="systemctl cat ollama",
            where=Where(systems=("linux",), families=("nixos",)),
        ),
    ),
    sources=("https://github.com/NixOS/nixpkgs/issues/304531",),
    likelihood=0.5,
    systems=("linux",),
    confused_with=(
        "disk-service-home-readonly",
        "disk-models-dir-unreachable",
    ),
)

SIGNATURES = (
    Signature(
        r"(?:rename|mkdir|open|write|create|remove|unlinkat|chmod|chtimes|symlink) /(?!usr/|etc/|boot/|nix/store|opt/)\S+.{0,200}: read-only file system",
        ("system", "only", "read"),
        certainty=0.94,
        unless=(r"/usr/share/ollama|Remounting filesystem read-only|EXT4-fs error|I/O error",),
    ),
    Signature(
        r"\bProtectSystem=\S+", ("protectsystem",), certainty=0.7, also=(r"read-only file system",)
    ),
    Signature(
        r"Errno 30\] Read-only file system: '/(?!usr|etc)",
        ("system", "errno", "only"),
        certainty=0.88,
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.94,
            also=(r"ollama|llama|localai",),
            unless=(r"/home/\S+: Permission denied",),
        )
        for pattern, needs in (
            (r"Failed at step NAMESPACE spawning \S", ("namespace", "spawning", "failed")),
            (r"status=226/NAMESPACE\b", ("namespace", "status", "226")),
            (r"Failed to set up mount namespacing: ", ("namespacing", "failed", "mount")),
        )
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.94,
            also=(
                r"read-only file system|permission denied|no such file or directory",
                r"mkdir|open /|stat /|touch",
            ),
            unless=(
                r"(?:mkdir|open|stat) /(?:usr|etc)/\S+: read-only|OLLAMA_MODELS=\S*/(?:home|root)/|/home/\S+: (?:permission denied|no such file)",
            ),
        )
        for pattern, needs in (
            (r"\bDynamicUser=(?:yes|true|1)\b", ("dynamicuser",)),
            (r"\bReadWritePaths=/\S*", ("readwritepaths",)),
            (r"\bProtectSystem=(?:strict|full)\b", ("protectsystem",)),
        )
    ),
    Signature(
        r'apparmor="DENIED" operation="(?:open|mkdir|mknod|file_lock|rename_src|truncate|chmod)".{0,60}profile="snap\.\S*(?:ollama|llama)',
        ("operation", "apparmor", "profile"),
        certainty=0.93,
    ),
)
