"""Names of instruction sets, in the spelling of Linux, and the x86-64 levels they make up."""

from __future__ import annotations

import re
from collections.abc import Collection

#: x86-64 psABI: what each level adds, as /proc/cpuinfo spells it (abm is LZCNT, pni is SSE3)
LEVELS: dict[str, frozenset[str]] = {
    "x86-64-v2": frozenset({"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"}),
    "x86-64-v3": frozenset({"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"}),
    "x86-64-v4": frozenset({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}),
}
#: other systems' names → Linux's
APPLE_X86 = {
    "avx1.0": "avx",
    "sse3": "pni",
    "sse4.1": "sse4_1",
    "sse4.2": "sse4_2",
    "lahf": "lahf_lm",
    "lzcnt": "abm",
    "avx512f": "avx512f",
}
APPLE_ARM = {
    "neon": "asimd",
    "advsimd": "asimd",
    "advsimd_hpfpcvt": "asimdhp",
    "armv8_crc32": "crc32",
    "feat_crc32": "crc32",
    "feat_dotprod": "asimddp",
    "feat_fp16": "asimdhp",
    "neon_fp16": "asimdhp",
    "feat_i8mm": "i8mm",
    "feat_bf16": "bf16",
    "feat_sme": "sme",
    "feat_sme2": "sme2",
    "feat_lse": "atomics",
    "feat_sha1": "sha1",
    "feat_sha256": "sha2",
    "feat_sha512": "sha512",
    "feat_sha3": "sha3",
    "feat_aes": "aes",
    "feat_pmull": "pmull",
    "feat_fhm": "asimdfhm",
    "feat_rdm": "asimdrdm",
    "feat_fcma": "fcma",
    "feat_jscvt": "jscvt",
    "feat_lrcpc": "lrcpc",
}


#: letters, digits and `_`, as every kernel and macOS spell them; anything else is damage
NAME = re.compile(r"[a-z0-9][a-z0-9_.]{0,31}")


def named(words: str) -> frozenset[str]:
    """The features among the words of a text, in small letters."""
    return frozenset(word for word in words.lower().split() if NAME.fullmatch(word))


def level(features: Collection[str]) -> str | None:
    """The highest x86-64 level whose sets are all there."""
    found, have = "x86-64-v1", set(features)
    if "lm" not in have and not have & {"sse2", "avx"}:
        return None
    for name, needed in LEVELS.items():
        if not needed <= have:
            break
        found = name
    return found
