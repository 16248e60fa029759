"""The drive can hold files of more than 4 GB.

Why: It is formatted with FAT32, which allows no file of 4 GiB or more.
"""

from __future__ import annotations

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.disks import Disks
from ...probes.services import Services

PROBLEM = Problem(
    title="This drive cannot hold files of 4 GB or more.",
    seen="A drive has plenty of room, but larger models fail or stop at exactly 4 GB.",
    why="It is formatted with FAT32, which allows no file of 4 GiB or more.",
    fixes=(
        Fix(
            "See how the disk is formatted (in the models' folder; vfat means FAT32), then keep the models on another one, or save its files and format it as exFAT with the package exfatprogs (sdX1 stands for its partition).",
            (
                "findmnt -no SOURCE,FSTYPE -T .",
                "sudo umount /dev/sdX1",
                "sudo mkfs.exfat /dev/sdX1",
            ),
            needs_root=True,
            loses="Formatting deletes everything on the drive; be sure of its name.",
            proof="lsblk -f",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "See how it is formatted, then save its files and format it as exFAT (MODELS stands for its name).",
            (
                "diskutil info /Volumes/MODELS | grep 'File System'",
                "diskutil eraseVolume ExFAT MODELS /Volumes/MODELS",
            ),
            loses="Formatting deletes everything on the drive; be sure of its name.",
            proof="diskutil info /Volumes/MODELS",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Turn it into NTFS, in an administrator's terminal (E: stands for its letter); its files stay, but save them first.",
            ("convert E: /fs:ntfs",),
            needs_root=True,
            loses="A power cut meanwhile can cost the files on the drive.",
            proof="fsutil fsinfo volumeinfo E:",
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/techjarves/Uncensored-Local-Studio/issues/62",
        "https://github.com/qbittorrent/qBittorrent/issues/13435",
        "https://github.com/webtorrent/webtorrent/issues/1970",
    ),
    likelihood=0.5,
    systems=(),
    confused_with=("disk-full-models-dir",),
)

SIGNATURES = (
    Signature(
        r"(?:insufficient disk space|not enough (?:disk )?space)",
        ("space",),
        certainty=0.96,
        also=(r"\b(?:FAT32|vfat|msdos)\b",),
    ),
    Signature(
        r"\bfile too large\b",
        ("large", "too", "file"),
        certainty=0.93,
        unless=(r"HTTP/|upload|\b413\b|request entity",),
    ),
    Signature(r"Errno 27\b", ("errno", "27"), certainty=0.93),
    Signature(r"os error 27\b", ("os", "27", "error"), certainty=0.93),
    Signature(r"os error 223\b", ("223", "os", "error"), certainty=0.93),
    Signature(r"WinError 223\b", ("winerror", "223"), certainty=0.93),
    Signature(r"\bEFBIG\b", ("efbig",), certainty=0.93),
    Signature(
        r"The file size exceeds the limit allowed", ("allowed", "exceeds", "limit"), certainty=0.95
    ),
    Signature(
        r"too large for the destination file system\b",
        ("destination", "system", "large"),
        certainty=0.95,
    ),
    Signature(
        r"does not support files? (?:larger|bigger) than 4 ?G",
        ("support", "than", "does"),
        certainty=0.93,
    ),
    Signature(r"f.r das Zieldateisystem zu gro", ("zieldateisystem", "das", "gro"), certainty=0.95),
    Signature(
        r"zu gro. f.r das Zieldateisystem\b", ("zieldateisystem", "das", "zu"), certainty=0.95
    ),
    Signature(
        r"trop volumineux pour le syst.me de fichiers de destination\b",
        ("destination", "volumineux", "fichiers"),
        certainty=0.95,
    ),
    Signature(
        r"demasiado grande para el sistema de archivos de destino\b",
        ("demasiado", "archivos", "sistema"),
        certainty=0.95,
    ),
    Signature(
        r"\bFAT32\b.{0,120}(?:4 ?G(?:i?B)?|limit|too large|larger than)", ("fat32",), certainty=0.9
    ),
    Signature(
        r"\bvfat\b",
        ("vfat",),
        certainty=0.82,
        also=(r"4294967295|4294967296|4\.0 ?G|4,0 ?G|too large|fail|ENOSPC|error",),
    ),
    Signature(
        r"\b4294967295\b",
        ("4294967295",),
        certainty=0.8,
        also=(r"vfat|FAT32|write|download|exceeded|fail",),
    ),
    Signature(r"File size limit exceeded\b", ("exceeded", "limit", "size"), certainty=0.85),
    *(
        Signature(pattern, needs, certainty=0.95)
        for pattern, needs in (
            (
                r"too large for (?:the )?(?:destination|target) file ?system\b",
                ("system", "large", "file"),
            ),
            (r"too large for the volume.s format", ("format", "volume", "large")),
            (r"trop volumineux pour le format du volume", ("volumineux", "format", "volume")),
            (r"f.r das Volumeformat zu gro", ("volumeformat", "das", "gro")),
            (
                r"troppo grande per il file system di destinazione",
                ("destinazione", "grande", "system"),
            ),
            (
                r"muito grande para o sistema de arquivos de destino",
                ("arquivos", "destino", "sistema"),
            ),
            (r"\b0x800700DF\b", ("0x800700df",)),
            (r"\bDatei zu gro.", ("datei", "gro", "zu")),
            (r"\bFichier trop volumineux\b", ("volumineux", "fichier", "trop")),
        )
    ),
    Signature(
        r"\barchivo es demasiado grande\b", ("demasiado", "archivo", "grande"), certainty=0.93
    ),
    Signature(
        r"\bfichero es demasiado grande\b", ("demasiado", "fichero", "grande"), certainty=0.93
    ),
)


def check(disks: Disks, services: Services) -> Symptom | None:
    """The models' folder lies on a FAT file system."""
    for source, folder in services.everywhere("OLLAMA_MODELS"):
        mount = disks.holding(folder)
        if mount and mount.kind in ("vfat", "msdos"):
            what = f"{folder} lies on {mount.path}, which is FAT: no file there can exceed 4 GiB."
            evidence = (
                Evidence(source, folder),
                Evidence(mount.source, f"{mount.path} {mount.kind}"),
            )
            return Symptom(what, evidence, 0.96)
    return None
