"""No virus scanner has removed the engine's program.

Why: Scanners often mistake fresh programs of this kind for malware.
"""

from __future__ import annotations

import re

from ...model.finding import Evidence, Fix, Problem, Signature, Symptom, Where
from ...probes.logs import Logs

PROBLEM = Problem(
    title="A virus scanner has removed the engine's program by mistake.",
    seen="An installation or update disappears, the tray icon never shows, or the runner is missing.",
    why="Scanners often mistake fresh programs of this kind for malware.",
    fixes=(
        Fix(
            "Update the scanner (PowerShell as administrator) and install the program again.",
            (
                "Update-MpSignature",
                "winget install --id Ollama.Ollama --force",
            ),
            needs_root=True,
            proof='Get-AuthenticodeSignature "$env:LOCALAPPDATA\\Programs\\Ollama\\ollama.exe"',
            where=Where(systems=("windows",)),
        ),
        Fix(
            "If it is taken again and its signature is Valid, except its folder; Defender then no longer scans it.",
            (
                "Get-MpThreatDetection",
                'Add-MpPreference -ExclusionPath "$env:LOCALAPPDATA\\Programs\\Ollama"',
            ),
            needs_root=True,
            loses="The scanner no longer guards that folder.",
            proof='Get-AuthenticodeSignature "$env:LOCALAPPDATA\\Programs\\Ollama\\ollama.exe"',
            where=Where(systems=("windows",)),
        ),
    ),
    sources=(
        "https://github.com/ollama/ollama/issues/2519",
        "https://github.com/ollama/ollama/issues/4409",
        "https://github.com/ollama/ollama/issues/6342",
        "https://github.com/ollama/ollama/issues/2664",
        "https://github.com/ollama/ollama/issues/3168",
        "https://github.com/ollama/ollama/issues/6360",
        "https://github.com/ollama/ollama/issues/3745",
        "https://github.com/ollama/ollama/issues/4134",
        "https://github.com/ollama/ollama/issues/6142",
    ),
    likelihood=0.6,
    systems=("windows",),
    confused_with=("ollama-runner-files-missing",),
)

SIGNATURES = (
    *(
        Signature(
            rf"(?<!apple\.)\b{word}\b",
            (word,),
            certainty=0.95,
            also=(r"ollama|llama|lm ?studio|jan|gpt4all",),
        )
        for word in ("quarantined", "quarantine", "quarantaine")
    ),
    *(
        Signature(rf"\b{name}[:./]\S+", (word,), certainty=0.94)
        for name, word in (
            ("Gen:(?:Suspicious|Variant)", "gen"),
            ("HEUR:Trojan", "heur"),
            ("IDP", "idp"),
            ("PUA:Win32", "pua"),
            ("Exploit:W(?:in)?32", "exploit"),
            ("Behavior:Win32", "behavior"),
        )
    ),
    Signature(
        r"\bthreat.{0,20}(?:found|detected|blocked|removed)",
        ("threat",),
        certainty=0.9,
        also=(r"ollama|llama|lm ?studio|jan|gpt4all|defender",),
    ),
    *(
        Signature(rf"\b{kind}:(?:Win32|Win64|W32|Script)/\S+", (kind,), certainty=0.94)
        for kind in ("trojan", "behavior", "pua", "exploit", "ransom", "program")
    ),
    Signature(r"\bwacatac\b", ("wacatac",), certainty=0.94),
    Signature(
        r"Operation did not complete successfully because the file contains a virus|enthält einen Virus|contient un virus",
        ("virus",),
        certainty=0.93,
    ),
    *(
        Signature(pattern, needs, certainty=0.93)
        for pattern, needs in (
            (r"WinError 225\b", ("winerror", "225")),
            (r"\bos error 225\b", ("error", "225", "os")),
            (
                r"einen Virus oder m.glicherweise unerw.nschte Software",
                ("glicherweise", "software", "nschte"),
            ),
            (r"archivo contiene un virus\b", ("contiene", "archivo", "virus")),
            (r"\bWin64:Malware-gen\b", ("malware", "win64", "gen")),
            (r"\bWin32:Malware\w*", ("win32",)),
            (r"\bMal/Generic-\w", ("generic", "mal")),
            (r"\bWS\.Reputation\.1\b", ("reputation", "ws", "1")),
            (r"\bSONAR\.\w+", ("sonar",)),
            (r"\bATC4\.Detection\b", ("detection", "atc4")),
            (r"\bTrojan\.(?:Win(?:32|64)|GenericKD|Malware)\S*", ("trojan",)),
            (r"\bMalware\.AI\.\d+", ("malware", "ai")),
            (r"\bWin\.(?:Malware|Trojan)\.\S+ FOUND\b", ("found", "win")),
            (r"moved to the virus chest\b", ("chest", "moved", "virus")),
            (r"a variant of Win(?:32|64)/\S+", ("variant", "of", "a")),
        )
    ),
    Signature(
        r"\bVirus detected\b",
        ("detected", "virus"),
        certainty=0.92,
        also=(r"ollama|llama|lm ?studio|\bjan\b|gpt4all|koboldcpp|\.gguf|ggml",),
    ),
    Signature(
        r"Controlled folder access blocked\b",
        ("controlled", "blocked", "access"),
        certainty=0.92,
        also=(r"ollama|llama|lm ?studio|\bjan\b|gpt4all|koboldcpp|\.gguf|ggml",),
    ),
    *(
        Signature(
            pattern,
            needs,
            certainty=0.9,
            also=(r"ollama|llama|lm ?studio|\bjan\b|gpt4all|koboldcpp|\.gguf|ggml",),
        )
        for pattern, needs in (
            (r"\bFalcon\b.{0,60}\b(?:blocked|removed|deleted|mitigated|killed)\b", ("falcon",)),
            (
                r"\bSentinelOne\b.{0,60}\b(?:blocked|removed|deleted|mitigated|killed)\b",
                ("sentinelone",),
            ),
            (r"\bNorton\b.{0,60}\b(?:blocked|removed|deleted|mitigated|killed)\b", ("norton",)),
            (r"\bMcAfee\b.{0,60}\b(?:blocked|removed|deleted|mitigated|killed)\b", ("mcafee",)),
            (r"\bAvast\b.{0,60}\b(?:blocked|removed|deleted|mitigated|killed)\b", ("avast",)),
            (
                r"\bBitdefender\b.{0,60}\b(?:blocked|removed|deleted|mitigated|killed)\b",
                ("bitdefender",),
            ),
            (
                r"\bMalwarebytes\b.{0,60}\b(?:blocked|removed|deleted|mitigated|killed)\b",
                ("malwarebytes",),
            ),
        )
    ),
)


ENGINE = re.compile(r"\b(?:ollama|llama|lm[ -]?studio|koboldcpp|jan)\b", re.IGNORECASE)


def check(logs: Logs) -> Symptom | None:
    """Windows Defender's own list of what it took away."""
    for source, text in logs.texts.items():
        if "MpThreat" not in source:
            continue
        taken = next((line for line in text.splitlines() if ENGINE.search(line)), None)
        if taken:
            what = "Windows Defender lists a file of the engine among what it took away."
            return Symptom(what, (Evidence(source, taken.strip()[:300]),), 0.95)
    return None
