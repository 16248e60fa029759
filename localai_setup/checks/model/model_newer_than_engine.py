"""The engine knows this kind of model.

Why: The kind of model named in the file is newer than the llama.cpp in the engine.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The engine is too old for this model.",
    seen="A fresh model downloads well and fails to load at once.",
    why="The kind of model named in the file is newer than the llama.cpp in the engine.",
    fixes=(
        Fix(
            "Update Ollama, which also restarts its service.",
            ("curl -fsSL https://ollama.com/install.sh | sudo sh",),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), families=("debian", "rhel", "suse")),
        ),
        Fix(
            "Update Ollama with the whole system, and restart its service.",
            ("sudo pacman -Syu", "sudo systemctl restart ollama"),
            needs_root=True,
            proof="ollama --version",
            where=Where(systems=("linux",), families=("arch",)),
        ),
        Fix(
            "Update Ollama.",
            ("curl -fsSL https://ollama.com/install.sh | sh",),
            proof="ollama --version",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Update Ollama, then quit and open it again.",
            ("winget upgrade --id Ollama.Ollama",),
            proof="ollama --version",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "For Python update the package in its own environment.",
            ("python -m pip install --upgrade llama-cpp-python",),
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
        r"unknown model architecture: ",
        ("architecture", "unknown", "model"),
        certainty=0.95,
        unless=(r"mllama",),
    ),
    Signature(
        r"unknown (?:model )?architecture\b",
        ("unknown",),
        certainty=0.88,
        unless=(r"mllama|CUDA|compiler|cpu|objdump|dpkg|apt",),
    ),
    Signature(r"unknown pre-tokenizer type\b", ("tokenizer", "unknown", "type"), certainty=0.95),
    Signature(r"unknown projector type\b", ("projector", "unknown", "type"), certainty=0.95),
    Signature(
        r"unknown (?:quantization|tokenizer|vocab(?:ulary)?|ggml) type\b",
        ("unknown", "type"),
        certainty=0.93,
    ),
    Signature(
        r"unsupported (?:model architecture|architecture|vocab type|tokenizer)\b",
        ("unsupported",),
        certainty=0.88,
        unless=(r"GPU|gpu|gfx|compute_|Unsupported architecture: \$?\w*$|aarch64|armv|i686",),
    ),
    Signature(
        r"requires a newer version of Ollama", ("requires", "version", "ollama"), certainty=0.92
    ),
    Signature(
        r"is not supported by your version of Ollama",
        ("supported", "version", "ollama"),
        certainty=0.95,
    ),
    Signature(
        r"this model may be incompatible with your version of Ollama",
        ("incompatible", "version", "ollama"),
        certainty=0.93,
    ),
    Signature(
        r"Transformers does not recognize this architecture\b",
        ("architecture", "transformers", "recognize"),
        certainty=0.95,
    ),
    Signature(
        r"does not recognize this architecture\b",
        ("architecture", "recognize", "does"),
        certainty=0.93,
    ),
    Signature(
        r"Model architectures \[.{0,80}\] (?:are not supported|failed)",
        ("architectures", "model"),
        certainty=0.94,
    ),
    Signature(
        r"model type .{0,60}\bnot supported\b",
        ("supported", "model", "type"),
        certainty=0.9,
        unless=(r"GPU|quantiz",),
    ),
    Signature(r"invalid ggml type \d", ("invalid", "type", "ggml"), certainty=0.93),
    Signature(r"has invalid ggml type\b", ("invalid", "ggml", "type"), certainty=0.93),
    Signature(r"(?:unsupported|unknown) (?:ggml|tensor) type\b", ("type",), certainty=0.9),
    Signature(
        r"this GGUF file is version \d+ but this software only supports up to version",
        ("software", "supports", "version"),
        certainty=0.95,
    ),
    Signature(r"bad GGUF version\b", ("version", "gguf", "bad"), certainty=0.85),
    Signature(r"key not found in model: ", ("found", "model", "key"), certainty=0.93),
    Signature(
        r"error loading model hyperparameters: ",
        ("hyperparameters", "loading", "model"),
        certainty=0.87,
        unless=(r"invalid magic",),
    ),
    Signature(
        r"error loading model vocabulary: ", ("vocabulary", "loading", "model"), certainty=0.87
    ),
    Signature(
        r"unsupported minicpmv version\b", ("unsupported", "minicpmv", "version"), certainty=0.9
    ),
    Signature(
        r"error loading model: missing tensor '", ("loading", "missing", "tensor"), certainty=0.87
    ),
    Signature(
        r"check_tensor_dims: tensor .{1,120} has wrong shape",
        ("check_tensor_dims", "tensor", "wrong"),
        certainty=0.85,
    ),
    *(
        Signature(pattern, needs, certainty=0.94)
        for pattern, needs in (
            (r"hf-to-gguf:Model \S+ is not supported", ("supported", "model", "gguf")),
            (
                r"Architecture '[^'\n]{1,60}' (?:is )?not supported\b",
                ("architecture", "supported", "not"),
            ),
            (r"cannot import name '\w+' from 'transformers", ("transformers", "cannot", "import")),
            (r"module transformers has no attribute\b", ("transformers", "attribute", "module")),
            (r"No module named 'mlx_(?:lm|vlm)\.models\.\w+'", ("models", "module", "named")),
            (
                r"Tokenizer class \S+ does not exist or is not currently imported\b",
                ("currently", "tokenizer", "imported"),
            ),
            (r"has wrong array length; expected \d+, got \d+", ("expected", "length", "array")),
            (r"has wrong type \w+ but expected type \w+", ("expected", "wrong", "type")),
            (r"vocab type not supported\b", ("supported", "vocab", "type")),
            (
                r"not supported by this version of (?:LM Studio|llama\.cpp|the engine|Ollama|KoboldCpp)",
                ("supported", "version", "this"),
            ),
            (r"rope_scaling` must be a dictionary with\b", ("rope_scaling", "dictionary", "must")),
            (r"unsupported file format version \d", ("unsupported", "version", "format")),
        )
    ),
    Signature(
        r"wrong number of tensors; expected \d+, got \d+",
        ("expected", "tensors", "number"),
        certainty=0.94,
        unless=(r"-\d{5}-of-\d{5}",),
    ),
    Signature(
        r"KeyError: '\w+'",
        ("keyerror",),
        certainty=0.9,
        also=(r"transformers/models/auto|CONFIG_MAPPING",),
    ),
)
