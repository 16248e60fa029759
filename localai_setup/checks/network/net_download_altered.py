"""Downloaded model files are as published.

Why: The file was changed on the way, a part is empty, or disk or memory write wrongly.
"""

from __future__ import annotations

from ...model.finding import Fix, Problem, Signature

PROBLEM = Problem(
    title="A downloaded model file arrived damaged.",
    seen="The download reaches 100 %, the last test fails, and it begins again.",
    why="The file was changed on the way, a part is empty, or disk or memory write wrongly.",
    fixes=(
        Fix(
            "Remove the unfinished parts and download again without VPN, proxy or scanner.",
            (
                "sudo find /usr/share/ollama/.ollama/models/blobs -name '*-partial*' -delete",
                "ollama pull llama3.2:1b",
            ),
            needs_root=True,
            loses="Unfinished downloads are deleted.",
            proof="ollama list",
        ),
        Fix(
            "If the result differs each time, test disk and memory.",
            ("sudo smartctl -H /dev/sda",),
            needs_root=True,
            proof="sudo smartctl -H /dev/sda",
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
        r"digest mismatch, file must be downloaded again",
        (
            "digest",
            "mismatch",
            "file",
            "must",
            "be",
            "downloaded",
            "again",
        ),
        certainty=0.96,
    ),
    Signature(
        r"got sha256:e3b0c44298fc1c149afbf4c8996fb924\w*",
        (
            "got",
            "sha256",
        ),
        certainty=0.95,
    ),
    Signature(
        r"(?:sha256|SHA-?256|checksum|hash|digest).{0,40}(?:mismatch|does not match|do not match|verification failed)",
        ("mismatch",),
        certainty=0.9,
    ),
    Signature(
        r"(?:Consistency check failed|THESE PACKAGES DO NOT MATCH THE HASHES)",
        ("failed",),
        certainty=0.9,
    ),
    Signature(
        r"Consistency check failed: file should be of size",
        (
            "consistency",
            "check",
            "failed",
            "file",
            "should",
            "be",
            "of",
            "size",
        ),
        certainty=0.9,
    ),
    Signature(
        r"DO NOT MATCH THE HASHES",
        (
            "do",
            "not",
            "match",
            "the",
            "hashes",
        ),
        certainty=0.9,
    ),
)
