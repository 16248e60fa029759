"""Our settings put into a program's settings file: its other keys, comments and layout stay."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .tree import (
    Format,
    UnreadableError,
    blanked,
    check_own_members,
    children,
    content_end,
    data,
    indentation,
    is_flow,
    line_end,
    members,
    read,
    tree,
)

if TYPE_CHECKING:
    import yaml

#: members with their keys, or items with None
Fresh = Sequence[tuple[str | None, Any]]
#: lines of YAML are never folded
_NO_FOLDING = 1 << 20


@dataclass(frozen=True)
class Edit:
    """`text` in place of what stands from `start` to `end`."""

    start: int
    end: int
    text: str


def merged(text: str, settings: str, form: Format, defaults: Collection[str] = ()) -> str:
    """The file's text with the settings in it; a key that is there already gets our value, one of
    `defaults` keeps its own.

    Raises:
        UnreadableError: the file is not of its format, or has a list where a mapping belongs.

    """
    try:
        return _merged(text, settings, form, defaults)
    except RecursionError:
        raise UnreadableError("it holds itself") from None


def _merged(text: str, settings: str, form: Format, defaults: Collection[str]) -> str:
    root, ours = tree(text, form), read(settings, form)
    if root is None:
        before = text.rstrip()
        return (f"{before}\n" if before else "") + settings.rstrip() + "\n"
    ours = _without_known(ours, set(members(root)) & set(defaults))
    newline = "\r\n" if "\r\n" in text else "\n"
    edits = sorted(_Merge(text, form).edits(root, ours), key=lambda one: one.start)
    done = text
    for edit in reversed(edits):
        fresh = edit.text.replace("\r\n", "\n").replace("\n", newline)
        done = done[: edit.start] + fresh + done[edit.end :]
    read(done, form)
    return done


def _without_known(ours: Any, known: Collection[str]) -> Any:
    if not isinstance(ours, dict):
        return ours
    return {key: value for key, value in ours.items() if key not in known}


@dataclass(frozen=True)
class _Merge:
    text: str
    form: Format

    def edits(self, node: yaml.Node, ours: Any) -> list[Edit]:
        """What makes a node hold our data too."""
        there = data(node)
        if there == ours:
            return []
        if isinstance(ours, dict) and isinstance(there, dict):
            return self._mapping(node, ours)
        if isinstance(ours, list) and isinstance(there, list):
            fresh = [one for one in ours if one not in there]
            return [self._append(node, [(None, one) for one in fresh])] if fresh else []
        if there is not None and isinstance(ours, (dict, list)):
            kind = "a list" if isinstance(ours, list) else "a mapping"
            raise UnreadableError(f"line {node.start_mark.line + 1}: {kind} belongs there")
        return [self._replace(node, ours)]

    def _mapping(self, node: yaml.Node, ours: dict[str, Any]) -> list[Edit]:
        known = members(node)
        check_own_members(node, ours)
        found = [edit for key, value in ours.items() if key in known
                 for edit in self.edits(known[key][1], value)]  # fmt: skip
        fresh = [(key, value) for key, value in ours.items() if key not in known]
        return [*found, self._append(node, fresh)] if fresh else found

    def _replace(self, node: yaml.Node, value: Any) -> Edit:
        start, end = node.start_mark.index, content_end(self.text, node)
        if self.form == "yaml" and isinstance(value, (dict, list)):
            inner = indentation(self.text, start) + "  "
            return Edit(start, end, f"\n{_indented(_yaml(value), inner)}")
        words = _yaml(value) if self.form == "yaml" else self._json(value, None)
        return Edit(start, end, f" {words}" if start == end else words)

    def _append(self, node: yaml.Node, fresh: Fresh) -> Edit:
        return self._flow(node, fresh) if is_flow(node) else self._block(node, fresh)

    def _block(self, node: yaml.Node, fresh: Fresh) -> Edit:
        column = " " * node.start_mark.column
        lines = [_yaml([value] if key is None else {key: value}) for key, value in fresh]
        end = line_end(self.text, content_end(self.text, node))
        if self.text[end - 1 : end] == "\r":
            end -= 1
        return Edit(end, end, "\n" + _indented("\n".join(lines), column))

    def _flow(self, node: yaml.Node, fresh: Fresh) -> Edit:
        """Between the last member with its comments and the closing bracket."""
        start, close = node.start_mark.index, node.end_mark.index - 1
        parts = list(children(node))
        last = parts[-1][1].end_mark.index if parts else start + 1
        between = self.text[last:close]
        has_comma = "," in blanked(between)
        lead = "" if has_comma or not parts else ","
        own_lines = not parts or "\n" in self.text[start:close]
        inner = self._inner(parts, start)
        words = [self._member(key, value, inner if own_lines else None) for key, value in fresh]
        if not own_lines:
            return Edit(last, close, f"{lead}{between.rstrip()} {', '.join(words)}")
        tail = "\n" + indentation(self.text, close if "\n" in between else start)
        listed = f",\n{inner}".join(words) + ("," if has_comma else "")
        return Edit(last, close, f"{lead}{between.rstrip()}\n{inner}{listed}{tail}")

    def _inner(self, parts: list[tuple[yaml.Node, yaml.Node]], start: int) -> str:
        if parts and "\n" in self.text[start : parts[0][0].start_mark.index]:
            return indentation(self.text, parts[0][0].start_mark.index)
        return indentation(self.text, start) + self._unit()

    def _unit(self) -> str:
        lines = [line for line in self.text.splitlines() if line.strip() and line[0] in " \t"]
        blanks = lines[0][: len(lines[0]) - len(lines[0].lstrip())] if lines else "  "
        return "\t" if blanks[0] == "\t" else blanks[:4]

    def _member(self, key: str | None, value: Any, inner: str | None) -> str:
        words = self._json(value, inner)
        return words if key is None else f"{json.dumps(key, ensure_ascii=False)}: {words}"

    def _json(self, value: Any, indent: str | None) -> str:
        """On lines of its own below `indent`, or on one line; JSON is YAML too."""
        unit = None if indent is None or self.form == "yaml" else self._unit()
        return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", f"\n{indent}")


def _yaml(value: Any) -> str:
    import yaml

    text = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=_NO_FOLDING)
    return text.rstrip("\n").removesuffix("\n...")  # a scalar alone ends a document


def _indented(text: str, blanks: str) -> str:
    return "\n".join(blanks + line for line in text.splitlines())
