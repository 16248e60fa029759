"""The server looks in the folder where the models are.

Why: The service's user and yours have different stores, or the setting lacks the last part,
`/models`.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.services import Services
from ._settings import SERVICE, drop_in, without

#: where the official installer keeps the models of the service
STORE = "/usr/share/ollama/.ollama/models"

PROBLEM = Problem(
    title="Models seem gone because the server looks in another folder.",
    seen="The list of models is empty or short since a setting changed or the server was started as another user.",
    why="The service's user and yours have different stores, or the setting lacks the last part, `/models`.",
    fixes=(
        Fix(
            "Copy your own models to the service (they then take the space twice; delete the old folder when all is well).",
            (
                f"sudo mkdir -p {STORE}",
                f"sudo cp -an ~/.ollama/models/. {STORE}/",
                f"sudo chown -R ollama:ollama {STORE}",
                "sudo systemctl restart ollama",
            ),
            needs_root=True,
            proof="ollama list",
            where=SERVICE,
        ),
        Fix(
            "Or point the service at the folder that has the models (here the installer's own; it must hold `blobs` and `manifests`, and belong to the user ollama).",
            drop_in(f"Environment=OLLAMA_MODELS={STORE}", "models"),
            needs_root=True,
            proof="ollama list",
            where=SERVICE,
        ),
        Fix(
            "To know which folder is the right one, see what the service uses and where models lie.",
            (
                "systemctl show ollama -p Environment",
                f"sudo du -sh {STORE} /var/lib/ollama ~/.ollama/models 2>/dev/null",
            ),
            needs_root=True,
            proof="ollama list",
            where=Where(systems=("linux",), container=False),
        ),
        Fix(
            "In a container the folder must be a volume, given at its start (add your own options).",
            (
                "docker rm -f ollama",
                "docker run -d -v ollama:/root/.ollama -p 127.0.0.1:11434:11434 --name ollama ollama/ollama",
            ),
            loses="Models inside the old container, outside its volumes, are lost.",
            proof="docker exec ollama ollama list",
            where=Where(container=False),
        ),
        *without(
            "Take the setting away, so that the app uses its own folder (`.ollama/models` in your home) again.",
            "OLLAMA_MODELS",
            "models",
            systems=("windows", "macos"),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2497",
        "https://github.com/ollama/ollama/issues/4548",
        "https://github.com/ollama/ollama/issues/16797",
        "https://github.com/ollama/ollama/issues/9877",
    ),
    likelihood=0.5,
    systems=(),
    confused_with=("ollama-two-servers",),
)

SIGNATURES = (
    Signature(
        r"~ollama/\.ollama/models\b",
        ("ollama", "models"),
        certainty=0.72,
        also=(r"/(?:home/[^/\s]{1,40}|root)/\.ollama/models\b",),
    ),
    Signature(
        r"NAME\s+ID\s+SIZE\s+MODIFIED\s*\n[^\n]*\d (?:GB|MB)[\s\S]{0,900}NAME\s+ID\s+SIZE\s+MODIFIED\s*\n(?![^\n]*\d (?:GB|MB))",
        ("name", "size", "modified"),
        certainty=0.85,
        lines=12,
        unless=(r"\bollama (?:rm|delete)\b",),
    ),
    Signature(
        r"total blobs: 0\b",
        ("total", "blobs", "0"),
        certainty=0.75,
        also=(r"OLLAMA_MODELS:\S", r'\| +404 +\|.{0,120}"/(?:api/(?:chat|generate)|v1/)'),
        unless=(r"/api/pull",),
    ),
    Signature(
        r"total blobs: 0\b",
        ("total", "blobs", "0"),
        certainty=0.75,
        also=(r"OLLAMA_MODELS:\S", r"^NAME\s+ID\s+SIZE\s+MODIFIED\s*\Z"),
    ),
    Signature(
        r"OLLAMA_MODELS[=:]\s*\S+",
        ("ollama_models",),
        certainty=0.85,
        also=(r"^NAME\s+ID\s+SIZE\s+MODIFIED\s*\Z",),
    ),
    Signature(
        r'OLLAMA_MODELS[=:]"?[^\s"]{0,300}(?<!models)(?<!models/)["\s]',
        ("ollama_models",),
        certainty=0.7,
        also=(r"total blobs: 0\b",),
    ),
    Signature(
        r"total blobs: 0\b",
        ("total", "blobs", "0"),
        certainty=0.55,
        also=(
            r"OLLAMA_MODELS:(?!/root/|/usr/share/ollama/\.ollama/models|/home/[^/\s]{1,40}/\.ollama/models|C:\\+Users\\+[^\\]{1,40}\\+\.ollama\\+models)\S{0,200}(?:/|\\)",
        ),
    ),
    Signature(
        r"not found, try pulling it first",
        ("pulling", "found", "first"),
        certainty=0.75,
        also=(r"OLLAMA_MODELS",),
    ),
    Signature(
        r'OLLAMA_MODELS[=:]"?\S{0,300}/\.ollama/?["\s]{0,9}$', ("ollama_models",), certainty=0.9
    ),
    Signature(
        r"/usr/share/ollama/\.ollama/models\b",
        ("models", "ollama", "share"),
        certainty=0.72,
        also=(r"/(?:home/[^/\s]{1,40}|root)/\.ollama/models\b",),
        unless=(r"permission denied|no space left|not a directory",),
    ),
    Signature(
        r"/var/lib/ollama/blobs\b",
        ("ollama", "blobs", "var"),
        certainty=0.72,
        also=(r"/var/lib/ollama/\.ollama/models",),
        unless=(r"permission denied|no space left",),
    ),
    # the header alone, and models in a folder
    Signature(
        r"NAME\s+ID\s+SIZE\s+MODIFIED[ \t]*(?:\n(?!\S+[ \t]+[0-9a-f]{12})|\Z)",
        ("name", "id", "size", "modified"),
        certainty=0.82,
        lines=2,
        also=(r"\.ollama/models/(?:manifests|blobs)|ollama\S{0,40}[/\\]blobs\b",),
        unless=(r"\bollama (?:rm|delete)\b|permission denied|no space left",),
    ),
    Signature(
        r"\{\"models\":\s?\[\]\}",
        ("models",),
        certainty=0.8,
        also=(r"models/(?:manifests|blobs)|OLLAMA_MODELS[=:]\s?\"?\S",),
        unless=(r"permission denied|no space left",),
    ),
)


def check(services: Services) -> Symptom | None:
    for source, value in services.everywhere("OLLAMA_MODELS"):
        inner = value.rstrip("/") + "/models"
        if not value.rstrip("/").endswith("/models") and inner in services.folders:
            return Symptom(
                f"OLLAMA_MODELS is {value}, but the models are in {inner}.",
                (Evidence(source, value),),
            )
    return None
