"""A settings file as a tree whose nodes know where they stand in the text.

JSON with comments and trailing commas, as editors allow it, is read as YAML's flow style once its
comments are blanked out; so one tree serves both formats.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import yaml

Format = Literal["json", "yaml"]


class UnreadableError(ValueError):
    """The text is not of its format, or has another shape than the settings that belong into it."""


def tree(text: str, form: Format) -> yaml.Node | None:
    """The root node; None where the text holds nothing but comments.

    Raises:
        UnreadableError: it is not of its format.

    """
    import yaml

    try:
        return yaml.compose(blanked(text) if form == "json" else text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableError(f"{where}{getattr(error, 'problem', None) or error}") from None
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None


def data(node: yaml.Node | None) -> Any:
    """What a node stands for, as plain data.

    Raises:
        UnreadableError: it has a tag of its program's own, holds itself, or is no data otherwise.

    """
    import yaml

    try:
        # of a copy: constructing writes the members of `<<` into the node, where they do not stand
        return None if node is None else yaml.SafeLoader("").construct_document(deepcopy(node))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableError(f"{where}{error.problem}") from None
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    except (yaml.YAMLError, ValueError, TypeError) as error:
        raise UnreadableError(str(error).splitlines()[0]) from None


def read(text: str, form: Format) -> Any:
    """The whole text as plain data. Raises UnreadableError as `tree`."""
    return data(tree(text, form))


def blanked(text: str) -> str:
    """JSON of the same length with blanks for its comments and for tabs between its values."""
    out, at = list(text), 0
    while at < len(text):
        if text[at] == '"':
            at = _string_end(text, at)
        elif text.startswith(("//", "/*"), at):
            end = _comment_end(text, at)
            out[at:end] = ["\n" if sign == "\n" else " " for sign in text[at:end]]
            at = end
        else:
            out[at] = " " if text[at] in "\t\ufeff" else text[at]
            at += 1
    return "".join(out)


def _string_end(text: str, at: int) -> int:
    at += 1
    while at < len(text) and text[at] not in '"\n':
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _comment_end(text: str, at: int) -> int:
    closing = "\n" if text[at + 1] == "/" else "*/"
    found = text.find(closing, at + 2)
    return len(text) if found < 0 else found + (0 if closing == "\n" else 2)


def members(node: yaml.Node) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    """Key → the nodes of key and value, in their order; nothing for what is no mapping."""
    import yaml

    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return {str(key.value): (key, value) for key, value in pairs}


def check_own_members(node: yaml.Node, keys: Collection[str]) -> None:
    """Raises UnreadableError where one of the keys has its value from elsewhere in the text (`*name`,
    `<<`): changed there, it would change for all that use it.
    """
    there, known = data(node), members(node)
    for key in keys:
        value = known[key][1] if key in known else None
        inherited = value is None and isinstance(there, dict) and key in there
        is_alias = value is not None and value.start_mark.index < known[key][0].start_mark.index
        if inherited or is_alias:
            line = (known[key][0] if key in known else node).start_mark.line + 1
            raise UnreadableError(f"line {line}: `{key}` is shared by an anchor (`&`, `*`, `<<`)")


def items(node: yaml.Node) -> list[yaml.Node]:
    """The items of a list; nothing for what is none."""
    import yaml

    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def children(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """The first and the last node of each member or item.

    Raises:
        UnreadableError: between brackets stands a name (`*x`), whose node lies where it was defined.

    """
    found = [*members(node).values(), *((one, one) for one in items(node))]
    if is_flow(node) and any(_is_elsewhere(one, node) for pair in found for one in pair):
        raise UnreadableError(f"line {node.start_mark.line + 1}: a name (`*x`) stands there")
    yield from found


def _is_elsewhere(one: yaml.Node, node: yaml.Node) -> bool:
    """Whether a node within another one is a name for what stands somewhere else in the text."""
    start, end = node.start_mark.index, node.end_mark.index
    return not start <= one.start_mark.index <= one.end_mark.index <= end


def is_flow(node: yaml.Node) -> bool:
    """Whether it is written with brackets."""
    return bool(getattr(node, "flow_style", False))


def content_end(text: str, node: yaml.Node) -> int:
    """Where a node's own text ends; YAML's marks stand after the blank lines that follow a block."""
    parts = list(children(node))
    if parts and not is_flow(node):
        first, last = parts[-1]
        if not _is_elsewhere(last, node):
            return content_end(text, last)
        if first is last:
            raise UnreadableError("its last item is a name (`*x`)")
        return len(text[: line_end(text, first.end_mark.index)].rstrip())
    end: int = node.end_mark.index
    return len(text[:end].rstrip()) if end > node.start_mark.index else end


def line_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the line with this place ends, before its line break."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def indentation(text: str, at: int) -> str:
    """The blanks that the line with this place begins with."""
    line = text[line_start(text, at) : line_end(text, at)]
    return line[: len(line) - len(line.lstrip(" \t\ufeff"))]
