"""There is room for converting models.

Why: The full-size temporary copy is deleted after the failure; about three times the model's size
is needed.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="The disk fills up while a model is converted, and looks half empty later.",
    seen="Converting fails for lack of room; afterwards there is plenty.",
    why="The full-size temporary copy is deleted after the failure; about three times the model's size is needed.",
    fixes=(
        Fix(
            "Take a model that is converted already (llama3.2:1b is an example).",
            ("ollama pull llama3.2:1b",),
            proof="ollama list",
        ),
        Fix(
            "Or move the models to a larger disk (/mnt/large stands for it, /usr/share/ollama/.ollama for where the installer's service keeps them).",
            (
                "sudo systemctl stop ollama",
                "sudo mkdir -p /mnt/large/ollama /etc/systemd/system/ollama.service.d",
                "sudo mv /usr/share/ollama/.ollama/models /mnt/large/ollama/",
                "sudo chown -R ollama: /mnt/large/ollama",
                "printf '[Service]\\nEnvironment=\"OLLAMA_MODELS=/mnt/large/ollama/models\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/zz-localai-models.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl start ollama",
            ),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",), systemd=True),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/6628",),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("disk-full-models-dir",),
)

SIGNATURES = (
    Signature(
        r"\b(?:convert\w{0,20}|quantiz\w{0,10}|transferring model data|ollama create|gguf_writer|merg\w{1,4})\b[\s\S]{0,300}\bno space left on device\b",
        ("device", "space", "left"),
        certainty=0.96,
        lines=8,
        unless=(r"/tmp/ollama\d+/runners|copy payload",),
    ),
    Signature(
        r"/blobs/\d{1,20}/fp\d{1,4}\S{0,80}: no space left on device",
        ("device", "blobs", "space"),
        certainty=0.96,
    ),
    Signature(
        r"/(?:fp16|fp32|f16|bf16)\d{0,20}: no space left on device",
        ("device", "space", "left"),
        certainty=0.95,
    ),
    Signature(
        r"\bollama-(?:gguf|model|safetensors|quantize|tf)\S*: \bno space left on device",
        ("device", "ollama", "space"),
        certainty=0.95,
    ),
    Signature(
        r"\b(?:convert\w{0,20}|quantiz\w{0,10})\b[\s\S]{0,300}There is not enough space on the disk",
        ("enough", "space", "disk"),
        certainty=0.96,
        lines=8,
    ),
    Signature(
        r"\b(?:convert\w{0,20}|quantiz\w{0,10}|gguf_writer|GGUFWriter)\b[\s\S]{0,500}Errno 28\b",
        ("28",),
        certainty=0.95,
        lines=12,
    ),
    Signature(
        r"Not enough free space to write \d+ bytes", ("enough", "bytes", "write"), certainty=0.85
    ),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (r"\b\d+ requested and \d+ written\b", ("requested", "written", "and")),
            (
                r"\bPytorchStreamWriter failed writing file\b",
                ("pytorchstreamwriter", "writing", "failed"),
            ),
            (r"unexpected pos \d+ vs \d+", ("unexpected", "pos", "vs")),
            (r"Error while serializing: (?:Io|IO)", ("serializing", "error", "while")),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.93, also=(r"quantiz|gguf|convert|split",))
        for pattern, needs in (
            (r"failed to quantize\b.{0,60}iostream error", ("iostream", "quantize", "failed")),
            (r"basic_ios::clear: iostream error", ("basic_ios", "iostream", "clear")),
            (r"std::__ios_failure", ("__ios_failure", "std")),
        )
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.94,
            also=(
                r"convert|quantiz|gguf_writer|GGUFWriter|add_tensor|gguf-split|merge|unsloth|mergekit|save_pretrained|save_quantized|\bexport\b|optimum-cli|lora",
            ),
            unless=(
                r"pulling|ollama pull|copy payload|failed to extract|/tmp/pip|pip install|Downloading",
            ),
        )
        for pattern, needs in (
            (r"No space left on device\b", ("device", "space", "left")),
            (r"\bErrno 28\b", ("errno", "28")),
            (r"enough (?:free )?(?:disk )?space\b", ("enough", "space")),
            (r"Insufficient (?:free )?disk space\b", ("insufficient", "space", "disk")),
            (r"write error\b.{0,40}space", ("error", "space", "write")),
        )
    ),
)
