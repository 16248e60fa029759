"""Microsoft's C++ runtime is there and recent.

Why: The Visual C++ 2015-2022 runtime is absent or older than the engine needs.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...model.system_libraries import MICROSOFT, MICROSOFT_COMMAND
from ...probes.setup import SetUpState

PROBLEM = Problem(
    title="Microsoft's C++ runtime is missing on this Windows, or too old.",
    seen="The runner quits at once with a hexadecimal exit status, or a window names a missing system file.",
    why="The Visual C++ 2015-2022 runtime is absent or older than the engine needs.",
    fixes=(
        Fix(
            "Install the newest runtime; on an ARM computer write arm64 in place of x64.",
            (MICROSOFT_COMMAND,),
            needs_root=True,
            proof="winget list Microsoft.VCRedist.2015+.x64",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Without winget open https://aka.ms/vs/17/release/vc_redist.x64.exe; then update Windows, graphics driver and engine.",
            ("start https://aka.ms/vs/17/release/vc_redist.x64.exe",),
            needs_root=True,
            proof="reg query HKLM\\SOFTWARE\\Microsoft\\VisualStudio\\14.0\\VC\\Runtimes\\x64 /v Version",
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
        r"(?:VCRUNTIME140(?:_1)?|MSVCP140(?:_\w{1,20})?|VCOMP140|CONCRT140|libomp140\.x86_64|mfc140u?|ucrtbase|api-ms-win-crt\S*)\.dll.{0,20}",
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
    *(
        Signature(pattern, needs, certainty=0.92, unless=(r"nvcuda|cudart|cublas",))
        for pattern, needs in (
            (
                r"Visual C\+\+ Redistributable is not installed\b",
                ("redistributable", "installed", "visual"),
            ),
            (r"unable to start correctly \(0xc000007b\)", ("0xc000007b", "correctly", "unable")),
            (r"exit status 0xc000007b\b", ("0xc000007b", "status", "exit")),
            (
                r"procedure entry point .{1,120}could not be located\b",
                ("procedure", "located", "could"),
            ),
            (r"\bSTATUS_ENTRYPOINT_NOT_FOUND\b", ("status_entrypoint_not_found",)),
            (r"\bSTATUS_DLL_NOT_FOUND\b", ("status_dll_not_found",)),
            (r"-1073741515\b", ("1073741515",)),
            (r"-1073741511\b", ("1073741511",)),
            (r"side-by-side configuration is incorrect\b", ("configuration", "incorrect", "side")),
            (r"WinError 1114\b", ("winerror", "1114")),
            (r"DLL\) initialization routine failed\b", ("initialization", "routine", "failed")),
            (
                r"Prozedureinsprungpunkt .{1,120}wurde .{0,80}nicht gefunden",
                ("prozedureinsprungpunkt", "gefunden", "nicht"),
            ),
        )
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.86,
            also=(r"llama|ggml|ollama|onnx|torch|\.dll",),
            unless=(r"nvcuda|cudart|cublas|hip|Application Control",),
        )
        for pattern, needs in (
            (r"LoadLibrary\w* failed\b.{0,40}\b126\b", ("failed", "126")),
            (r"error (?:code )?126\b", ("error", "126")),
            (r"DLL load failed\b", ("failed", "load", "dll")),
        )
    ),
)


def check(setup: SetUpState) -> Symptom | None:
    missing = [name for name in setup.examined.libraries if name in MICROSOFT]
    if not missing:
        return None
    what = f"The engine of {setup.model} loads {' and '.join(missing)}, which this Windows lacks."
    return Symptom(what, (Evidence("call:localai.examine", ", ".join(missing)),), 0.99)
