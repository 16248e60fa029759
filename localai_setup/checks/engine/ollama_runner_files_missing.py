"""The part of Ollama that runs models is installed.

Why: What runs models is a set of files of its own in `lib/ollama`; only the main program was
installed.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="This installation of Ollama is incomplete.",
    seen="The server answers and models download, but none can be run.",
    why="What runs models is a set of files of its own in `lib/ollama`; only the main program was installed.",
    fixes=(
        Fix(
            "See if the folder is there.",
            ("ls /usr/local/lib/ollama /usr/lib/ollama",),
            proof="ls /usr/local/lib/ollama",
        ),
        Fix(
            "Install everything with the official script.",
            ("curl -fsSL https://ollama.com/install.sh | sh",),
            needs_root=True,
            proof="ollama run llama3.2:1b hello",
        ),
        Fix(
            "Or use the official image.",
            ("docker pull ollama/ollama",),
            proof="docker run --rm ollama/ollama --version",
        ),
    ),
    sources=(
        "https://github.com/alpine-docker/ollama/issues/12",
        "https://github.com/alpine-docker/ollama/issues/14",
        "https://github.com/alpine-docker/ollama/pull/13",
    ),
    likelihood=0.5,
    systems=("linux",),
    confused_with=("disk-tmp-too-small",),
)

SIGNATURES = (
    Signature(
        r"llama-server binary not found",
        (
            "llama",
            "server",
            "binary",
            "not",
            "found",
        ),
        certainty=0.96,
    ),
    Signature(
        r"(?:unable to (?:find|locate)|no such file).{0,60}(?:ollama[_-]llama[_-]server|ollama runner|lib/ollama/runners)",
        ("unable",),
        certainty=0.93,
        unless=(r"quarantin",),
    ),
    Signature(
        r"fork/exec \S*(?:ollama_llama_server|llama-server|ollama-runner)\S*: no such file or directory",
        (
            "fork",
            "exec",
            "no",
            "such",
            "file",
            "or",
            "directory",
        ),
        certainty=0.9,
        unless=(r"/tmp/",),
    ),
    Signature(
        r"unable to load runner|could not (?:find|load) (?:the )?(?:ollama )?runner",
        ("runner",),
        certainty=0.9,
    ),
    Signature(
        r"no (?:valid|compatible|suitable) (?:runners?|llama servers?) (?:found|available)",
        ("no",),
        certainty=0.88,
        unless=(r"/tmp/|failed to extract|no suitable llama servers",),
    ),
    Signature(
        r"unable to initialize llm library|unable to initialize llm runners",
        (
            "unable",
            "to",
            "initialize",
            "llm",
        ),
        certainty=0.85,
    ),
    Signature(
        r"ggml_backend_load_best: search path \S+ does not exist",
        ("ggml_backend_load_best",),
        certainty=0.85,
        also=(r"ollama",),
    ),
    Signature(
        r"(?:libggml-base|libggml-cpu|libllama)\S*\.so\S*: cannot open shared object file",
        (
            "cannot",
            "open",
            "shared",
            "object",
            "file",
        ),
        certainty=0.8,
    ),
)
