"""How fast a GPU reads its memory: published for its product, else a low estimate of its kind."""

from __future__ import annotations

from collections.abc import Iterable

from ._gpu_names import Product, candidates, is_cut, names, products

#: Two channels of DDR4-2400: what a processor with graphics has at the least.
SHARED_GBPS = 38.4


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


def _fixed(product: Product) -> bool:
    """Processors of AMD and Intel use whatever memory their board has."""
    return product.dedicated or product.vendor not in {"amd", "intel"}


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
