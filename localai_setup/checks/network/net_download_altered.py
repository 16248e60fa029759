"""Downloaded model files are as published.

Why: The file was changed on the way, a part is empty, or disk or memory write wrongly.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature, Where

PROBLEM = Problem(
    title="A downloaded model file arrived damaged.",
    seen="The download reaches 100 %, the last test fails, and it begins again.",
    why="The file was changed on the way, a part is empty, or disk or memory write wrongly.",
    fixes=(
        Fix(
            "Remove the unfinished parts and download again without VPN, proxy or scanner (llama3.2:1b is an example; a models folder of your own goes behind find).",
            (
                "sudo find /usr/share/ollama/.ollama /var/lib/ollama ~/.ollama -name '*-partial*' -delete",
                "ollama pull llama3.2:1b",
            ),
            needs_root=True,
            loses="Unfinished downloads are deleted.",
            proof="ollama list",
            where=Where(systems=("linux",)),
        ),
        Fix(
            "Remove the unfinished parts and download again without VPN, proxy or scanner (llama3.2:1b is an example).",
            ("find ~/.ollama/models/blobs -name '*-partial*' -delete", "ollama pull llama3.2:1b"),
            loses="Unfinished downloads are deleted.",
            proof="ollama list",
            where=Where(systems=("macos",)),
        ),
        Fix(
            "Remove the unfinished parts and download again without VPN, proxy or scanner, in PowerShell (llama3.2:1b is an example).",
            (
                'Remove-Item "$env:USERPROFILE\\.ollama\\models\\blobs\\*-partial*"',
                "ollama pull llama3.2:1b",
            ),
            loses="Unfinished downloads are deleted.",
            proof="ollama list",
            where=Where(systems=("windows",)),
        ),
        Fix(
            "If it fails each time elsewhere, test the disks (package smartmontools), and the memory with memtest86+.",
            ("lsblk -dpno NAME | xargs -n1 sudo smartctl -H",),
            needs_root=True,
            proof="lsblk -dpno NAME | xargs -n1 sudo smartctl -H",
            where=Where(systems=("linux",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/941",
        "https://github.com/ollama/ollama/issues/14554",
        "https://github.com/ollama/ollama/issues/3326",
        "https://github.com/ollama/ollama/issues/11831",
        "https://github.com/ollama/ollama/issues/9846",
        "https://github.com/ollama/ollama/issues/8534",
        "https://github.com/ollama/ollama/issues/6684",
        "https://github.com/ollama/ollama/issues/8105",
        "https://github.com/ollama/ollama/issues/1650",
    ),
    likelihood=0.7,
    systems=(),
    confused_with=(
        "net-download-unstable",
        "model-file-incomplete",
    ),
)

SIGNATURES = (
    Signature(
        r"digest mismatch, file must be downloaded again\b",
        ("downloaded", "mismatch", "digest"),
        certainty=0.97,
    ),
    Signature(r"got sha256:e3b0c44298fc1c149afbf4c8996fb924\w*", ("sha256", "got"), certainty=0.96),
    Signature(r"digest mismatch, expected\b", ("mismatch", "expected", "digest"), certainty=0.95),
    Signature(r"size mismatch for \S+: \d+ != \d+", ("mismatch", "size", "for"), certainty=0.9),
    Signature(
        r"(?:sha256|SHA-?256|checksum|hash|digest|etag)\b.{0,40}\bmismatch\b",
        ("mismatch",),
        certainty=0.92,
        unless=(r"Driver/library|Version mismatch",),
    ),
    Signature(
        r"mismatch\b.{0,40}\b(?:sha256|checksum|digest)\b",
        ("mismatch",),
        certainty=0.9,
        unless=(r"Driver/library",),
    ),
    Signature(
        r"(?:sha256|SHA-?256|checksum|hash|digest)\b.{0,60}(?:does not|do not|did not|doesn.t) \bmatch\b",
        ("match",),
        certainty=0.92,
    ),
    Signature(
        r"(?:checksum|sha256|hash|digest) verification failed\b",
        ("verification", "failed"),
        certainty=0.9,
    ),
    Signature(
        r"(?:invalid|wrong|incorrect|bad) \bchecksum\b",
        ("checksum",),
        certainty=0.88,
        unless=(r"invalid digest format|AER|NVRM|TCP|UDP",),
    ),
    Signature(
        r"THESE PACKAGES DO NOT MATCH THE HASHES\b", ("packages", "hashes", "these"), certainty=0.95
    ),
    Signature(r"Hash Sum mismatch\b", ("mismatch", "hash", "sum"), certainty=0.88),
    Signature(
        r"Consistency check failed: file should be of size\b",
        ("consistency", "should", "check"),
        certainty=0.95,
    ),
    Signature(r"Consistency check failed\b", ("consistency", "check", "failed"), certainty=0.88),
    Signature(
        r"WARNING: \d+ computed checksums? did NOT match\b",
        ("computed", "warning", "match"),
        certainty=0.93,
    ),
    Signature(r"\.gguf: FAILED\b", ("gguf", "failed"), certainty=0.93),
    Signature(r"filesize mismatch\b|file size mismatch\b", ("mismatch", "size"), certainty=0.85),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.93,
            unless=(r"Installer integrity|wheel|GPG|signature|Consistency",),
        )
        for pattern, needs in (
            (r"\.gguf: (?:FEHLSCHLAG|ÉCHEC|FALLO|ОШИБКА|失败)", ("gguf",)),
            (r"WARNUNG: \d+ berechnete Pr.fsumme", ("berechnete", "warnung", "fsumme")),
            (r"\bmd5\b.{0,30}\bmismatch\b", ("mismatch", "md5")),
            (r"Checksum error detected\. file=", ("checksum", "detected", "error")),
            (
                r"(?:checksum|hash|integrity) (?:check|validation|verification) (?:has )?failed\b",
                ("failed",),
            ),
            (
                r"filesystem layer verification failed for digest sha256:",
                ("verification", "filesystem", "digest"),
            ),
            (r"Pr.fsummen? (?:stimmt|stimmen) nicht .berein", ("berein", "nicht", "pr")),
            (r"Expected sha256\b.{0,120}(?:got|actual|received)", ("expected", "sha256")),
        )
    ),
    Signature(
        r"\bsize mismatch: expected \d+(?: bytes)?, (?:got|found|received)",
        ("expected", "mismatch", "size"),
        certainty=0.88,
        unless=(r"copying a param|torch\.Size",),
    ),
    Signature(
        r"downloaded file (?:has (?:the )?wrong (?:size|hash)|failed verification)",
        ("downloaded", "file"),
        certainty=0.88,
        unless=(r"copying a param|torch\.Size",),
    ),
)
