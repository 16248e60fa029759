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
            "Download it again and test it; for another program take its own address.",
            (
                "curl -fL -O https://ollama.com/download/ollama-linux-$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/').tar.zst",
                "zstd -t ollama-linux-$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/').tar.zst",
            ),
            proof="zstd -t ollama-linux-$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/').tar.zst",
        ),
        Fix(
            "If it is damaged again, compare its checksum with sha256sum.txt on https://github.com/ollama/ollama/releases, and download without VPN, proxy or scanner.",
            ("sha256sum ollama-linux-*.tar.zst",),
            proof="zstd -t ollama-linux-$(uname -m | sed 's/x86_64/amd64/;s/aarch64/arm64/').tar.zst",
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
    Signature(
        r"\S : Read error \(39\) : premature end", ("premature", "error", "read"), certainty=0.95
    ),
    Signature(
        r"zstd: (?:/\*stdin\*\\|\S{1,80}).{0,20}premature", ("premature", "zstd"), certainty=0.95
    ),
    *(
        Signature(pattern, needs, certainty=0.94)
        for pattern, needs in (
            (
                r"End of Central Directory record could not be found\b",
                ("directory", "central", "record"),
            ),
            (r"Could not find central directory end\b", ("directory", "central", "could")),
            (r"\bnot a valid zip file\b", ("valid", "file", "not")),
            (
                r"Compressed \(zipped\) Folder .{1,200}is invalid\b",
                ("compressed", "invalid", "folder"),
            ),
            (r"\bbad CRC [0-9a-f]{8} +\(should be [0-9a-f]{8}\)", ("should", "bad", "crc")),
            (r"invalid compressed data to inflate\b", ("compressed", "inflate", "invalid")),
            (r"\bUnexpected end of archive\b", ("unexpected", "archive", "end")),
            (r"Data Error\b.{0,20} : \S{1,120}\.(?:dll|exe|so|dylib)\b", ("error", "data")),
            (r"Headers Error\b.{0,20} : \S", ("headers", "error")),
            (r"\bCRC Failed : \S", ("failed", "crc")),
        )
    ),
    *(
        Signature(pattern, needs, certainty=0.92)
        for pattern, needs in (
            (r"tarfile\.ReadError: ", ("readerror", "tarfile")),
            (r"Error -3 while decompressing data: ", ("decompressing", "error", "while")),
            (r"Not a gzipped file \(b'", ("gzipped", "file", "not")),
            (r"\bflate: corrupt input before offset \d", ("corrupt", "before", "offset")),
            (r"\bgzip: invalid (?:header|checksum)\b", ("invalid", "gzip")),
            (r"\binvalid tar (?:magic|header)\b", ("invalid", "tar")),
            (
                r"tar: (?:short read|corrupted octal value in tar header|Damaged tar archive)",
                ("tar",),
            ),
            (
                r"\bgunzip: (?:invalid magic|corrupted data|crc error|short read|unexpected end)",
                ("gunzip",),
            ),
            (r"\bunlzma: corrupted data", ("corrupted", "unlzma", "data")),
            (r"\bunxz: (?:invalid magic|corrupted data|short read|unexpected end)", ("unxz",)),
            (r"Installer integrity check has failed\b", ("installer", "integrity", "failed")),
            (
                r"The setup files are corrupted\. Please obtain a new copy",
                ("corrupted", "obtain", "please"),
            ),
            (
                r"attach failed - (?:image not recognized|corrupt image|image data corrupted)",
                ("attach", "failed", "image"),
            ),
            (
                r"disk image .{1,120}(?:is damaged|is corrupted|couldn.t be opened)",
                ("image", "disk"),
            ),
            (
                r"(?:invalid or corrupted|corrupted or invalid) (?:archive|package)\b",
                ("corrupted", "invalid", "or"),
            ),
        )
    ),
    Signature(
        r"tar: .{0,20}(?:Das sieht nicht wie ein|Unerwartetes Dateiende|Fin inattendue|Ceci ne ressemble pas|Fin de fichero inesperado|Esto no parece un archivo|Fine inaspettata|Non sembra un archivio|Fim de arquivo inesperado|Неожиданный конец|Это не похоже|归档文件中异常的|这看起来不像|ファイルの終わりに達しました)",
        ("tar",),
        certainty=0.93,
    ),
    Signature(
        r"gzip: stdin: .{0,60}(?:Dateiende|fin de fichier|fin de fichero|gzip-Format|format gzip|formato gzip)",
        ("stdin", "gzip"),
        certainty=0.93,
    ),
)
