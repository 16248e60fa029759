"""The model knows how a conversation is laid out.

Why: The file holds no conversation layout (or an unknown one), so a blank or general one is used.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The imported model does not know how a conversation is laid out.",
    seen="Rambling, endless or off-topic answers with technical marks in the text.",
    why="The file holds no conversation layout (or an unknown one), so a blank or general one is used.",
    fixes=(
        Fix(
            "Use the library's model, or see which layout is set.",
            (
                "ollama show --template mymodel",
                "ollama show --modelfile llama3.2:1b",
            ),
            proof="ollama show --template mymodel",
        ),
        Fix(
            "With llama-server name the layout.",
            ("llama-server -m model.gguf --jinja --chat-template-file template.jinja",),
            proof="curl -s http://127.0.0.1:8080/props",
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/6371",
        "https://github.com/ollama/ollama/issues/4750",
        "https://github.com/ggml-org/llama.cpp/issues/11028",
        "https://github.com/ollama/ollama/issues/3760",
        "https://github.com/Jeffser/Alpaca/issues/1032",
        "https://github.com/ggml-org/llama.cpp/issues/6009",
        "https://github.com/ggml-org/llama.cpp/issues/11178",
        "https://github.com/mozilla-ai/llamafile/pull/608",
    ),
    likelihood=0.6,
    systems=(),
    confused_with=("multi-gpu-p2p-corrupt-output",),
)

SIGNATURES = (
    Signature(
        r"The chat template that comes with this model is not yet supported, falling back to chatml",
        (
            "the",
            "chat",
            "template",
            "that",
            "comes",
            "with",
            "this",
            "model",
            "is",
            "not",
            "yet",
            "supported",
            "falling",
            "back",
            "to",
            "chatml",
        ),
        certainty=0.95,
    ),
    Signature(
        r"(?:cannot use chat template functions|tokenizer\.chat_template is not set|does not (?:have|contain) a chat template|no chat template)",
        (
            "chat",
            "template",
        ),
        certainty=0.93,
    ),
    Signature(
        r"tokenizer\.chat_template is not set",
        (
            "tokenizer",
            "chat_template",
            "is",
            "not",
            "set",
        ),
        certainty=0.93,
    ),
    Signature(
        r"(?:default chat template is no longer allowed|As of transformers v4\.44)",
        ("transformers",),
        certainty=0.93,
    ),
    Signature(
        r"(?:this custom template is not supported|Failed to (?:parse|apply|render) (?:the )?(?:chat|jinja|prompt) template|Error rendering prompt with jinja)",
        ("template",),
        certainty=0.85,
    ),
    Signature(
        r"TEMPLATE \{\{ \.Prompt \}\}|<\|im_end\|>.{0,200}<\|im_start\|>user",
        ("template",),
        certainty=0.85,
    ),
    Signature(
        r"does not support (?:chat|tools|completion)\b",
        (
            "does",
            "not",
            "support",
        ),
        certainty=0.8,
        also=(r"ollama|Error",),
        unless=(r"GPU",),
    ),
)
