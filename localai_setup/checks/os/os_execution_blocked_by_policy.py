"""The system lets the engine's helper start.

Why: An allow-list (fapolicyd), SELinux or seccomp refuses the helper, or the service user cannot
read its folder.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="A security rule of this system forbids starting the engine's helper.",
    seen="Asking for the version works, running a model does not, and file rights look fine.",
    why="An allow-list (fapolicyd), SELinux or seccomp refuses the helper, or the service user cannot read its folder.",
    fixes=(
        Fix(
            "Trust the program's files, let everybody read them, and restore their labels.",
            (
                "sudo fapolicyd-cli --file add /usr/local/bin/ollama",
                "sudo fapolicyd-cli --file add /usr/local/lib/ollama/",
                "sudo fapolicyd-cli --update",
                "sudo chmod -R a+rX /usr/local/lib/ollama",
                "sudo restorecon -Rv /usr/local/bin/ollama /usr/local/lib/ollama",
            ),
            needs_root=True,
            proof="ollama run llama3.2:1b hello",
            where=Where(systems=("linux",), families=("rhel",)),
        ),
        Fix(
            "If it stays, see what was refused and give the lines to whoever looks after this machine.",
            ("sudo ausearch -m avc,fanotify,seccomp -ts today",),
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
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (
                r"Failed at step EXEC spawning \S+: (?:Permission denied|Operation not permitted)",
                ("spawning", "failed", "exec"),
            ),
            (r"\bDevice Guard\b", ("device", "guard")),
            (r"Smart App Control blocked\b", ("blocked", "control", "smart")),
            (
                r"SmartScreen prevented an unrecogni[sz]ed app\b",
                ("smartscreen", "prevented", "app"),
            ),
            (r"can.t be opened because Apple cannot check it\b", ("because", "cannot", "opened")),
            (r"because the developer cannot be verified\b", ("developer", "verified", "because")),
            (r"Apple could not verify\b", ("verify", "apple", "could")),
            (r"library load disallowed by system policy\b", ("disallowed", "library", "policy")),
            (r"\bos error 1260\b", ("error", "1260", "os")),
            (r"\bos error 4551\b", ("error", "4551", "os")),
            (r"WinError 4551\b", ("winerror", "4551")),
            (r"WinError 1260\b", ("winerror", "1260")),
            (
                r"Anwendungssteuerungsrichtlinie hat diese Datei\b",
                ("anwendungssteuerungsrichtlinie", "datei", "diese"),
            ),
            (
                r"durch eine Gruppenrichtlinie (?:geblockt|blockiert)",
                ("gruppenrichtlinie", "durch", "eine"),
            ),
            (r"contr.le d.application a bloqu. ce fichier", ("application", "fichier", "bloqu")),
            (
                r"did not meet the .{1,40}signing level requirements",
                ("requirements", "signing", "level"),
            ),
            (r"\.EXE was prevented from running\b", ("prevented", "running", "from")),
            (
                r"is damaged and can.t be opened\. You should move it to the",
                ("damaged", "opened", "should"),
            ),
            (
                r"cannot apply additional memory protection after relocation\b",
                ("additional", "protection", "relocation"),
            ),
            (
                r"cannot enable executable stack as shared object requires\b",
                ("executable", "requires", "cannot"),
            ),
        )
    ),
    Signature(
        r"SELinux is preventing .{1,120} from (?:execute|execmem|execmod|execute_no_trans|map) access",
        ("preventing", "selinux", "access"),
        certainty=0.96,
    ),
    Signature(
        r"\bstatus=203/EXEC\b",
        ("status", "exec", "203"),
        certainty=0.9,
        also=(
            r"Permission denied|Enforcing|fapolicyd|apparmor|avc:|user_home_t|Operation not permitted",
        ),
        unless=(r"No such file or directory",),
    ),
    Signature(
        r"^\S{0,40}bash: /\S+/(?:ollama|llama-\w+|lms): Operation not permitted",
        ("operation", "permitted", "bash"),
        certainty=0.9,
        also=(
            r"Permission denied|Enforcing|fapolicyd|apparmor|avc:|user_home_t|Operation not permitted",
        ),
        unless=(r"No such file or directory",),
    ),
    Signature(
        r"failed to map segment from shared object: Operation not permitted\b",
        ("operation", "permitted", "segment"),
        certainty=0.9,
        unless=(r"/tmp|/var/tmp",),
    ),
    Signature(r": rejected\s*$", ("rejected",), certainty=0.88, also=(r"spctl",)),
    Signature(
        r"avc:\s+denied\s+\{ (?:execute|execute_no_trans) \}.{0,200}scontext=\S*:init_t:",
        ("avc", "denied", "scontext"),
        certainty=0.985,
    ),
)
