"""The Python package finds the CUDA libraries.

Why: The driver is there, but the CUDA runtime of the right major version is not (or the package
was made for another CUDA version).
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PATHS = (
    "export LD_LIBRARY_PATH=$(python -c 'import glob, nvidia; "
    'print(":".join(f for p in nvidia.__path__ for f in glob.glob(p + "/*/lib")))\''
    "):$LD_LIBRARY_PATH"
)

PROBLEM = Problem(
    title="The Python package cannot find NVIDIA's CUDA libraries.",
    seen="Importing the package ends with a missing libcudart or libcublas although `nvidia-smi` works.",
    why="The driver is there, but the CUDA runtime of the right major version is not (or the package was made for another CUDA version).",
    fixes=(
        Fix(
            "Install the runtime libraries into the same Python environment, and tell the loader about them. 12 is the number in the missing file's name; for 13 the names are nvidia-cuda-runtime and nvidia-cublas.",
            ("python -m pip install nvidia-cuda-runtime-cu12 nvidia-cublas-cu12", PATHS),
            proof="python -c 'import llama_cpp'",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Install the CUDA toolkit of the number in the missing file's name (12.9 is an example; the first line lists them), and open a new terminal.",
            (
                "winget show --id Nvidia.CUDA --versions",
                "winget install --id Nvidia.CUDA --version 12.9",
            ),
            needs_root=True,
            proof='python -c "import llama_cpp"',
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or take the package made for the CUDA version that `nvidia-smi` shows (cu124 stands for CUDA 12.4).",
            (
                "python -m pip install llama-cpp-python --force-reinstall --no-cache-dir --only-binary=llama-cpp-python --extra-index-url https://abetlen.github.io/llama-cpp-python/whl/cu124",
            ),
            proof='python -c "import llama_cpp"',
        ),
    ),
    sources=(
        "https://github.com/JamePeng/llama-cpp-python/issues/52",
        "https://github.com/mozilla-ai/llamafile/issues/210",
        "https://github.com/zai-org/GLM-4/issues/510",
        "https://github.com/zylon-ai/private-gpt/issues/1684",
        "https://github.com/abetlen/llama-cpp-python/issues/1764",
    ),
    likelihood=0.6,
    confused_with=("container-started-without-gpu",),
)

LIBRARY = r"lib(?:cudart|cublas|cublasLt|cudnn|cufft|cusparse|cusolver|curand|nvrtc|nvJitLink|nccl|cupti|nvToolsExt)"

SIGNATURES = (
    Signature(
        r"site-packages\S{0,60}(?:llama|ggml[\w-]{0,12})\.dll\W{0,4} \(or one of its dependencies\)",
        ("site", "packages", "dll", "dependencies"),
        certainty=0.8,
    ),
    Signature(
        r"Unable to load any of \{lib(?:cudnn|cublas|cudart|nvrtc)",
        ("unable", "load", "any"),
        certainty=0.95,
    ),
    Signature(
        r"Could not locate (?:cudnn|cublas|cudart|nvrtc)\w{0,20}\.(?:dll|so)",
        ("could", "locate"),
        certainty=0.95,
    ),
    Signature(
        r"Cannot load symbol (?:cudnn|cublas|cuda)\w+", ("cannot", "load", "symbol"), certainty=0.93
    ),
    # two CUDA versions in one environment: a library found another's companion
    Signature(
        rf"{LIBRARY}\w*\.so\S*: undefined symbol: (?:cublas|cudnn|cusparse|__nvJitLink|nccl|nvrtc)",
        ("undefined", "symbol"),
        certainty=0.93,
    ),
    Signature(r"KeyError: 'CUDA_PATH'", ("keyerror", "cuda_path"), certainty=0.94),
    Signature(
        r"(?:FileNotFoundError|WinError [23])\b.{0,120}NVIDIA GPU Computing Toolkit",
        ("nvidia", "computing", "toolkit"),
        certainty=0.95,
    ),
    Signature(
        r"libcudart\.so is not loaded in the current process",
        ("libcudart", "loaded", "process"),
        certainty=0.87,
    ),
    # The package for CUDA needs the toolkit's libraries; without them Windows names the package's own.
    Signature(
        r"(?:llama|ggml[\w-]{0,12})\.dll\W{0,4} \(or one of its dependencies\)",
        ("dll", "dependencies"),
        certainty=0.88,
        also=(r"CUDA(?!_VISIBLE)|cublas|cu1[123]\d|NVIDIA",),
    ),
    Signature(
        r"(?:WinError 126|WinError 127)\b.{0,200}(?:cudnn|cublas|cudart|nvrtc|c10_cuda|torch_cuda)\w{0,20}\.dll",
        ("dll",),
        certainty=0.9,
    ),
    Signature(
        rf"{LIBRARY}\w*\.so\S*: cannot open shared object file", ("open", "shared"), certainty=0.96
    ),
    Signature(rf"{LIBRARY}\w*\.so\S* => not found", ("not", "found"), certainty=0.95),
    Signature(
        r"(?:cudart64|cublas64|cublasLt64|cudnn\w*64)_\d+\.dll.{0,60}(?:not found|missing|cannot be loaded|was not found)",
        ("dll",),
        certainty=0.95,
    ),
    Signature(
        rf"{LIBRARY}\w*\.so\S* is not found or cannot be loaded",
        ("found", "cannot", "loaded"),
        certainty=0.95,
    ),
    Signature(
        r"(?:Could not load|failed to load) (?:dynamic )?library '?lib(?:cudart|cublas|cudnn)",
        ("library", "load"),
        certainty=0.9,
    ),
    Signature(
        r"Shared library with base name '(?:llama|ggml)' not found",
        ("shared", "base", "name"),
        certainty=0.88,
    ),
)
