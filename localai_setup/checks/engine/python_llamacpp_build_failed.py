"""The Python package of llama.cpp can be built here.

Why: No C++ compiler or CUDA toolkit is found, or two toolkits are mixed.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

AGAIN = "python -m pip install llama-cpp-python --no-cache-dir --verbose"
PROOF = 'python -c "import llama_cpp; print(llama_cpp.__version__)"'

PROBLEM = Problem(
    title="Building the Python package of llama.cpp failed.",
    seen="pip ends with a build error.",
    why="No C++ compiler or CUDA toolkit is found, or two toolkits are mixed.",
    fixes=(
        *(
            Fix(
                "Install a compiler and Python's headers, then try again.",
                (f"sudo {install}", AGAIN),
                needs_root=True,
                proof=PROOF,
                where=Where(systems=("linux",), families=(family,)),
            )
            for family, install in (
                ("debian", "apt install build-essential cmake python3-dev"),
                ("rhel", "dnf install gcc-c++ cmake python3-devel"),
                ("suse", "zypper install gcc-c++ cmake python3-devel"),
                ("arch", "pacman -S base-devel cmake"),
            )
        ),
        Fix(
            "Install Apple's compiler, then try again.",
            ("xcode-select --install", AGAIN),
            proof=PROOF,
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Install the C++ build tools of Visual Studio, open a new terminal, and try again.",
            (
                'winget install Microsoft.VisualStudio.2022.BuildTools --override "--wait --passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"',
                AGAIN,
            ),
            needs_root=True,
            proof=PROOF,
            where=Where(systems=("windows",)),
        ),
        Fix(
            "For a build with CUDA put one toolkit first (here the one that /usr/local/cuda points to).",
            (
                "export PATH=/usr/local/cuda/bin:$PATH CUDACXX=/usr/local/cuda/bin/nvcc",
                f'CMAKE_ARGS="-DGGML_CUDA=on" {AGAIN}',
            ),
            proof=PROOF,
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Or take a ready-made package, without graphics support (cu124 in place of cpu at the end: for CUDA 12.4).",
            (
                "python -m pip install llama-cpp-python --only-binary=:all: --extra-index-url https://abetlen.github.io/llama-cpp-python/whl/cpu",
            ),
            proof=PROOF,
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

TOO_LONG = r"path too long|Filename too long|260 char"
PACKAGE = r"llama[-_]cpp[-_]python"

SIGNATURES = (
    Signature(
        r"Failed building wheel for llama[-_]cpp[-_]python",
        ("building", "wheel", "failed"),
        certainty=0.96,
        unless=(r"path too long|260 char",),
    ),
    Signature(
        r"Failed to build (?:installable wheels for some pyproject\.toml based projects \()?`?llama[-_]cpp[-_]python",
        ("build", "failed", "to"),
        certainty=0.96,
        unless=(r"path too long|260 char",),
    ),
    Signature(
        r"Could not build wheels for llama[-_]cpp[-_]python",
        ("wheels", "could", "build"),
        certainty=0.96,
        unless=(r"path too long|Filename too long",),
    ),
    Signature(
        r"Building wheel for llama[-_]cpp[-_]python \(pyproject\.toml\).{0,40}(?:error|did not run successfully)",
        ("pyproject", "building", "wheel"),
        certainty=0.96,
        unless=(r"path too long|260 char",),
    ),
    Signature(
        r"Building editable for llama[-_]cpp[-_]python .{0,40}did not run successfully",
        ("successfully", "building", "editable"),
        certainty=0.95,
    ),
    Signature(r"Couldn't find CUDA library root", ("library", "couldn", "cuda"), certainty=0.92),
    Signature(
        r"No CMAKE_CXX_COMPILER could be found",
        ("cmake_cxx_compiler", "could", "found"),
        certainty=0.88,
    ),
    Signature(
        r"No CMAKE_C_COMPILER could be found",
        ("cmake_c_compiler", "could", "found"),
        certainty=0.88,
    ),
    Signature(
        r"No CMAKE_CUDA_COMPILER could be found",
        ("cmake_cuda_compiler", "could", "found"),
        certainty=0.88,
    ),
    Signature(r"CMAKE_CXX_COMPILER not set", ("cmake_cxx_compiler", "set", "not"), certainty=0.88),
    Signature(r"CMAKE_C_COMPILER not set", ("cmake_c_compiler", "set", "not"), certainty=0.88),
    Signature(r"CMAKE_CUDA_COMPILER-NOTFOUND", ("cmake_cuda_compiler", "notfound"), certainty=0.85),
    Signature(
        r"(?:Can't find|Failed to find|Could not find).{0,4}\bnmake\b",
        ("nmake", "find"),
        certainty=0.85,
    ),
    Signature(
        r"Running\s+.nmake. .{0,6}\s*failed with", ("running", "with"), certainty=0.85, lines=2
    ),
    Signature(r"Could NOT find CUDAToolkit\b", ("cudatoolkit", "could", "find"), certainty=0.87),
    Signature(r"CUDA Toolkit not found", ("toolkit", "found", "cuda"), certainty=0.85),
    Signature(
        r"unsupported GNU version! gcc versions later than",
        ("unsupported", "versions", "version"),
        certainty=0.88,
    ),
    Signature(
        r"unsupported Microsoft Visual Studio version",
        ("unsupported", "microsoft", "version"),
        certainty=0.85,
    ),
    Signature(r"No CUDA toolset found", ("toolset", "found", "cuda"), certainty=0.88),
    Signature(
        r"Failed to detect a default CUDA architecture",
        ("architecture", "default", "detect"),
        certainty=0.88,
    ),
    Signature(
        r"Compiling the CUDA compiler identification source file .{0,40} failed",
        ("identification", "compiling", "compiler"),
        certainty=0.88,
    ),
    Signature(
        r"Compatibility with CMake < 3\.5 has been removed",
        ("compatibility", "removed", "cmake"),
        certainty=0.75,
        also=(r"llama|ggml",),
    ),
    Signature(
        r"Could not find any instance of Visual Studio",
        ("instance", "studio", "visual"),
        certainty=0.85,
    ),
    Signature(
        r"Microsoft Visual C\+\+ 14\.0 or greater is required",
        ("microsoft", "required", "greater"),
        certainty=0.85,
    ),
    Signature(
        r"CMake Error\b[\s\S]{0,300}llama[-_.]cpp", ("cmake", "error"), certainty=0.85, lines=3
    ),
    Signature(r"\*\*\* CMake (?:configuration|build) failed", ("cmake", "failed"), certainty=0.85),
    Signature(
        r"LLAMA_CUBLAS is deprecated and will be removed",
        ("llama_cublas", "deprecated", "removed"),
        certainty=0.8,
    ),
    Signature(
        r"error: command .{0,60}(?:gcc|g\+\+|cl\.exe|cmake|ninja)\S* failed",
        ("command", "failed", "error"),
        certainty=0.75,
        also=(r"llama[-_]cpp",),
    ),
    *(
        Signature(message, needs, certainty=certainty, also=(PACKAGE,), unless=(TOO_LONG,))
        for message, needs, certainty in (
            (r"metadata-generation-failed", ("metadata", "generation", "failed"), 0.85),
            (r"legacy-install-failure", ("legacy", "install", "failure"), 0.88),
            (r"subprocess-exited-with-error", ("subprocess", "exited", "error"), 0.82),
            (r"The build backend returned an error", ("build", "backend", "returned"), 0.88),
            (r"ninja: build stopped: subcommand failed", ("ninja", "build", "stopped"), 0.85),
            (r"collect2: error: ld returned", ("collect2", "ld", "returned"), 0.85),
            (r"cannot find -l(?:cuda|cublas)\w*", ("cannot", "find"), 0.85),
            (r"unrecognized command[- ]line option", ("unrecognized", "command", "option"), 0.85),
            (r"unsupported gpu architecture .compute_\d+", ("unsupported", "architecture"), 0.92),
            (r"No such file or directory: '(?:cmake|ninja|nmake|cl)'", ("such", "file"), 0.88),
            (r"fatal error: (?:cuda|cublas)\w*\.h\b", ("fatal", "error", "h"), 0.85),
            (r"CMake [\d.]+ or higher is required", ("cmake", "higher", "required"), 0.85),
            (r"xcrun: error: invalid active developer path", ("xcrun", "developer"), 0.88),
            (r"No matching distribution found for llama", ("matching", "distribution"), 0.8),
        )
    ),
    Signature(
        r"likely not a problem with poetry but with llama[-_]cpp[-_]python",
        ("problem", "with", "poetry"),
        certainty=0.95,
    ),
    Signature(
        r"Could not find nvcc, please set CUDAToolkit_ROOT",
        ("nvcc", "set", "cudatoolkit_root"),
        certainty=0.9,
    ),
    Signature(
        r"is not a full path and was not found in the PATH",
        ("full", "path", "found"),
        certainty=0.88,
    ),
)
