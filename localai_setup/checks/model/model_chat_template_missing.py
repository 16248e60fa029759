"""The model knows how a conversation is laid out.

Why: The file holds no conversation layout (or an unknown one), so a blank or general one is used.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The imported model does not know how a conversation is laid out.",
    seen="Rambling, endless or off-topic answers with technical marks in the text.",
    why="The file holds no conversation layout (or an unknown one), so a blank or general one is used.",
    fixes=(
        Fix(
            "Use the library's model, which has its layout (llama3.2:1b is an example).",
            ("ollama pull llama3.2:1b",),
            proof="ollama show --template llama3.2:1b",
        ),
        Fix(
            "Or take the layout of a library model of the same kind: put your file behind FROM in this Modelfile, then import it anew (my-model is an example).",
            (
                "ollama show --modelfile llama3.2:1b > Modelfile",
                "ollama create my-model -f Modelfile",
            ),
            proof="ollama show --template my-model",
        ),
        Fix(
            "With llama-server give it the file chat_template.jinja of the model's page on Hugging Face.",
            ("llama-server -m model.gguf --jinja --chat-template-file chat_template.jinja",),
            proof="curl -s http://127.0.0.1:8080/props",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "With llama-server give it the file chat_template.jinja of the model's page on Hugging Face.",
            ("llama-server -m model.gguf --jinja --chat-template-file chat_template.jinja",),
            proof="curl.exe -s http://127.0.0.1:8080/props",
            where=Where(systems=("windows",)),
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
        r"<end_of_turn>[\s\S]{0,200}<start_of_turn>(?:user|model)\b",
        ("end_of_turn", "start_of_turn"),
        certainty=0.8,
        lines=4,
        unless=(
            r"chat_template|tokenizer\.|example_format|chat template|EO[GT] token|print_info|TEMPLATE|\{\{",
        ),
    ),
    Signature(
        r"\[/INST\][\s\S]{0,200}\[INST\]",
        ("inst",),
        certainty=0.8,
        lines=4,
        unless=(
            r"chat_template|tokenizer\.|example_format|chat template|EO[GT] token|print_info|TEMPLATE|\{\{",
        ),
    ),
    Signature(
        r"(?:<\|im_end\|>\s?<\|im_start\|>\s?(?:assistant|user|system)?\s?){2}",
        ("im_start", "im_end"),
        certainty=0.88,
        lines=4,
    ),
    Signature(
        r"The chat template (?:that )?comes with this model is not yet supported, falling back to chatml",
        ("supported", "template", "falling"),
        certainty=0.96,
    ),
    Signature(
        r"model is missing tokenizer\.chat_template",
        ("chat_template", "tokenizer", "missing"),
        certainty=0.96,
    ),
    Signature(
        r"cannot use chat template functions\b", ("functions", "template", "cannot"), certainty=0.95
    ),
    Signature(
        r"tokenizer\.chat_template is not set",
        ("chat_template", "tokenizer", "set"),
        certainty=0.95,
    ),
    Signature(
        r"does not (?:have|contain|provide|define) (?:a|any) chat[ _]template",
        ("does", "not"),
        certainty=0.93,
    ),
    Signature(
        r"no chat[ _]template (?:is |was )?(?:set|found|defined|provided|available|in|specified)\b",
        ("no",),
        certainty=0.9,
    ),
    Signature(
        r"default chat template is no longer allowed",
        ("template", "allowed", "default"),
        certainty=0.95,
    ),
    Signature(r"As of transformers v4\.44", ("transformers", "44", "v4"), certainty=0.95),
    Signature(
        r"chat template.{0,40}(?:parsing error|is not supported|unsupported|missing)\b",
        ("chat",),
        certainty=0.9,
    ),
    Signature(
        r"the supplied chat template is not supported",
        ("supported", "template", "supplied"),
        certainty=0.93,
    ),
    Signature(
        r"this custom template is not supported\b",
        ("supported", "template", "custom"),
        certainty=0.93,
    ),
    Signature(r"Failed to infer a tool call example", ("example", "infer", "call"), certainty=0.7),
    Signature(
        r"please consider disabling jinja via --no-jinja\b",
        ("disabling", "consider", "please"),
        certainty=0.88,
    ),
    Signature(
        r"Failed to (?:parse|apply|render) (?:the )?(?:chat|jinja|prompt) template\b",
        ("template", "failed", "to"),
        certainty=0.88,
    ),
    Signature(
        r"failed to initialize chat template\b", ("initialize", "template", "chat"), certainty=0.9
    ),
    Signature(
        r"Error rendering prompt with jinja\b", ("rendering", "prompt", "jinja"), certainty=0.93
    ),
    Signature(r"unsupported chat template\b", ("unsupported", "template", "chat"), certainty=0.88),
    Signature(r'TEMPLATE "{0,3}\s?\{\{ \.Prompt \}\}', ("template", "prompt"), certainty=0.9),
    Signature(r"^\s*\{\{ \.Prompt \}\}\s*$", ("prompt",), certainty=0.87),
    Signature(
        r"model template contains errors\b", ("contains", "template", "errors"), certainty=0.85
    ),
    Signature(
        r"<\|im_end\|>[\s\S]{0,200}<\|im_start\|>(?:user|assistant)\b",
        ("im_start", "im_end"),
        certainty=0.8,
        lines=4,
        unless=(r"chat_template|tokenizer\.|example_format|chat template|EO[GT] token|print_info",),
    ),
    Signature(
        r"<\|eot_id\|>[\s\S]{0,120}<\|start_header_id\|>\s?(?:user|assistant)",
        ("start_header_id", "eot_id"),
        certainty=0.75,
        lines=4,
        unless=(r"chat_template|tokenizer\.|example_format|chat template|EO[GT] token|print_info",),
    ),
    Signature(
        r"does not support chat\b", ("support", "chat", "does"), certainty=0.85, unless=(r"GPU",)
    ),
    Signature(
        r"does not support (?:tools|completion|generate)\b",
        ("support", "does", "not"),
        certainty=0.75,
        also=(r"ollama|Error|registry",),
        unless=(r"GPU",),
    ),
    *(
        Signature(pattern, needs, certainty=0.93, unless=(r"example_format",))
        for pattern, needs in (
            (r"Could not detect chat format\b", ("detect", "format", "could")),
            (r"Using fallback chat format: ", ("fallback", "format", "using")),
            (r"Guessed chat format: None\b", ("guessed", "format", "chat")),
            (
                r"llama_chat_apply_template: .{0,40}unsupported",
                ("llama_chat_apply_template", "unsupported"),
            ),
            (
                r"usually an issue with the model's prompt template\b",
                ("template", "usually", "prompt"),
            ),
            (r"Template supplied is not supported\b", ("supported", "supplied", "template")),
            (r"Unable to generate parser for this template\b", ("generate", "template", "parser")),
            (
                r"""(?<!exception\(["'])Conversation roles must alternate\b""",
                ("conversation", "alternate", "roles"),
            ),
            (
                r"""(?<!exception\(["'])System role not supported\b""",
                ("supported", "system", "role"),
            ),
            (r"template error: template: :\d+", ("template", "error")),
            (r"failed to parse chat template\b", ("template", "failed", "parse")),
            (r"chat template not found\b", ("template", "found", "chat")),
            (
                r"(?:tokenizer|model) (?:does not have|has no|doesn't have) (?:a )?chat template\b",
                ("template", "chat"),
            ),
            (r"template: :\d+: function .{1,40} not defined", ("function", "template", "defined")),
            (r"without a chat template\b", ("template", "without", "chat")),
            (r"provide a chat template\b", ("template", "provide", "chat")),
            (r"no chat_template\b", ("chat_template", "no")),
        )
    ),
    # a person, of a model that was imported by hand and goes on for ever
    Signature(
        r"(?:respects?|ignor(?:es|ing)|never (?:emits|sees|stops at)|doesn.t (?:know|use)) (?:the |its |any )?stop[ -](?:tokens?|sequences?|words?)\b",
        ("stop",),
        certainty=0.85,
        also=(r"\.gguf\b|Modelfile|ollama create",),
        unless=(r"^(?:PARAMETER|TEMPLATE)\b",),
    ),
)
