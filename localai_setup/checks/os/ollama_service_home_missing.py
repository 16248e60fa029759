"""The home of the Ollama service exists and belongs to it.

Why: A left-over "ollama" user of another package points to a folder that is absent or owned by
root.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.account import Account
from ...probes.services import ACCOUNT

PROBLEM = Problem(
    title="The home folder of the Ollama service is absent or belongs to somebody else.",
    seen="The service fails right after installing; started as a normal user it works.",
    why='A left-over "ollama" user of another package points to a folder that is absent or owned by root.',
    fixes=(
        Fix(
            "Give the user the home that Ollama's installer uses, create it and hand it over.",
            (
                "sudo systemctl stop ollama",
                "sudo usermod -d /usr/share/ollama ollama",
                "sudo mkdir -p /usr/share/ollama",
                "sudo chown -R ollama: /usr/share/ollama",
                "sudo systemctl start ollama",
            ),
            needs_root=True,
            proof="systemctl status ollama --no-pager",
            where=Where(systems=("linux",), systemd=True),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/9148",
        "https://github.com/ollama/ollama/issues/11558",
        "https://github.com/ollama/ollama/pull/8135",
        "https://github.com/ollama/ollama/issues/2044",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "disk-models-dir-unreachable",
        "container-home-not-writable",
        "disk-service-home-readonly",
    ),
)

SIGNATURES = (
    Signature(
        r"could not create directory mkdir /(?!\.|home|root|mnt|media)\S+: permission denied",
        ("could", "not", "create", "directory", "mkdir", "permission", "denied"),
        certainty=0.95,
    ),
    Signature(
        r"open /\S*\.ollama/id_ed25519\S*: (?:permission denied|no such file)",
        ("id_ed25519",),
        certainty=0.94,
        unless=(r"/root/|open /home",),
    ),
    Signature(
        r"Changing to the requested working directory failed",
        ("failed",),
        certainty=0.9,
        also=(r"ollama",),
    ),
    Signature(r"Failed at step (?:CHDIR|USER)", ("failed",), certainty=0.9, also=(r"ollama",)),
    Signature(r"status=2(?:00/CHDIR|17/USER)", ("status",), certainty=0.9, also=(r"ollama",)),
    Signature(r"status=2(?:00/CHDIR|17/USER)", ("status",), certainty=0.9),
    *(
        Signature(pattern, needs, certainty=0.93, unless=(r"avc:",))
        for pattern, needs in (
            (r"cannot change directory to /usr/share/ollama\b", ("directory", "cannot", "change")),
            (
                r"mkdir /usr/share/ollama\S*: (?:no such file or directory|permission denied)",
                ("ollama", "mkdir", "share"),
            ),
            (
                r"mkdir /var/lib/ollama\S*: (?:no such file or directory|permission denied)",
                ("ollama", "mkdir", "lib"),
            ),
            (
                r"(?:stat|lstat|open) /(?:usr/share|var/lib)/ollama/\.ollama\S*: permission denied",
                ("permission", "denied", "ollama"),
            ),
            (r"invalid user: .?ollama\b", ("invalid", "ollama", "user")),
            (r"no such user:? '?ollama\b", ("ollama", "such", "user")),
            (r"Unknown user '?ollama\b", ("unknown", "ollama", "user")),
            (
                r"Failed to (?:look up user|determine user credentials).{0,40}No such process",
                ("process", "failed", "such"),
            ),
            (
                r"Failed at step (?:STATE_DIRECTORY|CHDIR|USER) spawning \S*ollama",
                ("spawning", "failed", "ollama"),
            ),
            (r"status=238/STATE_DIRECTORY\b", ("state_directory", "status", "238")),
        )
    ),
)


def check(account: Account) -> Symptom | None:
    """The account `ollama` has a home folder that is not there."""
    if not account.home_missing:
        return None
    what = f"The home folder of the account ollama, {account.home}, does not exist."
    return Symptom(what, (Evidence(ACCOUNT.key, account.home),), 0.9)
