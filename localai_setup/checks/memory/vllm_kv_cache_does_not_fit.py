"""vLLM has room for the conversation after loading the model.

Why: vLLM's share of the card, less weights and work space, leaves nothing for the context memory.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="After loading the model vLLM has no graphics memory left for the conversation.",
    seen="The weights load, then the engine fails to start.",
    why="vLLM's share of the card, less weights and work space, leaves nothing for the context memory.",
    fixes=(
        Fix(
            "Give it a larger share of the card and a shorter context (your own model in place of this one; the numbers are examples; 127.0.0.1 keeps the server to this computer).",
            (
                "vllm serve Qwen/Qwen2.5-7B-Instruct-AWQ --host 127.0.0.1 --gpu-memory-utilization 0.95 --max-model-len 8192 --max-num-seqs 8 --enforce-eager",
            ),
            proof="curl -s http://127.0.0.1:8000/v1/models",
        ),
        Fix(
            "Or take a quantised (AWQ, GPTQ, FP8) or smaller model, and close what else uses the card.",
            ("nvidia-smi",),
            loses="A program that is closed loses what it has not saved.",
            proof="nvidia-smi",
        ),
    ),
    sources=(
        "https://github.com/vllm-project/vllm/issues/10439",
        "https://github.com/vllm-project/vllm/issues/2248",
        "https://github.com/vllm-project/vllm/issues/17431",
        "https://github.com/QwenLM/Qwen3/issues/12",
        "https://github.com/QwenLM/Qwen/issues/853",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("vllm-gpu-already-occupied",),
)

SIGNATURES = (
    Signature(
        r"out of memory occurred when warming up (?:the )?sampler",
        ("occurred", "warming", "sampler"),
        certainty=0.96,
    ),
    Signature(r"# GPU blocks: 0\b", ("gpu", "blocks", "0"), certainty=0.93),
    # its own steps between the weights and the first answer
    Signature(
        r"vllm/\S{1,80}\.py.{0,60}in (?:determine_num_available_blocks|determine_available_memory|profile_run|capture_model|_allocate_kv_cache\w*|initialize_kv_cache\w*|_dummy_run)",
        ("vllm", "py", "in"),
        certainty=0.93,
        also=(r"out of memory",),
    ),
    Signature(
        r"No available memory for the cache blocks\b",
        ("available", "memory", "blocks"),
        certainty=0.97,
    ),
    Signature(
        r"(?:larger|greater) than the available KV cache memory\b",
        ("available", "memory", "cache"),
        certainty=0.97,
    ),
    Signature(
        r"larger than the maximum number of tokens that can be stored in KV cache",
        ("maximum", "number", "stored"),
        certainty=0.97,
    ),
    Signature(
        r"GiB KV cache is needed, which is larger than\b",
        ("larger", "needed", "which"),
        certainty=0.97,
    ),
    Signature(
        r"GiB (?:of )?(?:KV cache|memory) is needed\b",
        ("needed", "gib", "is"),
        certainty=0.9,
        also=(r"vllm|max_model_len|max seq len|KV cache",),
    ),
    Signature(
        r"The model's max seq len \(\d+\) is larger than\b",
        ("larger", "model", "than"),
        certainty=0.95,
    ),
    Signature(
        r"To serve at least one request with the models's max seq len",
        ("request", "models", "serve"),
        certainty=0.97,
    ),
    Signature(r"Available KV cache memory: -", ("available", "memory", "cache"), certainty=0.95),
    Signature(
        r"Available KV cache memory: ",
        ("available", "memory", "cache"),
        certainty=0.9,
        also=(r"No available memory|ValueError",),
    ),
    Signature(
        r"the estimated maximum model length is \d+",
        ("estimated", "maximum", "length"),
        certainty=0.93,
    ),
    Signature(
        r"Try increasing .{0,3}gpu_memory_utilization.{0,3} (?:or decreasing|when initializing)",
        ("increasing", "try"),
        certainty=0.9,
    ),
)
