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
            "Watch the room while it runs.",
            ("df -h /usr/share/ollama",),
            proof="df -h /usr/share/ollama",
        ),
        Fix(
            "Move the models to a larger disk.",
            (
                "sudo mkdir -p /srv/ollama/models",
                "sudo chown -R ollama:ollama /srv/ollama",
                "sudo mkdir -p /etc/systemd/system/ollama.service.d",
                "printf '[Service]\\nEnvironment=\"OLLAMA_MODELS=/srv/ollama/models\"\\n' | sudo tee /etc/systemd/system/ollama.service.d/localai-models.conf",
                "sudo systemctl daemon-reload",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="df -h /srv/ollama",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/6628",),
    likelihood=0.4,
    systems=("linux",),
    confused_with=("disk-full-models-dir",),
)

SIGNATURES = (
    Signature(
        r"(?:convert|quantiz|transferring model data|ollama create|gguf_writer|merg).{0,300}no space left on device",
        (
            "no",
            "space",
            "left",
            "on",
            "device",
        ),
        certainty=0.95,
        lines=6,
    ),
    Signature(
        r"ollama-(?:gguf|model|safetensors|quantize)?\S*.{0,60}no space left",
        (
            "no",
            "space",
            "left",
        ),
        certainty=0.85,
        also=(r"convert|quantiz|create",),
    ),
)
