"""The disk that holds the models has room.

Why: By default the models lie on the system's disk, or in a small Docker volume.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.disks import Disks
from ...probes.services import Services

#: No model that is worth having fits into less.
LEAST_KIB = 512 * 1024
#: Mount points that never hold models, or are full by design (read-only images).
OTHER_PLACES = (
    "/snap",
    "/boot",
    "/efi",
    "/run",
    "/dev",
    "/sys",
    "/proc",
    "/tmp",
    "/var/snap",
    "/cdrom",
)

PROBLEM = Problem(
    title="The disk that holds the models is full.",
    seen="A download stops at some percentage; its unfinished part stays, and removing models fails too.",
    why="By default the models lie on the system's disk, or in a small Docker volume.",
    fixes=(
        Fix(
            "Remove unfinished parts (a models folder of your own goes behind find) and, with ollama rm and a name of the list, models you do not need.",
            (
                "sudo find /usr/share/ollama/.ollama /var/lib/ollama ~/.ollama -name '*-partial*' -delete",
                "ollama list",
            ),
            needs_root=True,
            loses="Unfinished downloads are deleted.",
            proof="df -h",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Remove unfinished parts and, with ollama rm and a name of the list, models you do not need.",
            ("find ~/.ollama/models/blobs -name '*-partial*' -delete", "ollama list"),
            loses="Unfinished downloads are deleted.",
            proof="df -h",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Remove unfinished parts (PowerShell) and, with ollama rm and a name of the list, models you do not need.",
            (
                'Remove-Item "$env:USERPROFILE\\.ollama\\models\\blobs\\*-partial*"',
                "ollama list",
            ),
            loses="Unfinished downloads are deleted.",
            proof="Get-PSDrive -PSProvider FileSystem",
            where=Where(systems=("windows",)),
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
        Fix(
            "Or quit Ollama, move the models to a larger disk (Large stands for it), and open Ollama again.",
            (
                "mv ~/.ollama/models /Volumes/Large/ollama-models",
                "ln -s /Volumes/Large/ollama-models ~/.ollama/models",
            ),
            proof="ollama list",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Or quit Ollama, move the models to a larger drive (D: stands for it; PowerShell), and open Ollama again.",
            (
                'Move-Item "$env:USERPROFILE\\.ollama\\models" D:\\ollama-models',
                "setx OLLAMA_MODELS D:\\ollama-models",
            ),
            proof="ollama list",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/15547",
        "https://github.com/ollama/ollama/issues/1731",
        "https://github.com/ollama/ollama/issues/2497",
        "https://github.com/ollama/ollama/issues/689",
        "https://github.com/ollama/ollama/issues/3609",
        "https://github.com/fcori47/basdonax-ai-rag/issues/1",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=(
        "disk-full-while-converting",
        "disk-tmp-too-small",
    ),
)

SIGNATURES = (
    Signature(
        r"^/dev/(?!loop|sr\d)\S+ .{0,80}\s100% +/(?!snap)\S*",
        ("dev", "100"),
        certainty=0.85,
        also=(r"\bollama\b|\.gguf\b|huggingface",),
    ),
    Signature(
        r"no space left on device\b",
        ("device", "space", "left"),
        certainty=0.9,
        unless=(
            r"/tmp/|copy payload|failed to extract files|converting model|quantiz|convert_hf|gguf_writer|/fp16\d+|ollama-gguf|ollama create",
        ),
    ),
    Signature(
        r"There is not enough space on the disk\b",
        ("enough", "there", "space"),
        certainty=0.92,
        unless=(
            r"converting model|quantiz|convert_hf|gguf_writer|/fp16\d+|ollama-gguf|ollama create",
        ),
    ),
    Signature(
        r"Es steht nicht gen.gend Speicherplatz\b",
        ("speicherplatz", "steht", "nicht"),
        certainty=0.92,
    ),
    Signature(
        r"Es ist nicht gen.gend Speicherplatz\b", ("speicherplatz", "nicht", "ist"), certainty=0.92
    ),
    Signature(
        r"Espace insuffisant sur le disque\b", ("insuffisant", "disque", "espace"), certainty=0.92
    ),
    Signature(r"Espacio (?:en disco )?insuficiente\b", ("espacio",), certainty=0.92),
    Signature(
        r"No hay (?:suficiente )?espacio .{0,20}\bdisco\b", ("disco", "hay", "no"), certainty=0.92
    ),
    Signature(r"\bwrite\b.{0,400}磁盘空间不足", ("write",), certainty=0.92),
    Signature(r"os error 112\b", ("112", "os", "error"), certainty=0.92),
    Signature(r"WinError 112\b", ("winerror", "112"), certainty=0.92),
    Signature(
        r"Errno 28\b",
        ("errno", "28"),
        certainty=0.9,
        unless=(
            r"/tmp/|copy payload|failed to extract|converting model|quantiz|convert_hf|gguf_writer|/fp16\d+|ollama-gguf|ollama create",
        ),
    ),
    Signature(
        r"os error 28\b",
        ("os", "28", "error"),
        certainty=0.9,
        unless=(
            r"/tmp/|copy payload|failed to extract|converting model|quantiz|convert_hf|gguf_writer|/fp16\d+|ollama-gguf|ollama create",
        ),
    ),
    Signature(
        r"\bENOSPC\b",
        ("enospc",),
        certainty=0.9,
        unless=(
            r"/tmp/|copy payload|failed to extract|converting model|quantiz|convert_hf|gguf_writer|/fp16\d+|ollama-gguf|ollama create|file watchers|inotify",
        ),
    ),
    Signature(
        r"Not enough free disk space to download the file\b",
        ("download", "enough", "space"),
        certainty=0.93,
    ),
    Signature(
        r"(?:Not enough|Insufficient) (?:free )?\bdisk space\b", ("space", "disk"), certainty=0.9
    ),
    Signature(r"(?:disk|storage) is full\b", ("full", "is"), certainty=0.85),
    Signature(r"Disk quota exceeded\b", ("exceeded", "quota", "disk"), certainty=0.9),
    Signature(
        r"Auf dem Ger.t ist kein Speicherplatz mehr",
        ("speicherplatz", "mehr", "kein"),
        certainty=0.92,
    ),
    Signature(
        r"Aucun espace disponible sur le p.riph", ("disponible", "espace", "aucun"), certainty=0.92
    ),
    Signature(
        r"No queda espacio en el dispositivo\b", ("dispositivo", "espacio", "queda"), certainty=0.92
    ),
    Signature(r"failed to (?:preallocate|truncate)\b.{0,80}space", ("failed", "to"), certainty=0.8),
    Signature(
        r"error writing to file: \S+\.(?:downloadInProgress|gguf)",
        ("writing", "error", "file"),
        certainty=0.7,
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.91,
            unless=(
                r"/tmp/|copy payload|failed to extract files|converting model|quantiz|convert|gguf_writer|gguf-split|/fp16\d+|ollama-gguf|ollama create|merg(?:e|ing)|GPU|VRAM|KV cache|FAT32|vfat",
            ),
        )
        for pattern, needs in (
            (r"\b0x80070070\b", ("0x80070070",)),
            (r"\bNSFileWriteOutOfSpaceError\b", ("nsfilewriteoutofspaceerror",)),
            (r"enough disk space to\b", ("enough", "space", "disk")),
            (r"enough free space in\b", ("enough", "space", "free")),
            (r"Kein Platz auf dem Ger.t", ("platz", "kein", "auf")),
            (r"Spazio (?:esaurito|insufficiente) su", ("spazio", "su")),
            (r"Espa.o insuficiente (?:no disco|em disco)", ("insuficiente", "disco", "espa")),
            (r"espa.o dispon.vel no dispositivo", ("dispositivo", "dispon", "espa")),
            (r"Not enough space on (?:the )?disk\b", ("enough", "space", "disk")),
            (r"\bInsufficient (?:disk |storage )?space\b", ("insufficient", "space")),
            (r"enough (?:disk |storage )?space (?:available|left|for)\b", ("enough", "space")),
            (
                r"\bwrite\b.{0,400}(?:设备上没有空间|デバイスに空き領域|Не осталось места|Недостаточно места|장치에 남은 공간)",
                ("write",),
            ),
        )
    ),
    Signature(
        r"kind: StorageFull\b",
        ("storagefull", "kind"),
        certainty=0.9,
        unless=(
            r"/tmp/|copy payload|failed to extract files|converting model|quantiz|convert|gguf_writer|gguf-split|/fp16\d+|ollama-gguf|ollama create|merg(?:e|ing)|serializ",
        ),
    ),
    Signature(r"^(?:Error: )?(?:the )?disk (?:is )?full\b", ("disk", "full"), certainty=0.9),
    Signature(r": Spazio esaurito sul\b", ("esaurito", "spazio", "sul"), certainty=0.91),
    Signature(r"Не осталось места на устройстве.{0,80}\bollama\b", ("ollama",), certainty=0.91),
)


def check(disks: Disks, services: Services) -> Symptom | None:
    """A disk that may hold models and has no room left."""
    stores = [folder for _, folder in services.everywhere("OLLAMA_MODELS")]
    held = {mount.path for folder in stores if (mount := disks.holding(folder))}
    for room in disks.rooms:
        if room.mount.startswith(OTHER_PLACES) and room.mount not in held:
            continue
        if room.total_kib > 0 and room.free_kib < min(LEAST_KIB, room.total_kib / 50):
            what = f"{room.mount} has {room.free_kib / 1024:.0f} MiB left of {room.total_kib / 1024**2:.1f} GiB."
            return Symptom(what, (Evidence(room.source, room.line),), 0.93)
    return None
