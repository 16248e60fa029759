"""The model file is whole.

Why: The download was cut short, the disk was full, or a raw part must first be joined with the
others.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The model file is cut off, or is one part of several.",
    seen="Loading fails and names a part of the model; the file is smaller than on its web page.",
    why="The download was cut short, the disk was full, or a raw part must first be joined with the others.",
    fixes=(
        Fix(
            "Go on with the download; hf (pip install -U huggingface_hub) resumes and fetches what is missing (put in your model's page and file).",
            (
                "hf download bartowski/Llama-3.2-1B-Instruct-GGUF Llama-3.2-1B-Instruct-Q4_K_M.gguf --local-dir .",
            ),
            proof="hf download bartowski/Llama-3.2-1B-Instruct-GGUF Llama-3.2-1B-Instruct-Q4_K_M.gguf --local-dir .",
        ),
        Fix(
            "Compare its checksum with the one on the file's page; if they differ, delete it and download again.",
            ("sha256sum model.gguf || shasum -a 256 model.gguf",),
            proof="sha256sum model.gguf || shasum -a 256 model.gguf",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Compare its checksum with the one on the file's page (PowerShell); if they differ, delete it and download again.",
            ("Get-FileHash model.gguf",),
            proof="Get-FileHash model.gguf",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Join raw parts (put in their names).",
            ("cat model.gguf.part?of? > model.gguf",),
            proof="head -c 4 model.gguf",
            where=Where(systems=("linux", "macos")),
        ),
        Fix(
            "Join raw parts (put in their names).",
            ("cmd /c copy /b model.gguf.part1of2+model.gguf.part2of2 model.gguf",),
            proof="Format-Hex model.gguf | Select-Object -First 1",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "Files numbered like 00001-of-00003 stay as they are, all in one folder: name the first.",
            ("llama-server -m model-00001-of-00003.gguf",),
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
    Signature(r"data is not within the file bounds", ("within", "bounds", "data"), certainty=0.97),
    Signature(
        r"model is corrupted or incomplete", ("incomplete", "corrupted", "model"), certainty=0.97
    ),
    Signature(
        r"(?:exceeds|beyond|past|outside) (?:the )?(?:end of )?(?:the )?file bounds\b",
        ("bounds",),
        certainty=0.9,
    ),
    Signature(
        r"\.gguf\.(?:part-?\d+of\d+|split-a[a-z]|part[-_]?[a-z\d]+|partial|incomplete|crdownload|download|tmp|aria2)\b",
        ("gguf",),
        certainty=0.93,
    ),
    Signature(r"\.(?:part\d+of\d+|split-a[a-z])\b.{0,200}\bgguf\b", ("gguf",), certainty=0.85),
    Signature(r"invalid split (?:idx|file|name)\b", ("invalid", "split"), certainty=0.93),
    Signature(r"invalid split\b", ("invalid", "split"), certainty=0.9, also=(r"gguf|llama|split",)),
    Signature(r"illegal split file\b", ("illegal", "split", "file"), certainty=0.95),
    Signature(r"illegal split file idx\b", ("illegal", "split", "idx"), certainty=0.95),
    Signature(r"failed to load GGUF split from\b", ("split", "from", "gguf"), certainty=0.95),
    Signature(r"list of splits is empty\b", ("splits", "empty", "list"), certainty=0.85),
    Signature(
        r"corrupted model: \d+ tensors expected but \d+ found",
        ("corrupted", "expected", "tensors"),
        certainty=0.95,
    ),
    Signature(
        r"failed to read (?:tensor data|tensor info|key-value pairs|header|magic|tensor data binary blob)\b",
        ("read", "failed", "to"),
        certainty=0.93,
        unless=(r"invalid magic",),
    ),
    Signature(
        r"unexpectedly reached end of file\b", ("unexpectedly", "reached", "end"), certainty=0.95
    ),
    Signature(
        r"read error: (?:Invalid argument|Success|unexpectedly)",
        ("read", "error"),
        certainty=0.85,
        also=(r"llama|gguf",),
    ),
    Signature(
        r"unexpected (?:EOF|end of file)\b",
        ("unexpected",),
        certainty=0.85,
        also=(r"gguf|llama_model|load_model|safetensors",),
        unless=(r"pull|registry|cloudflarestorage|blob|gzip|tar:|zstd|part \d+|rpc error",),
    ),
    Signature(
        r"failed to seek to (?:beginning of data section|tensor|init padding)\b",
        ("seek", "failed", "to"),
        certainty=0.9,
    ),
    Signature(
        r"gguf_init_from_file(?:_impl|_ptr)?: failed to read\b",
        ("read", "failed", "to"),
        certainty=0.93,
    ),
    Signature(r"exceeds remaining file size\b", ("remaining", "exceeds", "size"), certainty=0.95),
    Signature(
        r"missing tensor '",
        ("missing", "tensor"),
        certainty=0.8,
        also=(r"load",),
        unless=(r"unknown model architecture",),
    ),
    Signature(r"wrong number of tensors\b", ("tensors", "number", "wrong"), certainty=0.92),
    Signature(r"has offset \d+, expected \d+", ("expected", "offset", "has"), certainty=0.9),
    Signature(r"MetadataIncompleteBuffer\b", ("metadataincompletebuffer",), certainty=0.93),
    Signature(
        r"incomplete metadata, file not fully covered",
        ("incomplete", "metadata", "covered"),
        certainty=0.95,
    ),
    Signature(r"file not fully covered\b", ("covered", "fully", "file"), certainty=0.88),
    Signature(
        r"PytorchStreamReader failed (?:reading|finding)\b",
        ("pytorchstreamreader", "failed"),
        certainty=0.8,
    ),
    Signature(
        r"GGUF file is (?:truncated|incomplete|corrupt(?:ed)?)\b",
        ("gguf", "file", "is"),
        certainty=0.93,
    ),
    Signature(
        r"(?:model|gguf) file (?:is |appears to be |may be |seems )?(?:truncated|incomplete|corrupt(?:ed)?)\b",
        ("file",),
        certainty=0.9,
    ),
    *(
        Signature(pattern, needs, certainty=0.93, unless=(r"Permission denied",))
        for pattern, needs in (
            (r"failed to open GGUF file .{1,200}-\d{5}-of-\d{5}\.gguf", ("failed", "file", "gguf")),
            (
                r"No such file or directory: .{0,200}-\d{5}-of-\d{5}\.(?:safetensors|bin|gguf)",
                ("directory", "file", "such"),
            ),
            (
                r"cannot find .{0,200}-\d{5}-of-\d{5}\.(?:safetensors|bin|gguf)",
                ("cannot", "find", "of"),
            ),
            (r"mmap length is greater than file size\b", ("greater", "length", "file")),
            (r"\btensor count mismatch\b", ("mismatch", "tensor", "count")),
            (r"file is smaller than expected\b", ("expected", "smaller", "file")),
            (
                r"Unable to load weights from pytorch checkpoint file\b",
                ("checkpoint", "pytorch", "weights"),
            ),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.9, also=(r"gguf_reader|gguf/|GGUFReader",))
        for pattern, needs in (
            (r"cannot reshape array of size \d+", ("reshape", "cannot", "array")),
            (r"is out of bounds for axis 0 with size", ("bounds", "axis", "size")),
            (r"index \d+ is out of bounds", ("bounds", "index", "out")),
        )
    ),
    Signature(
        r"unexpected EOF\b",
        ("unexpected", "eof"),
        certainty=0.9,
        also=(r"ollama create|Modelfile|parsing GGUF|gathering model",),
        unless=(r"pulling|gzip|tar:",),
    ),
    *(
        Signature(pattern, needs, certainty=0.92)
        for pattern, needs in (
            (r"\bmissing (?:split )?(?:parts?|shards?)\b.{0,60}\d{5}-of-\d{5}", ("missing", "of")),
            (r"split is incomplete\b", ("incomplete", "split", "is")),
            (r"file is corrupt: .{0,200}\.gguf", ("corrupt", "file", "gguf")),
        )
    ),
)
