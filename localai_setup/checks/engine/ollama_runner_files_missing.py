"""The part of Ollama that runs models is installed.

Why: What runs models is a set of files of its own in `lib/ollama`; only the main program was
installed.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="This installation of Ollama is incomplete.",
    seen="The server answers and models download, but none can be run.",
    why="What runs models is a set of files of its own in `lib/ollama`; only the main program was installed.",
    fixes=(
        Fix(
            "Install everything with the official script; models stay.",
            ("curl -fsSL https://ollama.com/install.sh | sh",),
            needs_root=True,
            proof="ls /usr/local/lib/ollama",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "If Ollama came from Arch's own packages, install it with the part for the card (ollama-cuda; ollama-rocm or ollama-vulkan for AMD).",
            ("sudo pacman -S ollama ollama-cuda",),
            needs_root=True,
            proof="ls /usr/lib/ollama",
            where=Where(systems=("linux",), families=("arch",)),
        ),
        Fix(
            "Or use the official image.",
            (
                "docker run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            proof="docker exec ollama ollama list",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "In an image of your own copy the folder `lib/ollama` beside the program too, not the program alone.",
            ("ls -d /usr/local/lib/ollama /usr/lib/ollama",),
            proof="ls /usr/lib/ollama",
            where=Where(systems=("linux",), container=True),
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
        r"fork/exec /tmp/\S*/runners/\S*: no such file or directory",
        ("fork", "exec", "tmp", "runners"),
        certainty=0.9,
    ),
    Signature(r"llama-server binary not found", ("server", "binary", "found"), certainty=0.97),
    Signature(
        r"llama-quantize (?:unavailable|binary not found)", ("quantize", "llama"), certainty=0.9
    ),
    Signature(
        r"unable to (?:find|locate) .{0,60}(?:ollama[_-]llama[_-]server|ollama runner|llama-server)",
        ("unable", "to"),
        certainty=0.93,
        unless=(r"quarantin",),
    ),
    Signature(
        r"(?:unable to|could not) locate .{0,40}(?:runner|lib/ollama)",
        ("locate",),
        certainty=0.9,
        unless=(r"quarantin",),
    ),
    Signature(
        r"no such file\b.{0,60}lib/ollama",
        ("ollama", "such", "file"),
        certainty=0.9,
        unless=(r"quarantin",),
    ),
    Signature(
        r"lib/ollama(?!/(?:rocm|cuda|vulkan|mlx))\S{0,120}: no such file or directory",
        ("directory", "such", "lib"),
        certainty=0.9,
        unless=(r"quarantin|rocblas",),
    ),
    Signature(
        r"fork/exec \S*(?:ollama_llama_server|llama-server|ollama-runner|/runners/)\S*: no such file or directory",
        ("directory", "fork", "exec"),
        certainty=0.92,
        unless=(r"fork/exec /tmp/",),
    ),
    Signature(
        r'exec: "(?:llama-server|ollama_llama_server|ollama-runner)": executable file not found',
        ("executable", "found", "exec"),
        certainty=0.92,
    ),
    Signature(r"unable to load runner\b", ("runner", "unable", "load"), certainty=0.88),
    Signature(
        r"could not (?:find|load) (?:the )?(?:ollama )?runner\b", ("could", "not"), certainty=0.9
    ),
    Signature(
        r"no (?:valid|compatible|suitable) (?:runners?|llama servers?) (?:found|available)",
        ("no",),
        certainty=0.88,
        unless=(r"/tmp/|failed to extract|no suitable llama servers",),
    ),
    Signature(r"no suitable llama servers found", ("suitable", "servers", "found"), certainty=0.7),
    Signature(
        r"expected (?:dynamic library )?payloads not included in this build of ollama",
        ("expected", "included", "ollama"),
        certainty=0.93,
    ),
    Signature(
        r"unable to initialize llm (?:library|runners)",
        ("initialize", "unable", "llm"),
        certainty=0.85,
        unless=(r"no space left|permission denied|noexec",),
    ),
    Signature(
        r"llama server disappeared, reinitializing payloads",
        ("reinitializing", "disappeared", "payloads"),
        certainty=0.85,
    ),
    Signature(
        r"ggml_backend_load_best: search path \S+ does not exist",
        ("ggml_backend_load_best", "search", "exist"),
        certainty=0.85,
        also=(r"ollama",),
    ),
    Signature(
        r"(?:libggml-base|libggml-cpu|libllama|libmtmd)[\w.-]{0,40}: cannot open shared object file",
        ("shared", "cannot", "object"),
        certainty=0.85,
    ),
    Signature(
        r"unable to locate llm runner directory",
        ("unable", "locate", "llm", "runner", "directory"),
        certainty=0.95,
        unless=(r"quarantin",),
    ),
    Signature(
        r"fork/exec .{0,200}(?:ollama_llama_server|llama-server|ollama-runner|[/\\]runners[/\\]).{0,60}: The system cannot find the (?:file|path)",
        ("fork", "exec", "system", "cannot", "find"),
        certainty=0.9,
        unless=(r"quarantin|virus",),
    ),
    Signature(
        r"Dynamic LLM libraries\"? runners=\"?\[\]",
        ("dynamic", "llm", "libraries", "runners"),
        certainty=0.9,
    ),
    Signature(
        r"\brunner (?:binary |executable )?(?:was )?not found\b",
        ("runner", "not", "found"),
        certainty=0.85,
        unless=(r"quarantin|github|gitlab",),
    ),
)
