"""The card has the number format that the model asks for.

Why: The model asks for bfloat16, which came with newer cards; cards before Volta cannot run vLLM
at all.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="vLLM wants a number format that this NVIDIA card lacks.",
    seen="The server quits at its start on a T4, V100 or RTX 20 card.",
    why="The model asks for bfloat16, which came with newer cards; cards before Volta cannot run vLLM at all.",
    fixes=(
        Fix(
            "Start with half precision.",
            ("vllm serve Qwen/Qwen2.5-0.5B-Instruct --dtype half",),
            proof="curl -s http://127.0.0.1:8000/v1/models",
        ),
        Fix(
            "For GTX 10 and older cards use llama.cpp or Ollama.",
            proof="llama-server --list-devices",
        ),
    ),
    sources=(
        "https://github.com/vllm-project/vllm/issues/946",
        "https://github.com/vllm-project/vllm/issues/1157",
        "https://github.com/vllm-project/vllm/issues/730",
        "https://github.com/vllm-project/vllm/issues/1284",
        "https://github.com/substratusai/vllm-docker/issues/37",
        "https://github.com/hiyouga/LlamaFactory/issues/4960",
        "https://github.com/zai-org/GLM-4/issues/510",
        "https://github.com/transformerlab/transformerlab-app/issues/370",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("nvidia-gpu-too-old-for-build",),
)

SIGNATURES = (
    Signature(
        r"Bfloat16 is only supported on (?:GPUs|XPUs)",
        (
            "bfloat16",
            "is",
            "only",
            "supported",
            "on",
        ),
        certainty=0.97,
    ),
    Signature(
        r"GPUs with compute capability below \d",
        (
            "gpus",
            "with",
            "compute",
            "capability",
            "below",
        ),
        certainty=0.95,
    ),
    Signature(
        r"(?:bfloat16|bf16).{0,60}not supported (?:on|by) (?:this|your|the current|current)?.{0,20}(?:GPU|device|hardware)",
        (
            "not",
            "supported",
        ),
        certainty=0.9,
    ),
    Signature(
        r"Your (?:device|GPU|setup).{0,40}(?:doesn.t|does not) support bf(?:loat)?16",
        (
            "your",
            "support",
        ),
        certainty=0.88,
    ),
    Signature(
        r"(?:Cannot use|Feature).{0,40}bf(?:loat)?16.{0,60}(?:sm_80|compute capability|PTX)",
        ("sm_80",),
        certainty=0.85,
    ),
    Signature(
        r"Feature '\.bf16' requires \.target sm_80 or higher",
        (
            "feature",
            "bf16",
            "requires",
            "target",
            "sm_80",
            "or",
            "higher",
        ),
        certainty=0.8,
    ),
)
