"""A file of examples read: JSON lines, a JSON list, or a table exported from a spreadsheet."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from . import encodings, forms, tables, wrong_files
from .examples import Data, Example, Fault, FormError, Kind, Turn, Weight
from .records import MAX_FIELD_CHARS, Record

#: Marks and remarks may stand above JSON lines: so many lines are looked at for an object.
LOOKED_AT = 5
NOTHING = "nothing that can be read"
UNREAD = "nothing behind it can be read"
#: So much of a field's name is shown: what stands there may be no name at all.
SHOWN_CHARS = 30
#: Of a list of JSON; notes begin with `[1]` or `[a link](…)`.
_JSON_LIST = re.compile(r"\s*\[\s*(?:[\[{\"\]]|-?\d[\d.]*\s*,|\Z)")
_FILLER = re.compile(r"[\s,]*")
#: Blanks, and characters without a width that web pages and word processors leave.
_EDGES = re.compile(r"\A[\s\u200b\u2060\ufeff]+|[\s\u200b\u2060\ufeff]+\Z")


def read(content: bytes) -> Data:
    """The examples of a file, and a fault with a line number for each record that is none.

    Never raises: what cannot be read is a fault.
    """
    other = wrong_files.kind_of(content)
    if other:
        fault = Fault(Kind.UNREADABLE, other, 1, Weight.LEFT_OUT)
        return Data(NOTHING, (), (fault,))
    decoded = encodings.decode(content)
    name, rows = _rows(_unix(decoded.text))
    seen: Counter[str] = Counter()
    found = _numbered(rows, seen)
    examples = [one for one in found if isinstance(one, Example)]
    faults = [*_encoding(decoded), *(one for one in found if isinstance(one, Fault))]
    if not examples and not any(one.weight is Weight.LEFT_OUT for one in faults):
        faults.append(Fault(Kind.EMPTY, "there is no example in the file", 1, Weight.LEFT_OUT))
    shape = seen.most_common(1)[0][0] if seen else NOTHING
    return Data(f"{shape}, {name}" if name else shape, tuple(examples), tuple(faults))


def _numbered(rows: Iterable[Record], seen: Counter[str]) -> list[Example | Fault]:
    """What each record is, and what is doubtful in it; with its number where several stand in one line.
    `seen` counts the forms.
    """
    found: list[tuple[int, Example | Fault]] = []
    lines, is_shared = set[int](), False
    for number, row in enumerate(rows, 1):
        found += ((number, one) for one in _of_row(row, seen))
        is_shared = is_shared or row.line in lines
        if not row.fault:  # its line is where the reading ended
            lines.add(row.line)
    return [replace(one, number=number) if is_shared else one for number, one in found]


def _of_row(row: Record, seen: Counter[str]) -> Iterator[Example | Fault]:
    if row.doubt:
        yield Fault(Kind.UNKNOWN_FORM, row.doubt, row.line)
    found = _example(row)
    if isinstance(found, Fault):
        yield found
        return
    form, example = found
    seen[form] += 1
    yield example


def _unix(text: str) -> str:
    """With the line ends of every system as one, and without the marks of files that were put together."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n\ufeff", "\n").lstrip("\ufeff")


def _encoding(decoded: encodings.Decoded) -> list[Fault]:
    lost = decoded.text.find("\ufffd")
    if lost >= 0:
        line = _unix(decoded.text[:lost]).count("\n") + 1
        words = "some letters cannot be read, here first; save the file as UTF-8"
        return [Fault(Kind.ENCODING, words, line)]
    if decoded.guessed_line:
        words = (
            "not UTF-8, here first; such lines were read as a Western Windows file (cp1252): "
            "look whether accents are right"
        )
        return [Fault(Kind.ENCODING, words, decoded.guessed_line)]
    return []


def _rows(text: str) -> tuple[str, Iterator[Record]]:
    """The form's name, and its records one by one."""
    start = text.lstrip()[:1]
    if _JSON_LIST.match(text):
        return "a JSON list", _json_items(text, text.index("[") + 1, "]")
    if start == "{":
        found = _loaded(text)
        name = _list_in(found) if isinstance(found, dict) else None
        if name:
            first = text.index("[", text.index(json.dumps(name))) + 1
            return "a JSON object", _json_items(text, first, "]")
        if isinstance(found, dict):
            return "JSON", iter([Record(1, found)])
        if _is_spread(text):
            return "JSON", _json_items(text, text.index("{"))
        return "JSON lines", _json_lines(text)
    if _has_lines(text):
        return "JSON lines", _json_lines(text)
    if not start:
        return "", iter(())
    if tables.is_plain_text(text):
        return "a text", iter([Record(1, fault=wrong_files.PLAIN_TEXT)])
    return "a table", tables.records(text)


def _has_lines(text: str) -> bool:
    """Whether objects follow on a first line that is none: a remark, or a mark of Markdown."""
    lines = text.lstrip().split("\n", LOOKED_AT)[:LOOKED_AT]
    return any(one.startswith("{") and isinstance(_loaded(one), dict) for one in lines)


def _list_in(found: Mapping[str, object]) -> str | None:
    """The name of the one list in an object that is no example itself: `data`, `examples`, `train`."""
    lists = [name for name, one in found.items() if isinstance(one, list) and name.isascii()]
    return lists[0] if len(lists) == 1 and not forms.form_of(found) else None


def _loaded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_spread(text: str) -> bool:
    """Whether the first object goes over several lines: more of them follow, each as a whole."""
    start = text.index("{")
    try:
        found, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and "\n" in text[start:end]


def _json_lines(text: str) -> Iterator[Record]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if len(line) > MAX_FIELD_CHARS:
            yield Record(number, fault="the line is longer than a million characters")
            continue
        try:
            # a list of which only the items were copied keeps its commas
            yield Record(number, json.loads(line.rstrip().removesuffix(",")))
        except ValueError as error:
            yield Record(number, fault=f"not JSON: {_reason(error)}")
        except RecursionError:
            yield Record(number, fault="nested too deeply")


def _reason(error: ValueError) -> str:
    """What the parser says and where in the line."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower().removesuffix(' at')} at character {error.colno}"
    return "a number in it is too long"


def _json_items(text: str, start: int, closed_by: str = "") -> Iterator[Record]:
    """The items from there on, to the mark that closes their list or to the end of the file, each with the
    line where it begins; what follows a broken one is not read.
    """
    decoder, counted, line = json.JSONDecoder(), 0, 1
    at = _skip(text, start)
    while text[at : at + 1] not in ("", closed_by):
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, end = decoder.raw_decode(text, at)
        except RecursionError:
            yield Record(line, fault=f"nested too deeply; {UNREAD}")
            return
        except json.JSONDecodeError as error:
            yield Record(error.lineno, fault=f"not JSON: {_reason(error)}; {UNREAD}")
            return
        except ValueError as error:
            yield Record(line, fault=f"not JSON: {_reason(error)}; {UNREAD}")
            return
        yield Record(line, item)
        at = _skip(text, end)
    if closed_by and at >= len(text):
        last = line + text.count("\n", counted, at)
        yield Record(last, fault="the list is not closed: the file ends in its middle")


def _skip(text: str, at: int) -> int:
    """Past blanks and commas."""
    return _FILLER.match(text, at).end()  # type: ignore[union-attr]


def _example(row: Record) -> tuple[str, Example] | Fault:
    """A record as an example, or what is wrong with it."""
    if row.fault:
        return Fault(Kind.UNREADABLE, row.fault, row.line, Weight.LEFT_OUT)
    if not isinstance(row.value, dict):
        return Fault(
            Kind.UNKNOWN_FORM, "not an object with named fields", row.line, Weight.LEFT_OUT
        )
    form = forms.form_of(row.value)
    if form is None:
        names = (
            ", ".join(f"`{str(key)[:SHOWN_CHARS]}`" for key in list(row.value)[:6]) or "no field"
        )
        words = f"no question and answer can be told from {names}"
        return Fault(Kind.UNKNOWN_FORM, words, row.line, Weight.LEFT_OUT)
    try:
        turns = form.turns(row.value)
    except FormError as error:
        return Fault(error.kind, str(error), row.line, Weight.LEFT_OUT)
    # as `localai chat` takes what is typed: blanks around it would be learned, and never asked
    trimmed = tuple(Turn(one.role, _EDGES.sub("", one.text)) for one in turns)
    return form.name, Example(row.line, trimmed)
