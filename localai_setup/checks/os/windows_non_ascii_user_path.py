"""The path to the models has plain letters.

Why: The native part receives the path in an old character set.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Special letters in the Windows user name break the path to the models.",
    seen="The download succeeds and loading fails; the path in the log looks mangled.",
    why="The native part receives the path in an old character set.",
    fixes=(
        Fix(
            "Quit Ollama, move the models to a folder with plain letters (PowerShell), and open Ollama again.",
            (
                "mkdir C:\\ollama",
                'Move-Item "$env:USERPROFILE\\.ollama\\models" C:\\ollama\\models',
                "setx OLLAMA_MODELS C:\\ollama\\models",
            ),
            proof="ollama list",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or update Ollama.",
            ("winget upgrade --id Ollama.Ollama",),
            proof="ollama --version",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/16493",
        "https://github.com/ollama/ollama/issues/3120",
        "https://github.com/ollama/ollama/issues/3293",
        "https://github.com/ollama/ollama/issues/5329",
        "https://github.com/ollama/ollama/issues/3104",
        "https://github.com/ollama/ollama/pull/16748",
    ),
    likelihood=0.6,
    systems=("windows",),
    confused_with=("windows-non-ascii-temp-path",),
)

SIGNATURES = (
    Signature(
        r"(?:failed to open|unable to open|No such file|cannot open|Failed to load).{0,80}[A-Z]:\\+Users\\+[^\\\n]*[^\x00-\x7f][^\n]*",
        ("users",),
        certainty=0.95,
        unless=(r"\\Temp\\",),
    ),
    Signature(
        r"[A-Z]:\\+Users\\+[^\\\n]*(?:[^\x00-\x7f]|\?\?)[^\n]*(?:\.ollama|models|\.gguf)",
        ("users",),
        certainty=0.85,
        unless=(r"\\Temp\\",),
    ),
    Signature(
        r"Failed to load CLIP model from [A-Z]:\\+Users",
        ("failed", "to", "load", "clip", "model", "from", "users"),
        certainty=0.8,
    ),
    Signature(r"failed to open [A-Z]:\\+Users", ("failed", "to", "open", "users"), certainty=0.85),
    Signature(
        r"\bUsers\\+[\w ]{0,20}\?[\w ?]{0,20}\\+[^\n]{0,120}(?:\.ollama|\.gguf|models)",
        ("users",),
        certainty=0.88,
        unless=(r"\\Temp\\",),
    ),
    Signature(
        r"No mapping for the Unicode character exists in the target multi-byte code page\b",
        ("character", "mapping", "unicode"),
        certainty=0.9,
    ),
    Signature(
        r"Cannot convert character sequence: Illegal byte sequence\b",
        ("character", "sequence", "convert"),
        certainty=0.9,
    ),
    Signature(
        r"\bUnicodeEncodeError: ",
        ("unicodeencodeerror",),
        certainty=0.88,
        also=(r"[A-Z]:\\+Users\\+[^\\\n]*[^\x00-\x7f]",),
        unless=(r"\\Temp\\",),
    ),
    Signature(
        r"\bUnicodeDecodeError: ",
        ("unicodedecodeerror",),
        certainty=0.88,
        also=(r"[A-Z]:\\+Users\\+[^\\\n]*[^\x00-\x7f]",),
        unless=(r"\\Temp\\",),
    ),
)
