"""The system lets the engine's helper start.

Why: An allow-list (fapolicyd), SELinux or seccomp refuses the helper, or the service user cannot
read its folder.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="A security rule of this system forbids starting the engine's helper.",
    seen="Asking for the version works, running a model does not, and file rights look fine.",
    why="An allow-list (fapolicyd), SELinux or seccomp refuses the helper, or the service user cannot read its folder.",
    fixes=(
        Fix(
            "See what was refused.",
            ("sudo ausearch -m avc,fanotify -ts recent",),
            needs_root=True,
            proof="sudo ausearch -m avc,fanotify -ts recent",
        ),
        Fix(
            "Trust the files and restore their labels.",
            (
                "sudo fapolicyd-cli --file add /usr/local/bin/ollama",
                "sudo fapolicyd-cli --file add /usr/local/lib/ollama/",
                "sudo fapolicyd-cli --update",
                "sudo restorecon -Rv /usr/local",
            ),
            needs_root=True,
            proof="ollama run llama3.2:1b hello",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/9466",),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("os-tmp-noexec", "container-volume-blocked-by-selinux"),
)

SIGNATURES = (
    Signature(
        r"fork/exec /(?!tmp/|home/|var/folders)\S+: (?:permission denied|operation not permitted)",
        ("fork", "exec"),
        certainty=0.93,
    ),
    Signature(r"fapolicyd", ("fapolicyd",), certainty=0.93, also=(r"deny|denied",)),
    Signature(
        r"avc:\s+denied\s+\{ (?:execute|execmem|execmod|execute_no_trans)",
        ("avc", "denied"),
        certainty=0.9,
    ),
    Signature(r'apparmor="DENIED" operation="exec"', ("exec",), certainty=0.9),
    Signature(
        r"Operation not permitted.{0,60}(?:seccomp|execve)",
        ("permitted", "operation", "not"),
        certainty=0.9,
    ),
    Signature(
        r"blocked by (?:group policy|your (?:organization|administrator)|Device Guard|Application Control)",
        ("blocked", "by"),
        certainty=0.88,
    ),
    Signature(
        r"An Application Control policy has blocked this file",
        ("an", "application", "control", "policy", "has", "blocked", "this", "file"),
        certainty=0.88,
    ),
    Signature(r"type=FANOTIFY.{0,200}resp=2\b", ("fanotify", "resp"), certainty=0.96),
    Signature(r"dec=deny\S* perm=execute", ("dec", "perm"), certainty=0.96),
)
