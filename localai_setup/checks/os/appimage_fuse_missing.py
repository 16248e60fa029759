"""The library that AppImages need is installed.

Why: Newer distributions ship the third generation of FUSE only; AppImages want the second.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="A library that AppImage programs need is missing.",
    seen="The AppImage of LM Studio or Jan does nothing when started.",
    why="Newer distributions ship the third generation of FUSE only; AppImages want the second.",
    fixes=(
        Fix(
            "Install it (Ubuntu from 24.04, Debian from 13).",
            ("sudo apt install libfuse2t64",),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libfuse.so.2",
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "Before Ubuntu 24.04 and Debian 13 the package has another name.",
            ("sudo apt install libfuse2",),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libfuse.so.2",
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "Install it.",
            ("sudo dnf install fuse fuse-libs",),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libfuse.so.2",
            where=Where(systems=("linux",), families=("rhel",)),
        ),
        Fix(
            "Install it.",
            ("sudo pacman -S fuse2",),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libfuse.so.2",
            where=Where(systems=("linux",), families=("arch",)),
        ),
        Fix(
            "Install it.",
            ("sudo zypper install fuse libfuse2",),
            needs_root=True,
            proof="/sbin/ldconfig -p | grep libfuse.so.2",
            where=Where(systems=("linux",), families=("suse",)),
        ),
        Fix(
            "Or start the program unpacked (put in your file's name).",
            (
                "./LM-Studio.AppImage --appimage-extract",
                "squashfs-root/AppRun",
            ),
            proof="ls squashfs-root/AppRun",
        ),
    ),
    sources=(
        "https://github.com/lmstudio-ai/docs/issues/247",
        "https://github.com/BetterDiscord/Installer/issues/379",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("appimage-sandbox-blocked",),
)

SIGNATURES = (
    Signature(r"libfuse\.so\.2", ("libfuse",), certainty=0.97),
    Signature(
        r"AppImages require FUSE to run",
        ("appimages", "require", "fuse", "to", "run"),
        certainty=0.96,
    ),
    Signature(
        r"fuse: (?:failed to exec fusermount|device not found|mount failed)",
        ("fuse",),
        certainty=0.92,
    ),
    Signature(
        r"Cannot mount AppImage, please check your FUSE setup",
        ("cannot", "mount", "appimage", "please", "check", "your", "fuse", "setup"),
        certainty=0.9,
    ),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (r"Cannot mount AppImage\b", ("appimage", "cannot", "mount")),
            (
                r"\bfusermount: (?:fuse device not found|mount failed|failed to open /dev/fuse)",
                ("fusermount",),
            ),
            (
                r"\bfusermount3: (?:fuse device not found|mount failed|failed to open /dev/fuse)",
                ("fusermount3",),
            ),
            (r"\bfusermount: (?:command )?not found", ("fusermount", "found", "not")),
            (r"No suitable fusermount binary found\b", ("fusermount", "suitable", "binary")),
            (r"fuse: failed to open /dev/fuse\b", ("failed", "fuse", "open")),
            (r"Unable to locate package libfuse2\b", ("libfuse2", "package", "locate")),
            (r"use --appimage-extract-and-run\b", ("appimage", "extract", "and")),
        )
    ),
    Signature(
        r"open dir error: No such file or directory\b",
        ("directory", "error", "file"),
        certainty=0.85,
        also=(r"AppImage",),
    ),
)
