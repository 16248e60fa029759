"""The model file is a model.

Why: The address gave a redirect, a login page or a git-lfs pointer, which was saved under the
model's name.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The downloaded file is no model but a web page or a pointer.",
    seen="The loader objects to the first bytes; the file is tiny or begins with text.",
    why="The address gave a redirect, a login page or a git-lfs pointer, which was saved under the model's name.",
    fixes=(
        Fix(
            "The first four letters of a model must read GGUF.",
            (
                "head -c 4 model.gguf",
                "ls -l model.gguf",
            ),
            proof="head -c 4 model.gguf",
        ),
        Fix(
            "Download again following redirects, from an address with /resolve/main/ in it.",
            (
                "curl -L -O https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/main/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
            ),
            proof="head -c 4 Llama-3.2-1B-Instruct-Q4_K_M.gguf",
        ),
    ),
    sources=(
        "https://github.com/augmentedmike/miniclaw-os/issues/495",
        "https://github.com/city96/ComfyUI-GGUF/issues/43",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=("model-file-incomplete",),
)

SIGNATURES = (
    Signature(
        r"invalid magic characters",
        (
            "invalid",
            "magic",
            "characters",
        ),
        certainty=0.97,
    ),
    Signature(
        r"(?:invalid|bad|unknown) (?:file )?magic:?", ("magic",), certainty=0.95, unless=(r"wine",)
    ),
    Signature(
        r"version https://git-lfs\.github\.com/spec",
        (
            "version",
            "https",
            "git",
            "lfs",
            "github",
            "com",
            "spec",
        ),
        certainty=0.95,
    ),
    Signature(
        r"(?:invalid file magic|unsupported content type|not a (?:valid )?GGUF|file is not in GGUF format)",
        ("file",),
        certainty=0.93,
    ),
    Signature(r"gguf_init_from_file: .{0,80}magic", ("magic",), certainty=0.9),
)
