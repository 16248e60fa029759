"""The drive can hold files of more than 4 GB.

Why: It is formatted with FAT32, which allows no file of 4 GiB or more.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="This drive cannot hold files of 4 GB or more.",
    seen="A drive has plenty of room, but larger models fail or stop at exactly 4 GB.",
    why="It is formatted with FAT32, which allows no file of 4 GiB or more.",
    fixes=(
        Fix(
            "See how the drive is formatted; vfat means FAT32.",
            ("findmnt -no FSTYPE -T .",),
            proof="findmnt -no FSTYPE -T .",
        ),
        Fix(
            "Use another disk, or save its files and format it as exFAT.",
            ("lsblk -f",),
            needs_root=True,
            loses="Formatting deletes everything on the drive.",
            proof="lsblk -f",
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
        r"file too large",
        (
            "file",
            "too",
            "large",
        ),
        certainty=0.93,
        unless=(r"HTTP|upload|413",),
    ),
    Signature(r"(?:Errno 27|EFBIG|os error 27)", ("27",), certainty=0.92),
    Signature(
        r"too large for the destination file system|File ist zu groß für das Zieldateisystem",
        (
            "too",
            "large",
            "for",
            "the",
            "destination",
        ),
        certainty=0.92,
    ),
    Signature(
        r"(?:4294967295|4294967296)\b.{0,80}|\bvfat\b",
        ("vfat",),
        certainty=0.8,
        also=(r"4294967295|4\.0 ?GB|too large|fail",),
    ),
)
