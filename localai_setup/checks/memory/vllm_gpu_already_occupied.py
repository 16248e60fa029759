"""vLLM can reserve its share of the card.

Why: Another process (desktop, Ollama, a left-over engine) takes more of the card than vLLM leaves
free.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="vLLM cannot reserve its share of the card because something else uses it.",
    seen="vLLM stops before it loads anything.",
    why="Another process (desktop, Ollama, a left-over engine) takes more of the card than vLLM leaves free.",
    fixes=(
        Fix(
            "See who uses the card, and end it by its number with `kill NUMBER`; a model that Ollama holds goes with `ollama stop NAME`.",
            ("nvidia-smi", "ollama ps"),
            loses="A program that is ended loses what it has not saved.",
            proof="nvidia-smi",
        ),
        Fix(
            "Or ask for a smaller share (0.7 and the model are examples; 127.0.0.1 keeps the server to this computer).",
            (
                "vllm serve Qwen/Qwen2.5-0.5B-Instruct --host 127.0.0.1 --gpu-memory-utilization 0.7",
            ),
            proof="curl -s http://127.0.0.1:8000/v1/models",
        ),
    ),
    sources=(
        "https://github.com/pytorch/pytorch/issues/175666",
        "https://github.com/ovg-project/kvcached/issues/29",
    ),
    likelihood=0.6,
    systems=("linux",),
    confused_with=(
        "vllm-kv-cache-does-not-fit",
        "mem-vram-used-by-others",
    ),
)

SIGNATURES = (
    Signature(
        r"Free memory on device\b.{0,160}is less than desired GPU memory utilization",
        ("utilization", "desired", "device"),
        certainty=0.97,
    ),
    Signature(
        r"less than desired GPU memory utilization\b",
        ("utilization", "desired", "memory"),
        certainty=0.95,
    ),
    Signature(
        r"Error in memory profiling\. Initial (?:used|free) memory\b",
        ("profiling", "initial", "memory"),
        certainty=0.95,
    ),
    Signature(r"Error in memory profiling\b", ("profiling", "memory", "error"), certainty=0.9),
    Signature(
        r"when the GPU memory was not properly cleaned up before initializing",
        ("initializing", "properly", "cleaned"),
        certainty=0.93,
    ),
    Signature(
        r"Decrease GPU memory utilization or reduce GPU memory used by other processes",
        ("utilization", "processes", "decrease"),
        certainty=0.95,
    ),
    Signature(
        r"Initial free memory [\d.]+ GiB, current free memory [\d.]+",
        ("initial", "current", "memory"),
        certainty=0.93,
    ),
    Signature(
        r"memory usage profiling\b.{0,60}(?:did not|didn.t) (?:change|decrease|free)\b",
        ("profiling", "memory", "usage"),
        certainty=0.85,
    ),
    Signature(
        r"Current vLLM instance can use total_gpu_memory\b",
        ("total_gpu_memory", "instance", "current"),
        certainty=0.5,
        also=(r"out of memory",),
    ),
)
