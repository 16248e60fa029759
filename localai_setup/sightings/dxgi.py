"""DXGI, Windows' own list of graphics adapters: who is there now, with all of its memory (64 bits)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..model.reading import Readings
from ..model.source import Call
from . import _words
from ._sighting import Listing, Sighting
from .windows_video import driver_version, is_intels_own

RANK = 43
ADAPTERS = Call("dxgi.adapters")
SOURCES = ()
FOLLOW_UP = {"windows": (ADAPTERS,)}
#: DXGI_ADAPTER_FLAG_REMOTE and DXGI_ADAPTER_FLAG_SOFTWARE: no card of this machine
NOT_HERE = 1 | 2
BYTES_IN_MIB = 1024**2


def see(readings: Readings) -> Iterator[Listing]:
    document = readings.document(ADAPTERS)
    if not isinstance(document, list):
        return
    adapters = [one for one in document if isinstance(one, dict)]
    # one card is listed again for each session or driver that shows it; its number stays
    by_luid = {one.get("luid"): one for one in reversed(adapters)}
    found = (_sighting(one) for one in reversed(by_luid.values()))
    yield Listing(ADAPTERS.key, tuple(one for one in found if one))


def _sighting(adapter: dict[str, Any]) -> Sighting | None:
    name = _words.value(str(adapter.get("name") or ""))
    identity = _words.pci_id(_count(adapter.get("vendor_id")), _count(adapter.get("device_id")))
    vendor = _words.vendor_of(identity) if identity else _words.vendor_in(name)
    if (
        vendor is None
        or _words.VIRTUAL.search(name or "")
        or _count(adapter.get("flags")) & NOT_HERE
    ):
        return None
    dedicated, shared = (_mib(adapter.get(f"{kind}_bytes")) for kind in ("dedicated", "shared"))
    return Sighting(
        vendor,
        name=name,
        memory_mib=shared if is_intels_own(identity, name) else dedicated,
        gtt_mib=shared if vendor == "amd" else None,
        driver=driver_version(str(adapter.get("driver") or ""), vendor),
        pci_id=identity,
        # the driver keeps a part of the card for itself, which the makers' own tools count
        weak=frozenset({"memory_mib"}),
    )


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _mib(value: Any) -> float | None:
    return _count(value) / BYTES_IN_MIB or None
