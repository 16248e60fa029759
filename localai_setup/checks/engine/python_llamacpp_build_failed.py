"""The Python package of llama.cpp can be built here.

Why: No C++ compiler or CUDA toolkit is found, or two toolkits are mixed.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="Building the Python package of llama.cpp failed.",
    seen="pip ends with a build error.",
    why="No C++ compiler or CUDA toolkit is found, or two toolkits are mixed.",
    fixes=(
        Fix(
            "Install a compiler, and put one CUDA toolkit first.",
            (
                "sudo apt install build-essential cmake",
                "export PATH=/usr/local/cuda/bin:$PATH CUDACXX=/usr/local/cuda/bin/nvcc",
                "pip install llama-cpp-python --no-cache-dir --verbose",
            ),
            needs_root=True,
            proof='python -c "import llama_cpp; print(llama_cpp.__version__)"',
            where=Where(systems=("linux",), families=("debian",)),
        ),
        Fix(
            "On Windows install the C++ build tools of Visual Studio.",
            ("winget install Microsoft.VisualStudio.2022.BuildTools",),
            needs_root=True,
            proof='python -c "import llama_cpp; print(llama_cpp.__version__)"',
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Or take a ready-made wheel, or the llama.cpp release program.",
            (
                "pip install llama-cpp-python --only-binary=:all: --extra-index-url https://abetlen.github.io/llama-cpp-python/whl/cpu",
            ),
            proof='python -c "import llama_cpp; print(llama_cpp.__version__)"',
        ),
    ),
    sources=(
        "https://github.com/abetlen/llama-cpp-python/issues/459",
        "https://github.com/abetlen/llama-cpp-python/issues/1629",
        "https://github.com/instructlab/instructlab/issues/1488",
        "https://github.com/abetlen/llama-cpp-python/issues/862",
        "https://github.com/abetlen/llama-cpp-python/issues/1693",
        "https://github.com/abetlen/llama-cpp-python/issues/721",
        "https://github.com/abetlen/llama-cpp-python/issues/1538",
        "https://github.com/snexus/llm-search/issues/89",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("windows-path-too-long",),
)

SIGNATURES = (
    Signature(
        r"Failed (?:building wheel for|to build(?: installable wheels for some pyproject\.toml based projects \()?)\s*\(?llama[-_]cpp[-_]python",
        (
            "failed",
            "llama",
            "python",
        ),
        certainty=0.96,
        unless=(r"path too long|260",),
    ),
    Signature(
        r"Could not build wheels for llama[-_]cpp[-_]python",
        (
            "could",
            "not",
            "build",
            "wheels",
            "for",
        ),
        certainty=0.96,
        unless=(r"path too long|Filename too long",),
    ),
    Signature(
        r"Couldn't find CUDA library root",
        (
            "couldn",
            "t",
            "find",
            "cuda",
            "library",
            "root",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:No CMAKE_(?:C|CXX|CUDA)_COMPILER could be found|CMAKE_(?:C|CXX|CUDA)_COMPILER not set)",
        ("no",),
        certainty=0.85,
    ),
    Signature(
        r"No CMAKE_CXX_COMPILER could be found",
        (
            "no",
            "cmake_cxx_compiler",
            "could",
            "be",
            "found",
        ),
        certainty=0.85,
    ),
    Signature(
        r"No CMAKE_CUDA_COMPILER could be found",
        (
            "no",
            "cmake_cuda_compiler",
            "could",
            "be",
            "found",
        ),
        certainty=0.85,
    ),
    Signature(
        r"CMAKE_CXX_COMPILER not set",
        (
            "cmake_cxx_compiler",
            "not",
            "set",
        ),
        certainty=0.85,
    ),
    Signature(
        r"Failed to find nmake|CMAKE_GENERATOR.{0,30}not found|Can't find 'nmake'",
        ("nmake",),
        certainty=0.85,
    ),
    Signature(
        r"(?:CUDA Toolkit not found|Could NOT find CUDAToolkit|unsupported GNU version! gcc versions later|Failed to detect a default CUDA architecture)",
        ("cuda",),
        certainty=0.85,
    ),
    Signature(
        r"unsupported GNU version! gcc versions later than",
        (
            "unsupported",
            "gnu",
            "version",
            "gcc",
            "versions",
            "later",
            "than",
        ),
        certainty=0.85,
    ),
    Signature(
        r"Failed to detect a default CUDA architecture",
        (
            "failed",
            "to",
            "detect",
            "a",
            "default",
            "cuda",
            "architecture",
        ),
        certainty=0.85,
    ),
    Signature(
        r"Microsoft Visual C\+\+ 14\.0 or greater is required",
        (
            "microsoft",
            "visual",
            "c",
            "14",
            "0",
            "or",
            "greater",
            "is",
            "required",
        ),
        certainty=0.85,
    ),
    Signature(
        r"CMake Error.{0,200}llama[-_]cpp",
        (
            "cmake",
            "error",
        ),
        certainty=0.85,
        lines=3,
    ),
    Signature(
        r"\*\*\* CMake (?:configuration|build) failed",
        (
            "cmake",
            "failed",
        ),
        certainty=0.8,
    ),
    Signature(
        r"LLAMA_CUBLAS is deprecated and will be removed",
        (
            "llama_cublas",
            "is",
            "deprecated",
            "and",
            "will",
            "be",
            "removed",
        ),
        certainty=0.85,
    ),
)
