"""Microsoft's C++ runtime is there and recent.

Why: The Visual C++ 2015-2022 runtime is absent or older than the engine needs.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Microsoft's C++ runtime is missing on this Windows, or too old.",
    seen="The runner quits at once with a hexadecimal exit status, or a window names a missing system file.",
    why="The Visual C++ 2015-2022 runtime is absent or older than the engine needs.",
    fixes=(
        Fix(
            "Install the newest runtime, and update Windows, graphics driver and engine.",
            ("winget install Microsoft.VCRedist.2015+.x64",),
            needs_root=True,
            proof="winget list Microsoft.VCRedist.2015+.x64",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/6804",
        "https://github.com/ollama/ollama/pull/5555",
        "https://github.com/likelovewant/ollama-for-amd/issues/76",
        "https://github.com/ollama/ollama/issues/4657",
        "https://github.com/gpustack/llama-box/issues/10",
    ),
    likelihood=0.6,
    systems=("windows",),
    confused_with=("windows-antivirus-quarantine",),
)

SIGNATURES = (
    Signature(
        r"(?:VCRUNTIME140(?:_1)?|MSVCP140(?:_1)?|VCOMP140|ucrtbase|api-ms-win-crt\S*)\.dll.{0,20}",
        ("dll",),
        certainty=0.96,
    ),
    Signature(r"exit status 0xc0000(?:005|135|139|142|409)", ("exit", "status"), certainty=0.9),
    Signature(r"0xc0000135", ("0xc0000135",), certainty=0.88),
    Signature(r"\b3221225781\b", ("3221225781",), certainty=0.88),
    Signature(
        r"DLL load failed while importing", ("importing", "failed", "while", "load"), certainty=0.85
    ),
    Signature(r"WinError 126", ("126",), certainty=0.85),
    Signature(
        r"Could not find module '\S+llama\S*'", ("module", "could", "llama", "find"), certainty=0.85
    ),
    Signature(
        r"Could not find module '.{0,200}(?:llama|ggml)\S*'",
        ("could", "not", "find", "module"),
        certainty=0.85,
    ),
    Signature(r"\b3221225785\b", ("3221225785",), certainty=0.88),
    Signature(r"Das angegebene Modul wurde nicht gefunden", ("modul",), certainty=0.83),
    Signature(
        r"Le module sp\S+ est introuvable", ("introuvable", "module", "est", "sp"), certainty=0.83
    ),
    Signature(
        r"The specified module could not be found", ("specified", "module", "found"), certainty=0.83
    ),
)
