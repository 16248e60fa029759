"""docs/reference/schemas/localai.facts-1.json: what `detect --json` prints. The types of the facts are the source."""

from __future__ import annotations

import dataclasses
import inspect
import json
import types
import typing
from collections.abc import Mapping

from localai_setup import survey
from localai_setup.model.facts import Facts
from localai_setup.model.shown import Shown, itself

NAME = "localai.facts/1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCALARS = {str: "string", int: "number", float: "number", bool: "boolean"}
Schema = dict[str, object]


def pages() -> dict[str, str]:
    parts = {part.name: _part(part) for part in survey.shown()}
    unknown = _shape(typing.get_type_hints(Facts.unknown)["return"])
    complete = {
        "$schema": DIALECT,
        "title": NAME,
        "description": "What `detect` prints: this machine. Null is not known; parts and fields may be added.",
        **_object({"schema": {"const": NAME}, **parts, "unknown": unknown}),
    }
    path = f"reference/schemas/{NAME.replace('/', '-')}.json"
    return {path: json.dumps(complete, indent=1) + "\n"}


def _part(part: Shown[object]) -> Schema:
    hint = part.fact if part.value is itself else typing.get_type_hints(part.value)["return"]
    return _shape(hint, part.fields)


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _shape(hint: object, names: tuple[str, ...] = ()) -> Schema:
    """Everything that a value of this type may be; `names` are those of its fields that are shown.

    A set of words is a text here: more words may come, and a reader must not fail on them.
    """
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        shown = names or tuple(one.name for one in dataclasses.fields(hint))
        return _object({name: _shape(_hint(hint, name)) for name in shown})
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _or_null([_shape(one, names) for one in arguments if one is not types.NoneType])
    if origin is tuple:
        return {"type": "array", "items": _items(arguments, names)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _shape(arguments[1])}
    if origin is typing.Literal:
        return {"type": "string"}
    if isinstance(hint, type) and issubclass(hint, tuple):
        return {"type": "array"}
    return {"type": SCALARS[hint]} if hint is not object else {}


def _items(arguments: tuple[object, ...], names: tuple[str, ...]) -> Schema:
    """`tuple[str, ...]` and pairs: what any of its items may be."""
    kinds = [_shape(one, names) for one in dict.fromkeys(arguments) if one is not Ellipsis]
    return kinds[0] if len(kinds) == 1 else {} if {} in kinds else {"anyOf": kinds}


def _or_null(kinds: list[Schema]) -> Schema:
    if len(kinds) == 1 and "type" in kinds[0]:
        return {**kinds[0], "type": [kinds[0]["type"], "null"]}
    return {"anyOf": [*kinds, {"type": "null"}]}


def _hint(kind: type, name: str) -> object:
    """The type of a field, or of what a property returns."""
    attribute = inspect.getattr_static(kind, name, None)
    if isinstance(attribute, property):
        return typing.get_type_hints(attribute.fget)["return"]
    return typing.get_type_hints(kind)[name]
