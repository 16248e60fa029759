"""localai may use its own files, and nobody else may read the private ones.

Why: without its rights nothing can be saved or started; and the files of the state hold the server's
key and your test's words.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Symptom, Where
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="The rights on localai's own files are wrong.",
    seen="`Permission denied` in localai's own folder, or others can read its files.",
    why="Something has changed them: a copy to another place, a backup, or a run with sudo.",
    fixes=(
        Fix(
            "Set them right.",
            ("localai doctor --fix",),
            proof="localai doctor --only setup-permissions-wrong",
            step="own-files",
        ),
        Fix(
            "Where they belong to another user (a run with sudo does that), take them back.",
            (
                'sudo chown -R "$(id -un)" "${LOCALAI_HOME:-$HOME/.local/share/localai}" ~/.local/state/localai ~/.config/localai ~/.cache/localai',
            ),
            needs_root=True,
            proof="localai doctor --only setup-permissions-wrong",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Where they belong to another user (a run with sudo does that), take them back.",
            (
                'sudo chown -R "$(id -un)" "${LOCALAI_HOME:-$HOME/Library/Application Support/localai}"',
            ),
            needs_root=True,
            proof="localai doctor --only setup-permissions-wrong",
            where=Where(systems=("macos",)),
        ),
    ),
    status="warn",
    likelihood=0.9,
)


def check(setup: SetUpState) -> Symptom | None:
    unusable, exposed = setup.examined.files.unusable, setup.examined.files.exposed
    if unusable:
        what = f"localai may not read or write {', '.join(unusable)}."
        return Symptom(what, (Evidence("call:localai.examine", unusable[0]),), status="fail")
    if exposed:
        what = f"Other users of this computer can read {', '.join(exposed)}."
        return Symptom(what, (Evidence("call:localai.examine", exposed[0]),))
    return None
