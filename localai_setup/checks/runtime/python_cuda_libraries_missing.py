"""The Python package finds the CUDA libraries.

Why: The package was built against CUDA libraries that are not installed or not on the loader's path.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The Python package cannot find NVIDIA's CUDA libraries.",
    seen="Importing the package ends with a missing libcudart or libcublas.",
    why="The package was built against CUDA libraries that are not installed or not on the loader's path.",
    fixes=(
        Fix(
            "Install them in the same Python environment (CUDA 12).",
            ("python -m pip install nvidia-cuda-runtime-cu12 nvidia-cublas-cu12",),
            needs_root=False,
            reboot=False,
            proof="python -c 'import llama_cpp'",
        ),
    ),
    sources=(
        "https://github.com/JamePeng/llama-cpp-python/issues/52",
        "https://github.com/mozilla-ai/llamafile/issues/210",
        "https://github.com/zai-org/GLM-4/issues/510",
        "https://github.com/zylon-ai/private-gpt/issues/1684",
    ),
    confused_with=("container-started-without-gpu",),
)

SIGNATURES = (
    Signature(
        r"""lib(?:cudart|cublas|cublasLt)\.so\.\d+: cannot open shared object file""",
        ("cannot", "open", "shared", "object"),
        certainty=0.94,
    ),
)
