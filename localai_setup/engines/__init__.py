"""One file = one engine: what it needs, why it refuses, the steps that set it up.

The files of this folder are the list: an engine is known by its `ID` once its file lies here.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ._engine import Engine


@cache
def known() -> Mapping[str, Engine]:
    """Id → engine, in the order of their `PLACE`; read when somebody first asks."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name[0] != "_")
    found = [cast("Engine", importlib.import_module(f"{__name__}.{name}")) for name in names]
    ranked = sorted(found, key=lambda one: (one.PLACE, one.ID))
    return MappingProxyType({one.ID: one for one in ranked})


def get(engine: str) -> Engine:
    """The engine of this id.

    Raises:
        KeyError: this version has none of that name.

    """
    return known()[engine]


def kind_of(engine: str, build: str) -> str:
    """The id of a build of this engine without its version: the machines that it is for."""
    version = get(engine).BUILD_VERSION.match(build)
    return build[version.end() :] if version else build


def runner() -> str:
    """As `_runner_settings.program`."""
    from . import _runner_settings

    return _runner_settings.program()
