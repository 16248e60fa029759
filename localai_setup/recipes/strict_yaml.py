"""YAML as plain data with line numbers: no anchors, no tags, no duplicate keys, bounded size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..model.sizes import size_words

if TYPE_CHECKING:
    import yaml

#: A recipe is a page of text; whatever is larger is not one.
MAX_RECIPE_BYTES = 256 * 1024
MAX_DEPTH = 12
#: what ends a line in YAML 1.1, as its marks count lines
_LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_COMMENT = re.compile(r"[ \t]+#")
_TEXT = "tag:yaml.org,2002:str"


class RecipeError(ValueError):
    """What is wrong with a recipe, and in which line (counted from 1; 0 is the whole file)."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.line, self.what = line, what


@dataclass(frozen=True)
class Located:
    """A value (mapping of str to Located, list of Located, or scalar) and the line where it begins."""

    value: Any
    line: int


def parse(text: str) -> Located:
    """Read one YAML document of mappings, lists and scalars.

    Raises:
        RecipeError: it is not YAML, too large, too deep, or uses more of YAML than data needs.

    """
    import yaml

    if len(text.encode("utf-8", "replace")) > MAX_RECIPE_BYTES:
        raise RecipeError(0, f"larger than {size_words(MAX_RECIPE_BYTES)}")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            _refuse_anchor(event)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                # before the nodes are made: libyaml's reader recurses in C and would kill Python
                raise RecipeError(_line(event), "nested too deeply")
        node = yaml.compose(text, Loader=loader)
        if node is None:
            raise RecipeError(1, "the file is empty")
        return _located(node, _Source(loader(""), _LINE_END.split(text.removeprefix("\ufeff"))), 0)
    except yaml.YAMLError as error:
        raise _not_yaml(error) from None
    except RecursionError:
        raise RecipeError(0, "nested too deeply") from None


@dataclass(frozen=True)
class _Source:
    """What makes values of nodes, and the lines that they stand in."""

    loader: Any
    lines: list[str]

    def after(self, node: yaml.Node) -> str:
        """The rest of the line that the node ends in."""
        return self.lines[node.end_mark.line][node.end_mark.column :]


def _refuse_anchor(event: yaml.Event) -> None:
    if getattr(event, "anchor", None):
        raise RecipeError(_line(event), "anchors and aliases are not allowed")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _located(node: yaml.Node, source: _Source, depth: int) -> Located:
    import yaml

    line = node.start_mark.line + 1
    if depth > MAX_DEPTH:
        raise RecipeError(line, "nested too deeply")
    if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.endswith(("python", "binary")):
        raise RecipeError(line, f"the tag {node.tag} is not allowed")
    if isinstance(node, yaml.MappingNode):
        return Located(_mapping(node, source, depth), line)
    if isinstance(node, yaml.SequenceNode):
        return Located([_located(item, source, depth + 1) for item in node.value], line)
    assert isinstance(node, yaml.ScalarNode)
    return Located(_scalar(node, source, line), line)


def _scalar(node: yaml.ScalarNode, source: _Source, line: int) -> Any:
    _refuse_cut(node, source)
    try:
        value = source.loader.construct_object(node)
    except ValueError as error:
        raise RecipeError(line, f"{node.value!r} cannot be read: {error}") from None
    if isinstance(value, str) and "\0" in value:
        # no file name holds one, and no program expects one
        raise RecipeError(line, "a text holds a NUL character")
    return value


def _refuse_cut(node: yaml.ScalarNode, source: _Source) -> None:
    """YAML takes ` #` in a text without quotes for a comment, and what follows would be lost."""
    if node.tag == _TEXT and not node.style and _COMMENT.match(source.after(node)):
        raise RecipeError(
            node.end_mark.line + 1,
            "a text without quotes ends before ` #`; put it in quotes, or the comment on a line of its own",
        )


def _mapping(node: yaml.MappingNode, source: _Source, depth: int) -> dict[str, Located]:
    found: dict[str, Located] = {}
    for key_node, value_node in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise RecipeError(line, "a key must be a word")
        if key in found:
            raise RecipeError(line, f"`{key}` stands here for the second time")
        found[key] = _located(value_node, source, depth + 1)
    return found


def _not_yaml(error: yaml.YAMLError) -> RecipeError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    hint = " (a tab? YAML is indented with blanks)" if "'\\t'" in str(problem) else ""
    return RecipeError(mark.line + 1 if mark else 0, f"not YAML: {problem}{hint}")
