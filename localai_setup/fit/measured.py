"""Where the rules were held against llama.cpp itself: what an estimate may be called exact for.

Headers with published sizes were loaded without data by the engine (build 11434 and the wheel
2026.10.11549) in four settings: 8192 tokens; 32768 in four slots; flash attention off; 16384 with a
q8_0 cache and batches of 1024. Named here is what was within 1 % of the engine's total in each.
"""

from __future__ import annotations

#: on the processor, wholly and partly on a GPU, experts on the processor: 22 models, 836 placements
EVERYWHERE = frozenset({
    "llama", "mistral", "qwen2", "qwen3", "qwen3moe", "qwen3next", "qwen35", "qwen35moe", "gemma2",
    "gemma3", "gemma4", "phi3", "deepseek2", "gpt-oss", "lfm2", "granitehybrid", "mamba2",
})  # fmt: skip
#: on the processor
ON_HOST = frozenset({
    "phi2", "starcoder2", "command-r", "cohere2", "gpt2", "falcon", "nemotron", "glm4", "stablelm",
    "olmo2", "olmoe", "gemma", "smollm3", "exaone4", "internlm2", "seed_oss", "granite",
    "granitemoe", "ernie4_5", "ernie4_5-moe", "glm4moe", "dots1", "hunyuan-dense", "hunyuan-moe",
    "bailingmoe2", "minimax-m2", "llama4", "arcee", "qwen2moe", "smallthinker", "nemotron_h",
    "nemotron_h_moe", "gemma3n", "exaone-moe", "afmoe", "mistral3", "falcon-h1", "jamba", "mamba", "lfm2moe",
})  # fmt: skip
MEASURED = EVERYWHERE | ON_HOST
