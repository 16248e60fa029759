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
            "Start with half precision (your own model in place of this one; 127.0.0.1 keeps the server to this computer).",
            ("vllm serve Qwen/Qwen2.5-0.5B-Instruct --host 127.0.0.1 --dtype half",),
            proof="curl -s http://127.0.0.1:8000/v1/models",
        ),
        Fix(
            "For GTX 10 and older cards use llama.cpp or Ollama instead; see whether llama.cpp lists the card.",
            ("llama-server --list-devices",),
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
        ("supported", "bfloat16", "only"),
        certainty=0.97,
    ),
    Signature(
        r"GPUs with compute capability below \d", ("capability", "compute", "below"), certainty=0.96
    ),
    Signature(
        r"(?:bfloat16|bf16)\b.{0,60}\bnot supported (?:on|by)\b.{0,40}(?:GPU|device|hardware)\b",
        ("supported", "not"),
        certainty=0.9,
    ),
    Signature(
        r"Your (?:device|GPU|setup)\b.{0,80}(?:doesn.t|does not) support (?:torch\.)?bf(?:loat)?16\b",
        ("support", "your"),
        certainty=0.88,
        unless=(r"Falling back",),
    ),
    Signature(
        r"(?:Cannot use|Feature)\b.{0,40}bf(?:loat)?16\b.{0,60}\bsm_80\b",
        ("sm_80",),
        certainty=0.87,
    ),
    Signature(
        r"Feature '\.bf16' requires \.target sm_80 or higher",
        ("requires", "feature", "target"),
        certainty=0.87,
    ),
    Signature(
        r"FlashAttention only supports Ampere GPUs or newer",
        ("flashattention", "supports", "ampere"),
        certainty=0.85,
    ),
    Signature(r"bf16.{0,30}(?:requires|needs?)\b.{0,30}\bAmpere\b", ("ampere",), certainty=0.85),
    Signature(
        r"\bYour .{1,60}\b(?:device|GPU)\b.{0,80}(?:doesn.t|does not) support (?:torch\.)?bf(?:loat)?16\b",
        ("support", "your"),
        certainty=0.92,
        unless=(r"Falling back",),
    ),
    # the same card, asked for the other format: some models have no use for it
    Signature(
        r"The model type .{1,40} does not support float16\b",
        ("model", "type", "support", "float16"),
        certainty=0.86,
    ),
    Signature(
        r"torch\.bfloat16 is not supported for quantization method",
        ("bfloat16", "supported", "quantization"),
        certainty=0.7,
    ),
)
