"""The AppImage can set up its sandbox.

Why: Newer Ubuntu forbids ordinary programs the user namespaces that the built-in browser needs.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The system stops the AppImage from setting up its own sandbox.",
    seen="Nothing happens on a double click; from a terminal it aborts.",
    why="Newer Ubuntu forbids ordinary programs the user namespaces that the built-in browser needs.",
    fixes=(
        Fix(
            "Install the .deb package from lmstudio.ai in place of the AppImage (put in your file's name).",
            ("sudo apt install ./LM-Studio.deb",),
            needs_root=True,
            proof="dpkg -l lm-studio",
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "Or unpack it (put in your file's name), give the helper its rights, and start it.",
            (
                "./LM-Studio.AppImage --appimage-extract",
                "sudo chown root:root squashfs-root/chrome-sandbox",
                "sudo chmod 4755 squashfs-root/chrome-sandbox",
                "squashfs-root/AppRun",
            ),
            needs_root=True,
            proof="ls -l squashfs-root/chrome-sandbox",
        ),
    ),
    sources=(
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/30",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/425",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/991",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/624",
        "https://github.com/lmstudio-ai/lms/issues/131",
        "https://github.com/netblue30/firejail/issues/6731",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("appimage-fuse-missing",),
)

SIGNATURES = (
    Signature(
        r"The SUID sandbox helper binary was found, but is not configured correctly",
        (
            "the",
            "suid",
            "sandbox",
            "helper",
            "binary",
            "was",
            "found",
            "but",
            "is",
            "not",
            "configured",
            "correctly",
        ),
        certainty=0.97,
    ),
    Signature(r"No usable sandbox!", ("no", "usable", "sandbox"), certainty=0.95),
    Signature(
        r"Failed to move to new namespace",
        ("failed", "namespace"),
        certainty=0.92,
    ),
    Signature(
        r"Running as root without --no-sandbox is not supported",
        ("running", "as", "root", "without", "no", "sandbox", "is", "not", "supported"),
        certainty=0.9,
    ),
    Signature(
        r'apparmor="DENIED" operation="userns_create"',
        ("apparmor", "denied", "operation", "userns_create"),
        certainty=0.9,
    ),
    Signature(r"setuid_sandbox_host\.cc", ("setuid_sandbox_host",), certainty=0.95),
    Signature(r"zygote_host_impl_linux\.cc", ("zygote_host_impl_linux",), certainty=0.93),
    Signature(
        r"chrome-sandbox is owned by root and has mode 4755", ("sandbox", "4755"), certainty=0.97
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (
                r'operation="capable".{0,120}profile="unprivileged_userns"',
                ("unprivileged_userns", "operation", "capable"),
            ),
            (r'info="Userns create restricted\b', ("create", "userns", "info")),
            (r"The setuid sandbox is not running as root\b", ("running", "sandbox", "setuid")),
            (r"SUID sandbox helper binary is missing\b", ("missing", "sandbox", "binary")),
            (r"FATAL:credentials\.cc\b", ("credentials", "fatal", "cc")),
            (r"FATAL:sandbox_linux\.cc\b", ("sandbox_linux", "fatal", "cc")),
            (r"Check failed: sys_chroot\(", ("sys_chroot", "failed", "check")),
            (
                r"bwrap: (?:setting up uid map|No permissions to create new namespace|Creating new namespace failed|loopback: Failed)",
                ("bwrap",),
            ),
            (
                r"write failed /proc/self/uid_map: Operation not permitted",
                ("operation", "permitted", "uid_map"),
            ),
        )
    ),
    Signature(
        r"apparmor_restrict_unprivileged_userns ?= ?1\b",
        ("apparmor_restrict_unprivileged_userns", "1"),
        certainty=0.88,
        also=(r"AppImage|sandbox|Trace/breakpoint|lm-?studio",),
    ),
    Signature(r"zygote_linux\.cc\b", ("zygote_linux", "cc"), certainty=0.85),
)
