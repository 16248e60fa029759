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
        r"zstd: .{0,60}(?:unsupported format|premature end|Data corruption|Decoding error|unexpected end)",
        ("zstd",),
        certainty=0.95,
    ),
    Signature(
        r"gzip: .{0,40}(?:unexpected end of file|not in gzip format|crc error|invalid compressed data)",
        ("gzip",),
        certainty=0.93,
    ),
    Signature(
        r"tar: (?:Unexpected EOF in archive|This does not look like a tar archive|Child returned status \d|Error is not recoverable|Skipping to next header)",
        ("tar",),
        certainty=0.9,
    ),
    Signature(
        r"(?:End-of-central-directory signature not found|BadZipFile|File is not a zip file|xz: .{0,40}(?:Unexpected end|Compressed data is corrupt))",
        ("not",),
        certainty=0.9,
    ),
    Signature(r"BadZipFile", ("badzipfile",), certainty=0.85),
)
