"""The temporary folder's path has plain letters.

Why: The program writes temporary files below a path that its native part cannot read.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Special letters in the temporary folder's path break loading.",
    seen="Since an update no model loads in LM Studio or KoboldCpp; the user name has letters beyond ASCII.",
    why="The program writes temporary files below a path that its native part cannot read.",
    fixes=(
        Fix(
            "Use a temporary folder with plain letters (all your programs will), then log out and in again.",
            ("mkdir C:\\Temp", "setx TEMP C:\\Temp", "setx TMP C:\\Temp"),
            proof="reg query HKCU\\Environment /v TEMP",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/2231",
        "https://github.com/LostRuins/koboldcpp/issues/2339",
    ),
    likelihood=0.5,
    systems=("windows",),
    confused_with=("windows-non-ascii-user-path",),
)

SIGNATURES = (
    Signature(
        r"[A-Z]:\\+Users\\+[^\\\n]*[^\x00-\x7f][^\n]*\\+Temp\\", ("users", "temp"), certainty=0.96
    ),
    Signature(r"\bTemp\\+_MEI\d+", ("temp",), certainty=0.9, also=(r"[^\x00-\x7f]",)),
    Signature(
        r"[A-Z]:\\+Users\\+[^\\\n]*[^\x00-\x7f][^\n]*\\+Temp\b", ("users", "temp"), certainty=0.94
    ),
)
