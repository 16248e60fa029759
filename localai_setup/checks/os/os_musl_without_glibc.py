"""The system has the GNU C library, or a package of its own.

Why: The program needs the GNU C library and its loader; this distribution uses musl.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="This Linux (Alpine or the like) cannot run the ready-made program.",
    seen="The installer claims success; starting the file says that something does not exist.",
    why="The program needs the GNU C library and its loader; this distribution uses musl.",
    fixes=(
        Fix(
            "Use the distribution's own package (from the repository community or testing; doas in place of sudo where that is used).",
            ("sudo apk add ollama",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), families=("alpine",)),
        ),
        Fix(
            "Use the container image, which brings its own libraries.",
            (
                "docker run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            proof="docker exec ollama ollama --version",
        ),
        Fix(
            "On NixOS write services.ollama.enable = true; in configuration.nix and build it.",
            ("sudo nixos-rebuild switch",),
            needs_root=True,
            proof="systemctl is-active ollama",
            where=Where(systems=("linux",), families=("nixos",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/5083",
        "https://github.com/ollama/ollama/issues/7076",
        "https://github.com/ollama/ollama/issues/1437",
        "https://github.com/zeropsio/docs/issues/125",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("os-32bit-userland", "os-glibc-too-old"),
)

SIGNATURES = (
    Signature(
        r"Error loading shared library \S+: No such file or directory \(needed by",
        ("error", "loading", "shared", "library"),
        certainty=0.95,
    ),
    Signature(r"Error relocating \S+:", ("error", "relocating"), certainty=0.95),
    Signature(
        r"musl libc",
        ("musl", "libc"),
        certainty=0.9,
        also=(r"not found|No such file|ollama|llama",),
    ),
    Signature(
        r"(?:ld-linux-(?:x86-64|aarch64)\.so\.\d).{0,60}(?:No such file|not found)",
        ("ld",),
        certainty=0.9,
    ),
    Signature(
        r"(?:/bin/)?(?:a?sh): (?:\S*/)?(?:ollama|llama-server)\S*: not found",
        ("not", "found"),
        certainty=0.86,
        unless=(r"/usr/local/bin/ollama: not found.*armv|aarch64",),
    ),
    # BusyBox names a script's line, `exec` and `env` name no shell at all.
    Signature(
        r"(?<!\S)\S{0,120}/(?:ollama|llama-(?:server|cli|bench)): not found",
        ("not", "found"),
        certainty=0.7,
        unless=(r"armv\d|aarch64|http",),
    ),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (r": Not a valid dynamic program\b", ("dynamic", "program", "valid")),
            (
                r"Could not start dynamically linked executable: ",
                ("dynamically", "executable", "linked"),
            ),
            (
                r"NixOS cannot run dynamically linked executables\b",
                ("dynamically", "executables", "cannot"),
            ),
            (r"ld-musl-\S+\.so\.1: ", ("musl", "ld", "so")),
            (
                r"libc\.musl-\w+\.so\.1: cannot open shared object file",
                ("cannot", "object", "shared"),
            ),
        )
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.93,
            also=(r"\b(?:alpine|musl|void|nixos|postmarketos|openwrt)\b",),
            unless=(r"armhf|armv7",),
        )
        for pattern, needs in (
            (r"cannot execute: required file not found\b", ("required", "execute", "cannot")),
            (r"exec \S+: no such file or directory\b", ("directory", "exec", "file")),
            (
                r"can't execute '\S*(?:ollama|llama)\S*': No such file or directory",
                ("directory", "execute", "file"),
            ),
        )
    ),
    Signature(
        r"env: can't execute '\S*(?:ollama|llama-server|llama-cli)\S*': No such file",
        ("execute", "file", "such"),
        certainty=0.86,
    ),
    Signature(
        r"is not a supported wheel on this platform\b",
        ("supported", "platform", "wheel"),
        certainty=0.88,
        also=(r"\b(?:alpine|musl|musllinux)\b|ld-musl|\bapk (?:add|info)\b",),
    ),
    Signature(
        r"Could not find a version that satisfies the requirement (?:torch|onnxruntime|tensorflow|vllm|llama-cpp-python)",
        ("requirement", "satisfies", "version"),
        certainty=0.88,
        also=(r"\b(?:alpine|musl|musllinux)\b|ld-musl|\bapk (?:add|info)\b",),
    ),
)
