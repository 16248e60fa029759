"""The engine knows this kind of model.

Why: The kind of model named in the file is newer than the llama.cpp in the engine.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The engine is too old for this model.",
    seen="A fresh model downloads well and fails to load at once.",
    why="The kind of model named in the file is newer than the llama.cpp in the engine.",
    fixes=(
        Fix(
            "Update the engine and restart the server, so that both match.",
            (
                "curl -fsSL https://ollama.com/install.sh | sh",
                "ollama --version",
            ),
            needs_root=True,
            proof="ollama --version",
        ),
        Fix(
            "For Python update the package.",
            ("pip install --upgrade llama-cpp-python",),
            proof='python -c "import llama_cpp; print(llama_cpp.__version__)"',
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/16014",
        "https://github.com/ollama/ollama/issues/10454",
        "https://github.com/ollama/ollama/issues/4002",
        "https://github.com/abetlen/llama-cpp-python/issues/1556",
        "https://github.com/utilityai/llama-cpp-rs/pull/866",
        "https://github.com/SciSharp/LLamaSharp/pull/1371",
        "https://github.com/ollama/ollama/issues/15546",
        "https://github.com/ollama/ollama/issues/15508",
    ),
    likelihood=0.8,
    systems=(),
    confused_with=(
        "model-dropped-by-engine",
        "ollama-old-server-running",
    ),
)

SIGNATURES = (
    Signature(
        r"unknown model architecture:",
        (
            "unknown",
            "model",
            "architecture",
        ),
        certainty=0.95,
        unless=(r"mllama",),
    ),
    Signature(
        r"unknown (?:pre-tokenizer type|projector type|quantization type)",
        (
            "unknown",
            "type",
        ),
        certainty=0.93,
    ),
    Signature(
        r"requires a newer version of Ollama|this model is not supported by your version of Ollama",
        (
            "version",
            "ollama",
        ),
        certainty=0.92,
    ),
    Signature(
        r"(?:does not recognize this architecture|Model architectures \[.{0,80}\] (?:are|failed)|model type .{0,40}not supported)",
        ("model",),
        certainty=0.9,
    ),
    Signature(
        r"Transformers does not recognize this architecture",
        (
            "transformers",
            "does",
            "not",
            "recognize",
            "this",
            "architecture",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:invalid ggml type|has invalid ggml type|unsupported (?:ggml|tensor) type|unknown ggml type)",
        ("type",),
        certainty=0.88,
    ),
    Signature(
        r"done_getting_tensors: wrong number of tensors|key not found in model",
        (
            "key",
            "not",
            "found",
            "in",
            "model",
        ),
        certainty=0.85,
    ),
)
