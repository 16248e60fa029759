"""The model file is whole.

Why: The download was cut short, the disk was full, or a raw part must first be joined with the
others.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The model file is cut off, or is one part of several.",
    seen="Loading fails and names a part of the model; the file is smaller than on its web page.",
    why="The download was cut short, the disk was full, or a raw part must first be joined with the others.",
    fixes=(
        Fix(
            "Compare size and checksum with the web page, then download again.",
            (
                "ls -l model.gguf",
                "sha256sum model.gguf",
            ),
            proof="sha256sum model.gguf",
        ),
        Fix(
            "Join raw parts; of files numbered like 00001-of-00003 name the first one.",
            ("cat model.gguf.part?of? > model.gguf",),
            proof="ls -l model.gguf",
        ),
    ),
    sources=(
        "https://github.com/ggml-org/llama.cpp/pull/6885",
        "https://github.com/oobabooga/textgen/issues/6080",
        "https://github.com/moly-ai/moly-ai/issues/328",
        "https://github.com/janhq/jan/issues/3521",
        "https://github.com/janhq/cortex.cpp/issues/1139",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=(
        "model-file-not-gguf",
        "net-download-altered",
    ),
)

SIGNATURES = (
    Signature(
        r"data is not within the file bounds",
        (
            "data",
            "is",
            "not",
            "within",
            "the",
            "file",
            "bounds",
        ),
        certainty=0.97,
    ),
    Signature(
        r"model is corrupted or incomplete",
        (
            "model",
            "is",
            "corrupted",
            "or",
            "incomplete",
        ),
        certainty=0.95,
    ),
    Signature(
        r"\.gguf\.(?:part\d+of\d+|split-a[a-z]|part[-_]?[a-z\d]+)", ("gguf",), certainty=0.93
    ),
    Signature(
        r"(?:invalid split|illegal split file|split file|missing split|incorrect split).{0,120}",
        ("split",),
        certainty=0.92,
        also=(r"gguf|llama",),
        unless=(r"split mode",),
    ),
    Signature(
        r"(?:unexpectedly reached end of file|failed to read (?:tensor|key|magic)|unexpected EOF|failed to seek).{0,80}",
        (
            "end",
            "of",
            "file",
        ),
        certainty=0.92,
        also=(r"gguf|llama|model",),
    ),
    Signature(
        r"gguf_init_from_file(?:_impl)?: failed to read",
        (
            "failed",
            "to",
            "read",
        ),
        certainty=0.9,
    ),
    Signature(
        r"(?:missing tensor '|wrong number of tensors; expected)",
        ("tensor",),
        certainty=0.9,
        also=(r"load",),
    ),
    Signature(
        r"wrong number of tensors",
        (
            "wrong",
            "number",
            "of",
            "tensors",
        ),
        certainty=0.9,
    ),
)
