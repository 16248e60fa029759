"""One file = one format in which a machine tells of its GPUs: its SOURCES and `see(readings)`.

A module's RANK orders the formats: where two tell the same field, the lower rank is believed.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def formats() -> tuple[ModuleType, ...]:
    """Every format, the most trusted first. Files that start with an underscore are parts."""
    names = [m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")]
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(found, key=lambda module: (module.RANK, module.__name__)))
