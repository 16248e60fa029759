"""Finds the modules of a folder: the file is the registration, its name in kebab-case the id."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType, ModuleType


@cache
def modules(package: str) -> Mapping[str, ModuleType]:
    """Id → module for every module below `localai_setup.<package>`, folders included, by id.

    Modules whose name starts with an underscore are parts, not members.
    """
    root = importlib.import_module(f"localai_setup.{package}")
    found = {}
    for info in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        name = info.name.rpartition(".")[2]
        if not info.ispkg and not name.startswith("_"):
            found[name.replace("_", "-")] = importlib.import_module(info.name)
    return MappingProxyType(dict(sorted(found.items())))


def module(package: str, name: str) -> ModuleType | None:
    """The one of that id, found without importing its neighbours; None where there is none."""
    if not re.fullmatch("[a-z][a-z0-9-]*", name):
        return None
    path = f"localai_setup.{package}.{name.replace('-', '_')}"
    return importlib.import_module(path) if importlib.util.find_spec(path) else None


@cache
def parameter_types(function: Callable[..., object]) -> tuple[type, ...]:
    """The type of a parameter is the dependency."""
    hints = typing.get_type_hints(function)
    return tuple(hints[name] for name in inspect.signature(function).parameters)
