"""How much longer a quantization takes to unpack than a plain one of as many bytes.

Kinds are told by `general.file_type`, llama.cpp's own numbers for what most of a file's tensors are.
"""

from __future__ import annotations

from typing import Literal

#: Values looked up in tables of 256 to 2048 entries (IQ1 to IQ3), in one of 16 (IQ4), two bits with two
#: scales (Q2), three bits in two parts (Q3), what needs no more than shifts, 16 or 32 bits that are not packed
#: at all, and a mixture whose experts are kept in BF16.
Packing = Literal[
    "tables", "small-tables", "two-bits", "three-bits", "plain", "unpacked", "raw-experts"
]

#: `general.file_type` by the name of the quantization, for files whose header nobody has read
FILE_TYPES = {
    "Q2_K": 10, "Q2_K_XL": 10, "Q3_K_S": 11, "Q3_K_M": 12, "Q3_K_L": 13, "Q3_K_XL": 13, "IQ2_XXS": 19,
    "IQ2_XS": 20, "IQ3_XS": 22, "IQ3_XXS": 23, "IQ1_S": 24, "IQ4_NL": 25, "IQ3_S": 26, "IQ3_M": 27,
    "IQ2_S": 28, "IQ2_M": 29, "IQ4_XS": 30, "IQ1_M": 31, "F32": 0, "F16": 1, "BF16": 32,
}  # fmt: skip
SMALL_TABLES, TWO_BITS, THREE_BITS = (
    frozenset({25, 30}),
    frozenset({10, 21}),
    frozenset({11, 12, 13}),
)
BF16 = 32
UNPACKED = frozenset({0, 1, BF16})
TABLES = frozenset(range(19, 32)) - {21} - SMALL_TABLES

#: Times as long as Q4_K for a byte, where the cores are what limits (AVX2, one core of a Zen 4 server; the
#: processor's own time for a token of a model of 0.9 billion values: Q4_K 20.1 ms, Q3_K 29.9, IQ3_XXS 63.7,
#: IQ3_S 73.5, IQ2_S 42.1, Q6_K 33.0; IQ4_XS is as fast as Q4_0 on a Ryzen 7950X, llama.cpp #5747)
CORE_TIMES: dict[Packing, float] = {
    "tables": 4.0, "small-tables": 1.0, "two-bits": 1.0, "three-bits": 1.8, "plain": 1.0, "unpacked": 1.0,
    "raw-experts": 1.0,
}  # fmt: skip


def packing(file_type: object) -> Packing:
    """Of what a header says; plain where it says nothing."""
    if file_type in TABLES:
        return "tables"
    if file_type in UNPACKED:
        return "unpacked"
    if file_type in SMALL_TABLES:
        return "small-tables"
    if file_type in TWO_BITS:
        return "two-bits"
    return "three-bits" if file_type in THREE_BITS else "plain"


def packing_of_mixture(file_type: object) -> Packing:
    """Of what the header of a model with experts says."""
    return "raw-experts" if file_type == BF16 else packing(file_type)


def file_type(quantization: str) -> int | None:
    """By the name that publishers give a file; None where it is plain or not known."""
    return FILE_TYPES.get(quantization.removeprefix("UD-"))
