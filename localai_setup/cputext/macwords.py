"""`system_profiler` speaks the language of its user: the words by which its lines are known."""

from __future__ import annotations

import re

COLON = r"[^\S\n]*[:\uff1a][^\S\n]*"
#: "Chipset Model"
CHIPSET = re.compile(
    r"^[^\S\n]*[^:\n]*(?:chips[ea]t|jeu de puces|conjunto de chips|\u0447\u0438\u043f\u0441\u0435\u0442"
    r"|\u30c1\u30c3\u30d7\u30bb\u30c3\u30c8|\u82af\u7247\u7ec4|\u6676\u7247\u7d44|\uce69\uc14b)[^:\n]*"
    + COLON,
    re.IGNORECASE | re.MULTILINE,
)
#: "Memory: 16 GB"
MEMORY = re.compile(
    r"^[^\S\n]*(?:memory|speicher|m[e\u00e9]moire|mem[o\u00f3]ria|geheugen|minne|pami\u0119\u0107"
    r"|\u043f\u0430\u043c\u044f\u0442\u044c|\u30e1\u30e2\u30ea|\u5185\u5b58|\u8a18\u61b6\u9ad4|\uba54\ubaa8\ub9ac)"
    + COLON
    + r"(?P<size>\d+(?:[.,]\d+)?\s?[MGT](?:B|o))",
    re.IGNORECASE | re.MULTILINE,
)
#: "Total Number of Cores: 8 (4 performance and 4 efficiency)": the words may be any, the sum may not
CORES = re.compile(
    r"^[^:\n]+" + COLON + r"(\d+)\s*[(\uff08](\d+)\D+?(\d+)?\D*[)\uff09][^\S\n]*$", re.MULTILINE
)
#: the same where all cores are alike
PLAIN_CORES = re.compile(
    r"^[^:\n]*(?:total number of cores|gesamtanzahl der kerne|nombre total de c\u0153urs"
    r"|(?:cantidad|n\u00famero) total de n\u00facleos|numero totale di (?:core|nuclei)"
    r"|totaal aantal (?:kernen|cores))" + COLON + r"(\d+)[^\S\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
CHIP = re.compile(r"^[^:\n]+" + COLON + r"(Apple [AM]\d[^\n]*?)[^\S\n]*$", re.MULTILINE)
INTEL = re.compile(
    r"^[^:\n]+" + COLON + r"((?:[^:\n]*-Core )?Intel (?:Core|Xeon)[^\n]*?)[^\S\n]*$", re.MULTILINE
)


def sections(text: str) -> list[str]:
    """The report in parts: each starts with a line that is not indented."""
    return re.split(r"^(?=\S[^:\uff1a\n]*[:\uff1a]\s*$)", text, flags=re.MULTILINE)


def hardware(text: str) -> str:
    """The report without its displays, whose chips have cores of their own."""
    return "".join(part for part in sections(text) if not CHIPSET.search(part))
