"""Checks located data against a dataclass: its fields and types are the schema."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from ..model.errors import nearest
from .strict_yaml import Located, RecipeError

T = TypeVar("T")
_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


def build(kind: type[T], data: Located) -> T:
    """Make a `kind` of the data.

    Raises:
        RecipeError: a field is unknown, missing or of the wrong type; says which line and what is near.

    """
    return typing.cast("T", _dataclass(kind, data, kind.__name__))


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _dataclass(kind: Any, data: Located, path: str) -> Any:
    short = _shorthand(kind)
    if short and isinstance(data.value, str):
        data = Located({short: Located([data], data.line)}, data.line)
    if not isinstance(data.value, dict):
        raise RecipeError(data.line, f"{path} must have fields below it")
    hints = _hints(kind)
    for key, value in data.value.items():
        if key not in hints:
            raise RecipeError(value.line, f"`{key}` is not a field of {path}{_nearest(key, hints)}")
    given = {key: _value(hints[key], value, key) for key, value in data.value.items()}
    for spec in dataclasses.fields(kind):
        if _is_required(spec) and spec.name not in given:
            raise RecipeError(data.line, f"{path} lacks the field `{spec.name}`")
    return kind(**given)


def _is_required(spec: dataclasses.Field[Any]) -> bool:
    return spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING


def _shorthand(kind: Any) -> str | None:
    """The field of a list of texts for which a single text may stand alone, instead of all fields."""
    marked = (spec.name for spec in dataclasses.fields(kind) if "shorthand" in spec.metadata)
    return next(marked, None)


def _nearest(key: str, known: typing.Iterable[str]) -> str:
    near = nearest(key, known)
    return f"; did you mean `{near}`?" if near else ""


def _value(hint: Any, data: Located, name: str) -> Any:
    if typing.get_origin(hint) is types.UnionType:
        if data.value is None:
            return None
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if typing.get_origin(hint) is tuple:
        if not isinstance(data.value, list):
            raise RecipeError(data.line, f"`{name}` must be a list")
        inner = typing.get_args(hint)[0]
        return tuple(_value(inner, item, name) for item in data.value)
    if typing.get_origin(hint) is Mapping:
        if not isinstance(data.value, dict):
            raise RecipeError(data.line, f"`{name}` must have names below it")
        inner = typing.get_args(hint)[1]
        return {key: _value(inner, item, key) for key, item in data.value.items()}
    if dataclasses.is_dataclass(hint):
        return _dataclass(hint, data, f"`{name}`")
    return _scalar(hint, data, name)


def _scalar(hint: type, data: Located, name: str) -> Any:
    value = data.value
    if typing.get_origin(hint) is typing.Literal:
        return _one_of(typing.get_args(hint), data, name)
    fits = type(value) is hint or (hint is float and type(value) is int)
    if not fits:
        raise RecipeError(data.line, f"`{name}` must be {_NAMES[hint]}, not {_shown(value)}")
    return value


def _one_of(known: tuple[str, ...], data: Located, name: str) -> str:
    if data.value not in known:
        listed = ", ".join(known)
        raise RecipeError(data.line, f"`{name}` must be one of {listed}, not {_shown(data.value)}")
    return str(data.value)


def _shown(value: object) -> str:
    """What stands there, in the words of whoever wrote it: YAML makes dates and truth of some texts."""
    if isinstance(value, str):
        return repr(value)
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "names with values"
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return f"the date {value}"
    return str(value)


def json_schema(kind: type) -> dict[str, Any]:
    """The JSON schema of a recipe, for editors."""
    fields = dataclasses.fields(kind)
    complete = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: _json_type(hint) for name, hint in _hints(kind).items()},
        "required": [one.name for one in fields if _is_required(one)],
    }
    return {"anyOf": [{"type": "string"}, complete]} if _shorthand(kind) else complete


def _json_type(hint: Any) -> dict[str, Any]:
    if typing.get_origin(hint) is types.UnionType:
        inner = next(p for p in typing.get_args(hint) if p is not type(None))
        return {"anyOf": [_json_type(inner), {"type": "null"}]}
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _json_type(typing.get_args(hint)[0])}
    if typing.get_origin(hint) is Mapping:
        return {"type": "object", "additionalProperties": _json_type(typing.get_args(hint)[1])}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return json_schema(hint)
    if typing.get_origin(hint) is typing.Literal:
        return {"enum": list(typing.get_args(hint))}
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[hint]}
