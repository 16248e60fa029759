"""How fast a GPU reads its memory: published for its product, else a low estimate of its kind."""

from __future__ import annotations

from collections.abc import Iterable

from ._gpu_names import Product, candidates, is_cut, names, products

#: Two channels of DDR4-2400: what a processor with graphics has at the least.
SHARED_GBPS = 38.4
#: Two channels of the fastest memory that computers with graphics in their processor hold (LPDDR5X-8533 is 137).
WIDEST_MODULES_GBPS = 150.0
#: How many times as slow, and as fast, as an estimate a chip's memory may be: where it is known; of a card of
#: which only the kind is (four in five are at most so much faster than the slowest, `data/gpus.csv`); of a
#: processor's graphics (they wrote 1.1 to 2.3 times as slowly as predicted where one module is in the computer
#: or little power left, six rows of `tests/measured/`; soldered memory is faster than modules).
CERTAIN, KIND_STRAYS, MODULES_STRAYS = (1.0, 1.0), (1.0, 1.7), (1.6, 1.4)


def bandwidth(
    vendor: str,
    name: str | None,
    *,
    target: str | None = None,
    memory_mib: float | None = None,
    dedicated: bool | None = None,
    cores: int | None = None,
) -> tuple[float | None, bool]:
    """GB/s, and whether that is an estimate; (None, False) where nothing of it is known.

    `target` is the compute capability or gfx target. An estimate is the lowest of what it can be.
    """
    found = candidates(name, vendor, memory_mib, cores)
    rates = {one.bandwidth_gbps for one in found if one.bandwidth_gbps}
    if rates:
        surely = len(rates) == 1 and len(names(name or "")) == 1 and "Max-Q" not in (name or "")
        surely = surely and not is_cut(name)
        surely = surely and all(
            one.fits(memory_mib) and not one.unverified and _fixed(one) for one in found
        )
        return min(rates), not surely
    guess = _jetson(name) if vendor == "nvidia" and not dedicated else None
    guess = guess or _of_its_kind(vendor, target, memory_mib, dedicated)
    return guess, guess is not None


def bandwidth_strays(
    vendor: str,
    name: str | None,
    *,
    memory_mib: float | None = None,
    dedicated: bool | None = None,
    cores: int | None = None,
) -> tuple[float, float]:
    """How many times as slow, and as fast, as an estimate of `bandwidth` the memory may be."""
    found = candidates(name, vendor, memory_mib, cores)
    rates = [one.bandwidth_gbps for one in found if one.bandwidth_gbps]
    if not rates:
        return MODULES_STRAYS if dedicated is False else KIND_STRAYS
    return (1.0, max(rates) / min(rates)) if all(map(_fixed, found)) else MODULES_STRAYS


def _fixed(product: Product) -> bool:
    """Processors of AMD and Intel use whatever memory their board has; wide memory is always soldered."""
    if product.dedicated or product.vendor not in {"amd", "intel"}:
        return True
    return (product.bandwidth_gbps or 0.0) > WIDEST_MODULES_GBPS


def _of_its_kind(
    vendor: str, target: str | None, memory_mib: float | None, dedicated: bool | None
) -> float | None:
    if dedicated is None:
        return None
    kind = [p for _, p in products() if p.vendor == vendor and p.dedicated is dedicated]
    alike = [p for p in kind if target and p.target == target]
    sized = [p for p in alike or kind if memory_mib and dedicated and p.fits(memory_mib)]
    known = _lowest(sized) or _lowest(alike)
    return known if dedicated else known or SHARED_GBPS


def _jetson(name: str | None) -> float | None:
    """Its driver names the chip (`Orin`), not the board."""
    words = {word for one in names(name or "") for word in one.words}
    return _lowest(p for row, p in products() if words & row.words and "jetson" in row.words)


def _lowest(found: Iterable[Product]) -> float | None:
    return min((p.bandwidth_gbps for p in found if p.bandwidth_gbps), default=None)
