"""The engine's archive is whole.

Why: The download was cut off or changed on its way.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="The downloaded engine archive is damaged.",
    seen="Unpacking the release fails.",
    why="The download was cut off or changed on its way.",
    fixes=(
        Fix(
            "Compare the checksum with the release page and download again.",
            (
                "sha256sum ollama-linux-amd64.tar.zst",
                "curl -fL -O https://ollama.com/download/ollama-linux-amd64.tar.zst",
            ),
            proof="sha256sum ollama-linux-amd64.tar.zst",
        ),
    ),
    sources=("https://github.com/ollama/ollama/issues/15291",),
    likelihood=0.6,
    systems=("linux",),
    confused_with=("net-download-altered",),
)

SIGNATURES = (
    Signature(
        r"\bzstd: .{0,120}(?:unsupported format|premature end|Data corruption|Decoding error|unexpected end|checksum)",
        ("zstd",),
        certainty=0.95,
    ),
    Signature(
        r"\bunzstd: .{0,120}(?:unsupported format|premature end|Data corruption|Decoding error|unexpected end)",
        ("unzstd",),
        certainty=0.95,
    ),
    Signature(r"Decoding error \(36\) : ", ("decoding", "36", "error"), certainty=0.93),
    Signature(
        r"\bgzip: .{0,60}(?:unexpected end of file|not in gzip format|crc error|invalid compressed data|decompression OK, trailing garbage)",
        ("gzip",),
        certainty=0.95,
    ),
    Signature(
        r"tar: Unexpected EOF in archive\b", ("unexpected", "archive", "tar"), certainty=0.95
    ),
    Signature(
        r"tar: This does not look like a tar archive\b", ("archive", "look", "this"), certainty=0.95
    ),
    Signature(
        r"tar: (?:Child returned status [12]|Error is not recoverable: exiting now|Skipping to next header)",
        ("tar",),
        certainty=0.9,
        unless=(
            r"Cannot open|Read-only|No space|Permission denied|Cannot mkdir|command not found|Cannot exec",
        ),
    ),
    Signature(
        r"Unrecognized archive format\b", ("unrecognized", "archive", "format"), certainty=0.92
    ),
    Signature(r"Truncated (?:tar archive|input file|zip|zstd)\b", ("truncated",), certainty=0.92),
    Signature(
        r"End-of-central-directory signature not found\b",
        ("directory", "signature", "central"),
        certainty=0.95,
    ),
    Signature(
        r"cannot find zipfile directory\b", ("directory", "zipfile", "cannot"), certainty=0.93
    ),
    Signature(r"File is not a zip file\b", ("zip", "file", "not"), certainty=0.93),
    Signature(r"\bBadZipFile\b", ("badzipfile",), certainty=0.92),
    Signature(
        r"Bad magic number for (?:central directory|file header)\b",
        ("number", "magic", "bad"),
        certainty=0.92,
    ),
    Signature(
        r"xz: .{0,60}(?:Unexpected end|Compressed data is corrupt|File format not recognized)",
        ("xz",),
        certainty=0.93,
    ),
    Signature(
        r"\bCan not open the file as (?:archive|\[\w+\] archive)",
        ("archive", "open", "can"),
        certainty=0.9,
    ),
    Signature(r"not a gzip file\b", ("gzip", "file", "not"), certainty=0.9),
    Signature(
        r"Compressed file ended before the end-of-stream marker was reached\b",
        ("compressed", "reached", "stream"),
        certainty=0.92,
    ),
    Signature(
        r"The archive is either in unknown format or damaged\b",
        ("unknown", "archive", "damaged"),
        certainty=0.93,
    ),
    Signature(
        r"archive is (?:corrupt(?:ed)?|damaged|invalid|truncated)\b",
        ("archive", "is"),
        certainty=0.9,
    ),
)
