"""Jan has an engine part that fits this computer.

Why: Jan downloads its llama.cpp part by itself; that failed, or an old or wrong variant is
chosen.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Jan's engine part is missing, outdated or of the wrong kind.",
    seen="A model does not start or runs on the processor, and Jan's hardware page shows no card.",
    why="Jan downloads its llama.cpp part by itself; that failed, or an old or wrong variant is chosen.",
    fixes=(
        Fix(
            "In Jan open Settings, Model Providers, Llama.cpp. Install the engine part that fits (CUDA for NVIDIA, Vulkan for AMD and Intel), choose it as version too, and start the model again.",
        ),
        Fix(
            "If Jan's own download fails, fetch the archive from github.com/janhq/llama.cpp/releases and install it there with `Install from file`. It then lies here, unless Settings, Advanced names another data folder.",
            ("ls ~/.local/share/Jan/data/llamacpp/backends",),
            proof="ls ~/.local/share/Jan/data/llamacpp/backends",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "If Jan's own download fails, fetch the archive from github.com/janhq/llama.cpp/releases and install it there with `Install from file`. It then lies here, seen with PowerShell, unless Settings, Advanced names another data folder.",
            (r"dir $env:APPDATA\Jan\data\llamacpp\backends",),
            proof=r"dir $env:APPDATA\Jan\data\llamacpp\backends",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "If Jan's own download fails, fetch the archive from github.com/janhq/llama.cpp/releases and install it there with `Install from file`. It then lies here, unless Settings, Advanced names another data folder.",
            ("ls ~/Library/Application\\ Support/Jan/data/llamacpp/backends",),
            proof="ls ~/Library/Application\\ Support/Jan/data/llamacpp/backends",
            where=Where(systems=("macos",)),
        ),
    ),
    sources=(
        "https://github.com/janhq/jan/issues/7341",
        "https://github.com/janhq/jan/issues/7786",
        "https://github.com/janhq/jan/issues/8090",
        "https://github.com/janhq/jan/issues/7881",
        "https://github.com/janhq/jan/issues/7553",
        "https://github.com/janhq/jan/issues/8576",
        "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/966",
    ),
    likelihood=0.5,
    systems=(),
    confused_with=("engine-build-cpu-only",),
)

#: What Jan's own parts write before a message, and where Jan keeps its engines.
JAN = r"\bjanhq\b|tauri_plugin_llamacpp|\bJan[/\\]+data|llamacpp-extension|jan\.ai\b|\bJan v?0\.\d"

SIGNATURES = (
    Signature(r"LLAMA_CPP_PROCESS_ERROR", ("llama_cpp_process_error",), certainty=0.95),
    # the notice's words stand before or after the name, as the version and the language have it
    Signature(
        r"Download Failed - llamacpp-b\d+|\bllamacpp-b\d+\S{0,80} download fail",
        ("download", "llamacpp"),
        certainty=0.95,
    ),
    Signature(
        r"error: invalid argument: --(?:fit|no-webui|flash-attn|jinja|mmproj|kv-unified|no-mmproj-offload)\S*",
        ("argument", "invalid", "error"),
        certainty=0.9,
        unless=(r"LM ?Studio",),
    ),
    Signature(
        r"llama\.?cpp[ -]extension\b.{0,80}(?:not (?:installed|found|configured|available)|failed)",
        ("extension",),
        certainty=0.9,
        unless=(r"@janhq/llamacpp-extension loaded",),
    ),
    Signature(
        r"llama\.?cpp[ -]backend\b.{0,80}(?:not (?:installed|found|configured|available)|failed to (?:download|install|load))",
        ("backend",),
        certainty=0.9,
    ),
    Signature(
        r"Failed to (?:download|install|find|load)\b.{0,40}llama\.?cpp backend\b",
        ("backend", "failed", "to"),
        certainty=0.9,
    ),
    Signature(
        r"No (?:valid |installed )?(?:llama\.?cpp )?backend (?:found|selected|installed|configured)\b",
        ("no",),
        certainty=0.85,
        unless=(r"torch|ggml_backend|Vulkan|matplotlib",),
    ),
    Signature(r"BINARY_NOT_FOUND", ("binary_not_found",), certainty=0.88),
    Signature(r"BACKEND_NOT_INSTALLED", ("backend_not_installed",), certainty=0.88),
    Signature(
        r"Backend .{0,60} is not installed\b", ("installed", "backend", "not"), certainty=0.88
    ),
    Signature(
        r"llamacpp[/\\]{1,4}backends?[/\\].{0,160}(?:not found|No such file|cannot find|exit code|os error)",
        ("llamacpp",),
        certainty=0.88,
    ),
    Signature(r"Backend download failed", ("download", "backend", "failed"), certainty=0.85),
    Signature(
        r"Failed to download backend \S{3,80}:", ("failed", "download", "backend"), certainty=0.92
    ),
    Signature(
        r"GitHub download failed, falling back to CDN",
        ("download", "failed", "falling", "cdn"),
        certainty=0.9,
    ),
    Signature(
        r"code: (?:BinaryNotFound|LlamaCppProcessError|LibraryPathInvalid|DeviceListParseFailed)\b",
        ("code",),
        certainty=0.92,
    ),
    Signature(
        r"The llama\.cpp server binary could not be found",
        ("server", "binary", "could", "found"),
        certainty=0.95,
    ),
    Signature(
        r"The model process encountered an unexpected error",
        ("process", "encountered", "unexpected"),
        certainty=0.9,
    ),
    Signature(
        r"No supported backend binaries found for this system",
        ("supported", "backend", "binaries", "system"),
        certainty=0.95,
    ),
    Signature(
        r"(?:os error [23]\)|ENOENT|No such file).{0,160}llamacpp[/\\]{1,4}backends?[/\\]",
        ("llamacpp",),
        certainty=0.88,
    ),
    Signature(
        r"error: (?:invalid|unknown) argument: -\S+",
        ("argument", "error"),
        certainty=0.92,
        also=(JAN,),
    ),
    Signature(
        r"Available devices:\s*(?:\(none\))?\s*\Z|No devices found in output",
        ("devices",),
        certainty=0.9,
        lines=2,
        also=(JAN,),
    ),
    Signature(
        r"exited early with code\b", ("exited", "early", "code"), certainty=0.86, also=(JAN,)
    ),
    Signature(
        r"Failed to (?:fetch|get|list) (?:supported |remote )?backends?\b",
        ("failed", "to"),
        certainty=0.85,
        also=(JAN,),
    ),
)
