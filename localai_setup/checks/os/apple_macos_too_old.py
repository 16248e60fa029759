"""The macOS here is new enough for the program.

Why: The program was made for a newer macOS than this one.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="This macOS version is too old for the program.",
    seen="The engine stops at once; its app may start and keep calling the part that crashes.",
    why="The program was made for a newer macOS than this one.",
    fixes=(
        Fix(
            "Update macOS, where this Mac can take it: System Settings, General, Software Update.",
            ("sw_vers -productVersion", "softwareupdate --list"),
            reboot=True,
            proof="sw_vers -productVersion",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Or take the last release for it from github.com/ollama/ollama/releases: before 0.17.5 for macOS 12 and 13, before 0.3 for macOS 11; newer models may not load.",
            proof="ollama --version",
            where=Where(systems=("macos",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/7190",
        "https://github.com/ollama/ollama/issues/277",
        "https://github.com/ollama/ollama/issues/1870",
        "https://github.com/ollama/ollama/issues/7224",
        "https://github.com/stenolabs/stenoai/pull/67",
        "https://github.com/jundot/omlx/issues/125",
        "https://github.com/zylon-ai/private-gpt/issues/450",
    ),
    likelihood=0.6,
    systems=("macos",),
    confused_with=(),
)

SIGNATURES = (
    Signature(
        r"dyld(?:\[\d+\])?:? ?:? Symbol not found:",
        ("dyld", "symbol", "not", "found"),
        certainty=0.95,
    ),
    Signature(
        r"which was built for (?:Mac OS X|macOS) \d",
        ("which", "was", "built", "for"),
        certainty=0.9,
    ),
    Signature(r"You can.t use this version of .{0,60}application", ("version",), certainty=0.9),
    Signature(
        r"requires macOS \d+.{0,20}or later", ("requires", "later", "macos", "or"), certainty=0.9
    ),
    Signature(r"requires macOS \d", ("requires", "macos"), certainty=0.9),
    *(
        Signature(pattern, needs, certainty=0.94)
        for pattern, needs in (
            (
                r"built for macOS [\d.]+ which is newer than running OS\b",
                ("running", "built", "macos"),
            ),
            (r"was built for newer macOS version\b", ("version", "built", "macos")),
            (
                r"(?:does not|doesn.t) run on macOS versions older than\b",
                ("versions", "macos", "older"),
            ),
            (r"\bkLSIncompatibleSystemVersionErr\b", ("klsincompatiblesystemversionerr",)),
            (r"error (?:code )?-10825\b", ("10825", "error")),
            (r"\bOSStatus -10825\b", ("osstatus", "10825")),
            (r"Symbol not found: .{0,80}\$NEWLAPACK", ("newlapack", "symbol", "found")),
            (r"Namespace DYLD, Code (?:4|1)\b", ("namespace", "code", "dyld")),
            (r"needs? macOS \d+.{0,20}or (?:later|newer)", ("macos", "or")),
            (r"ben.tigt macOS \d", ("macos", "tigt", "ben")),
            (r"n.cessite macOS \d", ("cessite", "macos", "n")),
            (r"requiere macOS \d", ("requiere", "macos")),
            (r"(?:unsupported|too old) macOS version\b", ("version", "macos")),
            (r"version of macOS is too old\b", ("version", "macos", "old")),
            (r"use of undeclared identifier 'bfloat'", ("identifier", "undeclared", "bfloat")),
            (r"unsupported (?:deployment target|Metal language version)", ("unsupported",)),
        )
    ),
    Signature(
        r"Symbol not found: ",
        ("symbol", "found", "not"),
        certainty=0.9,
        also=(r"Expected in: ?(?:<[\w -]+> )?/(?:System/Library|usr/lib)/",),
    ),
    Signature(
        r"Library not loaded: (?:/System/Library/|@rpath/libswift|/usr/lib/)",
        ("library", "loaded", "not"),
        certainty=0.88,
    ),
)
