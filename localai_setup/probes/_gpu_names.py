"""What is published of a GPU by its product name: data/gpus.csv, exact names only, never its memory."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Product:
    """A row of data/gpus.csv. `target` is the compute capability or gfx target."""

    name: str
    vendor: str
    target: str | None
    bandwidth_gbps: float | None
    source: str


def normalised(name: str) -> str:
    """`NVIDIA GeForce RTX 4060 Ti` and `GeForce RTX 4060 Ti` are the same product."""
    plain = re.sub(r"\((r|tm|c)\)|[®™]", "", name.lower())
    plain = re.sub(r"\b(nvidia|amd|intel)\b", " ", plain)
    return " ".join(re.findall(r"[a-z0-9.+]+", plain.replace("-", " ")))


@cache
def _products() -> dict[str, Product | None]:
    """By normalised name, with and without the size that one name sells with; None: ambiguous."""
    text = resources.files("localai_setup").joinpath("data/gpus.csv").read_text(encoding="utf-8")
    found: dict[str, Product | None] = {}
    for row in csv.DictReader(text.splitlines()):
        speed = re.fullmatch(r"\d+(\.\d+)?", row["bandwidth_gbs"] or "")
        target, rate = row["cc_or_gfx"] or None, float(speed[0]) if speed else None
        product = Product(row["name"], row["vendor"], target, rate, row["source"])
        full = normalised(row["name"])
        found[full] = product
        short = re.sub(r" \d+ ?gb$", "", full)
        if short != full:
            other = found.get(short, product)
            found[short] = product if _alike(product, other) else None
    return found


def _alike(one: Product, other: Product | None) -> bool:
    return other is not None and (one.target, one.bandwidth_gbps) == (
        other.target,
        other.bandwidth_gbps,
    )


def product(name: str | None) -> Product | None:
    """The product of this name, or None: a name that is not in the list tells nothing."""
    return _products().get(normalised(name)) if name else None
