"""Plain data, as JSON has it, into dataclasses; their fields and types are the schema.

What is wrong with the data is a `DecodeError`. A type that is not understood here is a mistake of ours
and a `TypeError`, which nobody takes for damaged data.
"""

from __future__ import annotations

import contextlib
import dataclasses
import sys
import types
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

from . import quoted

T = TypeVar("T")
_SCALARS = (str, int, float, bool, types.NoneType)
_UNIONS = (typing.Union, types.UnionType)


class DecodeError(ValueError):
    """The data are not of the shape that was asked for; says which field."""


def decode(kind: type[T], data: object) -> T:
    """A dataclass of plain data; fields that `kind` does not have are left out.

    Raises:
        DecodeError: a field is missing or of another shape.

    """
    fields = {name: _value(hint, value, name) for name, hint, value in _present(kind, data)}
    return _made(kind, fields)


def decode_leniently(kind: type[T], data: object) -> T:
    """As `decode`, but a field of another shape gets its default.

    Raises:
        DecodeError: no fields at all, or a field without a default is missing or of another shape.

    """
    fields = {}
    for name, hint, value in _present(kind, data):
        with contextlib.suppress(DecodeError):
            fields[name] = _value(hint, value, name)
    return _made(kind, fields)


def _present(kind: type, data: object) -> list[tuple[str, Any, object]]:
    """Name, type and value of each field of `kind` that the data have."""
    if not isinstance(data, Mapping):
        raise DecodeError(f"{kind.__name__} must have fields")
    hints = _hints(typing.cast("typing.Hashable", kind))
    names = (field.name for field in dataclasses.fields(kind))
    return [(name, hints[name], data[name]) for name in names if name in data]


@lru_cache(maxsize=128)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _made(kind: type[T], fields: dict[str, Any]) -> T:
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        without = field.default is field.default_factory is dataclasses.MISSING
        if without and field.name not in fields:
            raise DecodeError(f"{kind.__name__} lacks the field `{field.name}`")
    return kind(**fields)


def _value(hint: Any, value: object, name: str) -> Any:
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint in (Any, object):
        return value
    if origin in _UNIONS:
        return _first_fit(parts, value, name)
    if origin is typing.Literal:
        return _require(value in parts, value, name)
    if origin is tuple:
        _require(isinstance(value, (list, tuple)), value, name)
        return tuple(_value(parts[0], one, name) for one in typing.cast("list[object]", value))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        _require(isinstance(value, Mapping), value, name)
        items = typing.cast("Mapping[str, object]", value).items()
        return {key: _value(parts[1], one, name) for key, one in items}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return decode(hint, value)
    return _scalar(hint, value, name)


def _first_fit(parts: tuple[Any, ...], value: object, name: str) -> Any:
    """The value as the first of these types that it fits."""
    if value is None and types.NoneType in parts:
        return None
    kinds = [part for part in parts if part is not types.NoneType]
    for kind in kinds[:-1]:
        with contextlib.suppress(DecodeError):
            return _value(kind, value, name)
    return _value(kinds[-1], value, name)


def _scalar(hint: Any, value: object, name: str) -> Any:
    """True and false are no numbers; a whole number fits where any number does."""
    if hint not in _SCALARS:
        raise TypeError(f"`{name}` has a type that nobody decodes: {hint}")
    if hint is float and type(value) is int:
        if abs(value) > sys.float_info.max:
            raise DecodeError(f"`{name}` cannot be a number of so many digits")
        return float(value)
    return _require(type(value) is hint, value, name)


def _require(fits: bool, value: object, name: str) -> Any:
    if not fits:
        raise DecodeError(f"`{name}` cannot be {quoted.as_json(value)}")
    return value
