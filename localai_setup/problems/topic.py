"""Whether a report is about models on one's own computer at all: people paste letters and other programs' reports, too."""

from __future__ import annotations

import re

#: Names that a report about local models has and other texts seldom: programs, formats, makers of models and
#: cards, and what such programs run in. `model` alone is not among them: ships and railways have models as well.
#: Of 54 reports of public threads that causes or pages were told for, all have one.
_NAMES = re.compile(
    r"oobabooga|\bforge\b|automatic ?1111|a1111|silly ?tavern|\bdify\b|librechat|\bn8n\b|\bcline\b|\broo code|\bcodex\b"
    r"|显卡|显存|模型|グラボ|モデル|그래픽카드|모델|видеокарт|grafikkarte|carte graphique|tarjeta gráfica"
    r"|cublas|cudnn|command[- ]r\b|stable ?diffusion|image generation|text generation|chat ?bot|prompts?\b|gpt4all"
    r"|\bmodels? (?:(?:is|was|be|being|does|do|did|can|will)(?:n.?t)? )?(?:not )?(?:load|run|repl|answer|respon|generat)\w*"
    r"|(?:load|run|answer|generat)\w* (?:a|any|the|my|this|that|every)? ?models?\b"
    r"|ollama|llama|gguf|ggml|vllm|sglang|lm[ -]?studio|\blms\b|web-?ui|comfyui|kobold|exllama|transformers"
    r"|hugging ?face|\bhf\b|torch|unsloth|bitsandbytes|tensor|\bmlx|\bjan\b|anythingllm|localai|openai|/api/|/v1/"
    r"|cuda|rocm|\bhip|vulkan|\bmetal\b|vram|\bgpus?\b|nvidia|\bamd\b|amdgpu|radeon|geforce|\b[rg]tx\b"
    r"|graphics (?:card|chip)|\bnpu"
    r"|\bllms?\b|\bmodels\b|gpt|qwen|mistral|gemma|deepseek|whisper|diffusion|\blora|fine-?tun|embedding"
    r"|\btokens?\b|inference|\bai\b|\bmcp\b|\brag\b|safetensors"
    r"|docker|container|podman|appimage|\bwsl|\bxet\b",
    re.IGNORECASE,
)

#: What they are installed with and run on, which tells enough of one line.
_TOOLS = re.compile(
    r"\b(?:pip|python|conda|uv|wheels?|glibc|drivers?|server|proxy|anti-?virus|defender|firewall|compiler"
    r"|visual studio|[345]0[6-9]0)\b",
    re.IGNORECASE,
)


def is_ours(text: str) -> bool:
    """A sentence alone needs no name: whoever asks localai why it is slow means a model."""
    return "\n" not in text.strip() or names_something(text)


def names_something(text: str) -> bool:
    """Whether a program, a card, a model or what they run in is named."""
    return bool(_NAMES.search(text))


def names_a_tool(line: str) -> bool:
    """Whether one of these is named, or what models are installed with, reached by and run on."""
    return names_something(line) or bool(_TOOLS.search(line))
