"""What is published of a GPU by its product name: data/gpus.csv. Its memory is never taken from there."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

#: The driver keeps a part of the memory for itself, and firmware counts in other units.
SAME_SIZE = (0.88, 1.06)
#: words that do not tell one product from another
PLAIN = re.compile(
    r"\b(nvidia|amd|ati|intel|corporation|graphics|gpu|generation|edition|workstation|server|with"
    r"|design|oam|shared|memory)\b"
)
#: how a board is built, and what that says where the list names the same chip twice
BUILDS = {"sxm": "sxm", "sxm2": "sxm", "sxm3": "sxm", "sxm4": "sxm", "sxm5": "sxm", "hbm3": "sxm",
          "pcie": "pcie", "nvl": "nvl"}  # fmt: skip


@dataclass(frozen=True)
class Product:
    """A row of data/gpus.csv. `target` is the compute capability or gfx target; sizes in GB."""

    name: str
    vendor: str
    target: str | None
    memory_gb: float | None
    bandwidth_gbps: float | None
    dedicated: bool
    cores: int | None
    unverified: bool

    def fits(self, memory_mib: float | None) -> bool:
        """Whether a card with this memory can be it; a chip that borrows memory always can."""
        if not (self.dedicated and self.memory_gb and memory_mib):
            return True
        low, high = SAME_SIZE
        return low <= memory_mib / (1024 * self.memory_gb) <= high


@dataclass(frozen=True)
class Name:
    """The words that tell products apart, the size printed with them, and how the board is built."""

    words: frozenset[str]
    size_gb: int | None
    builds: frozenset[str]


def names(text: str) -> list[Name]:
    """One name, or the several of pci.ids: `Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]`."""
    inside = re.search(r"\[([^\]]+)\]\s*$", text)
    plain = re.sub(r"\([^()]*\)|[®™]", " ", inside[1] if inside else text)
    parts = re.split(r"\s*/\s*", plain)
    lead = (re.match(r"\D*(?=\b\w*\d)", parts[0]) or [""])[0]
    full = [part if n == 0 or not re.match(r"\w*\d", part) else f"{lead}{part}"
            for n, part in enumerate(parts)]  # fmt: skip
    return [_name(part) for part in full if re.search(r"\d", part) or len(parts) == 1]


def _name(text: str) -> Name:
    plain = re.sub(r"max-q", "laptop", text.lower())
    size = re.search(r"\b(\d+) ?gb\b", plain)
    plain = PLAIN.sub(" ", re.sub(r"\b\d+ ?gb\b", " ", plain))
    words = re.findall(r"[a-z0-9.+]+", plain.replace("mobile", "laptop"))
    kept = (word for word in words if word not in BUILDS)
    return Name(
        frozenset(kept),
        int(size[1]) if size else None,
        frozenset(BUILDS[word] for word in words if word in BUILDS),
    )


@cache
def products() -> tuple[tuple[Name, Product], ...]:
    """Every row, under each of its names."""
    text = resources.files("localai_setup").joinpath("data/gpus.csv").read_text(encoding="utf-8")
    rows = [(row["name"], _product(row)) for row in csv.DictReader(text.splitlines())]
    return tuple((name, found) for printed, found in rows for name in names(printed))


def _product(row: dict[str, str]) -> Product:
    cores = re.search(r"\((\d+)-core GPU\)", row["name"])
    return Product(
        row["name"],
        row["vendor"],
        row["cc_or_gfx"] or None,
        _number(row["vram_gb"]),
        _number(row["bandwidth_gbs"]),
        row["memory"] == "dedicated",
        int(cores[1]) if cores else None,
        row["unverified"] == "true",
    )


def _number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"\d+(\.\d+)?", text) else None


def candidates(
    name: str | None, vendor: str, memory_mib: float | None = None, cores: int | None = None
) -> list[Product]:
    """The products that a card of this name can be; more than one where the name tells no more."""
    found = _beginning_with(name or "", vendor) if is_cut(name) else []
    for one in names(name or ""):
        rows = [
            (row, product)
            for row, product in products()
            if product.vendor == vendor and row.words == one.words and one.words
        ]
        sized = [p for row, p in rows if one.size_gb in {None, row.size_gb, p.memory_gb}]
        built = [p for row, p in rows if p in sized and one.builds and one.builds & row.builds]
        found += built or sized
    fitting = [p for p in found if p.fits(memory_mib) and cores in {None, p.cores}] or found
    return list(dict.fromkeys(fitting))


def is_cut(name: str | None) -> bool:
    """Older tools of drivers cut a long name: `NVIDIA GeForce RTX 2080 ...`."""
    return (name or "").rstrip().endswith("...")


def _beginning_with(name: str, vendor: str) -> list[Product]:
    start = PLAIN.sub("", name.lower().rstrip(" .")).strip()
    return [
        one for _, one in products() if one.vendor == vendor and one.name.lower().startswith(start)
    ]


def one_target(found: Iterable[Product]) -> str | None:
    """The compute capability or gfx target that all of them have."""
    targets = {product.target for product in found}
    return next(iter(targets)) if len(targets) == 1 else None
