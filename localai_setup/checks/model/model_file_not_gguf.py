"""The model file is a model.

Why: The address gave a redirect, a login page or a git-lfs pointer, which was saved under the
model's name.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The downloaded file is no model but a web page or a pointer.",
    seen="The loader objects to the first bytes; the file is tiny or begins with text.",
    why="The address gave a redirect, a login page or a git-lfs pointer, which was saved under the model's name.",
    fixes=(
        Fix(
            "Download again following redirects, from an address with /resolve/main/ in it (this one is an example); a model begins with GGUF.",
            (
                "curl -fL -O https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/main/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
            ),
            proof="head -c 4 Llama-3.2-1B-Instruct-Q4_K_M.gguf",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Download again following redirects, from an address with /resolve/main/ in it (this one is an example); a model begins with GGUF.",
            (
                "curl.exe -fL -O https://huggingface.co/bartowski/Llama-3.2-1B-Instruct-GGUF/resolve/main/Llama-3.2-1B-Instruct-Q4_K_M.gguf",
            ),
            proof="Format-Hex Llama-3.2-1B-Instruct-Q4_K_M.gguf | Select-Object -First 1",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "In a folder that was cloned with git, fetch the real files.",
            ("git lfs install", "git lfs pull"),
            proof="git lfs ls-files",
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
        r"<!doctype html",
        ("doctype", "html"),
        certainty=0.9,
        also=(r"\b(?:head|file|xxd|hexdump|cat|strings|type)\b.{0,80}\.gguf\b",),
    ),
    Signature(r"invalid magic characters\b", ("characters", "invalid", "magic"), certainty=0.97),
    Signature(
        r"invalid file magic\b", ("invalid", "magic", "file"), certainty=0.95, unless=(r"wine",)
    ),
    Signature(
        r"(?:invalid|bad|unknown|wrong|unexpected) (?:GGUF |gguf |file )?\bmagic\b",
        ("magic",),
        certainty=0.95,
        unless=(r"wine|superblock|ext4|\(magic, version\)",),
    ),
    Signature(r"GGUF magic invalid\b", ("invalid", "magic", "gguf"), certainty=0.95),
    Signature(r"magic\b.{0,40}\bexpected .{0,3}GGUF", ("expected", "magic"), certainty=0.95),
    Signature(
        r"version https://git-lfs\.github\.com/spec", ("version", "github", "https"), certainty=0.97
    ),
    Signature(
        r"supplied file was not in GGUF format", ("supplied", "format", "gguf"), certainty=0.95
    ),
    Signature(
        r"unsupported content type\b",
        ("unsupported", "content", "type"),
        certainty=0.93,
        unless=(r"HTTP/|mime|multipart|415|whisper",),
    ),
    Signature(
        r"invalid file type: ",
        ("invalid", "type", "file"),
        certainty=0.75,
        also=(r"ollama|gguf|model|create",),
    ),
    Signature(r"not a (?:valid )?GGUF\b", ("not", "a"), certainty=0.95),
    Signature(
        r"is not in GGUF format\b",
        ("format", "gguf", "not"),
        certainty=0.93,
        unless=(r"this base model is not compatible",),
    ),
    Signature(r"\.gguf: HTML document\b", ("document", "gguf", "html"), certainty=0.95),
    Signature(
        r"\.gguf: (?:ASCII|UTF-8|Unicode|XML|HTML)\b.{0,40}text\b", ("gguf",), certainty=0.95
    ),
    Signature(
        r"invalid header or archive is corrupted\b",
        ("corrupted", "invalid", "archive"),
        certainty=0.8,
    ),
    Signature(r"invalid load key, '[v<]'", ("invalid", "load", "key"), certainty=0.93),
    Signature(r"HeaderTooLarge\b", ("headertoolarge",), certainty=0.9),
    Signature(
        r"(?:invalid|unsupported|bad) GGUF (?:file|header|version)\b", ("gguf",), certainty=0.88
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (r"\bInvalidHeaderDeserialization\b", ("invalidheaderdeserialization",)),
            (r"unsupported safetensors format: null\b", ("safetensors", "unsupported", "format")),
            (r"should have been pointers, but weren't", ("pointers", "should", "weren")),
            (r"not a valid GGUF\b", ("valid", "gguf", "not")),
            (r"unrecogni[sz]ed (?:model )?file format\b", ("format", "file")),
        )
    ),
    Signature(
        r"\bUnknown Model, cannot load\b",
        ("unknown", "cannot", "model"),
        certainty=0.9,
        also=(r"gguf|safetensors|kobold",),
    ),
    Signature(
        r"\bheader too large\b",
        ("header", "large", "too"),
        certainty=0.9,
        also=(r"gguf|safetensors|kobold",),
    ),
    Signature(r"00000000: ?(?:3c21|3c68|7665 7273)", ("00000000",), certainty=0.93),
    Signature(r"\bunknown (?:model )?file format\b", ("unknown", "format", "file"), certainty=0.93),
)
