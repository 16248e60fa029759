"""The program was made for this kind of processor.

Why: An ARM file runs on a PC processor or the other way round.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The program was made for another kind of processor.",
    seen="Nothing starts, and a container restarts again and again.",
    why="An ARM file was put on a PC processor or the other way round.",
    fixes=(
        Fix(
            "Compare the machine with the file, then download the archive for this machine (amd64 is x86_64, arm64 is aarch64).",
            ("uname -m", "file $(command -v ollama)"),
            proof="ollama --version",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Install the right one over it.",
            ("curl -fsSL https://ollama.com/install.sh | sudo sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "Pull the image for this machine and create the container again (on ARM: linux/arm64).",
            ("docker pull --platform linux/amd64 ollama/ollama",),
            proof="docker run --rm --platform linux/amd64 ollama/ollama --version",
        ),
    ),
    sources=(
        "https://github.com/datawhalechina/handy-ollama/issues/30",
        "https://github.com/ollama/ollama/issues/3396",
    ),
    likelihood=0.5,
    confused_with=("os-32bit-userland", "os-musl-without-glibc"),
)

SIGNATURES = (
    Signature(r"exec format error", ("exec", "format", "error"), certainty=0.97),
    Signature(r"\[Errno 8\]|errno 8: exec", ("errno", "8"), certainty=0.9, also=(r"exec",)),
    Signature(
        r"cannot execute(?: binary file)?:? (?:binary file|Exec format)|cannot execute binary file",
        ("cannot", "execute"),
        certainty=0.97,
    ),
    Signature(
        r"requested image's platform \(linux/[^)]{1,60}\) does not match the detected host platform",
        ("platform", "match", "detected"),
        certainty=0.93,
    ),
    Signature(
        r"no matching manifest for (?:linux|windows)/\w+", ("matching", "manifest"), certainty=0.9
    ),
    Signature(r"%1 is not a valid Win32", ("win32", "valid", "not", "is"), certainty=0.93),
    Signature(r"WinError 193", ("193",), certainty=0.93),
    Signature(r"is not a valid Win32 application", ("valid", "win32"), certainty=0.93),
    Signature(
        r"not compatible with the version of Windows you(?:'re| are) running",
        ("compatible", "windows", "running"),
        certainty=0.9,
    ),
    Signature(
        r"bad ELF (?:machine|class)|wrong ELF class: ELFCLASS",
        ("elf",),
        certainty=0.85,
        unless=(r"undefined symbol|libcuda\.so|libvulkan_\w+\.so: wrong ELF",),
    ),
    Signature(
        r"qemu-\w+(?:-static)?: (?:Could not open|uncaught target signal)",
        ("qemu",),
        certainty=0.88,
    ),
)
