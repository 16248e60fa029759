"""A file of examples read: JSON lines, a JSON list, or a table exported from a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

from . import encodings, forms, wrong_files
from .examples import Data, Example, Fault, Kind, Turn, Weight

#: A cell or a line longer than this is no example but a wrong file.
MAX_FIELD_CHARS = 1 << 20
#: What stands between the cells of a table.
SEPARATORS = ",;\t|"
#: The columns of a table without headings.
UNNAMED = ["question", "answer"]
NOTHING = "nothing that can be read"
_FILLER = re.compile(r"[\s,]*")


@dataclass(frozen=True)
class _Row:
    """A record, or why there is none, and the line where it begins."""

    line: int
    record: object = None
    fault: str = ""


def read(content: bytes) -> Data:
    """The examples of a file, and a fault with a line number for each record that is none.

    Never raises: what cannot be read is a fault.
    """
    other = wrong_files.kind_of(content)
    if other:
        fault = Fault(Kind.UNREADABLE, other, 1, Weight.LEFT_OUT)
        return Data(NOTHING, (), (fault,))
    decoded = encodings.decode(content)
    name, rows = _rows(decoded.text)
    examples, faults = [], _encoding(decoded)
    seen: Counter[str] = Counter()
    for row in rows:
        found = _example(row)
        if isinstance(found, Fault):
            faults.append(found)
            continue
        form, example = found
        seen[form] += 1
        examples.append(example)
    if not examples and not any(one.line for one in faults):
        faults.append(Fault(Kind.EMPTY, "there is no example in the file", 1, Weight.LEFT_OUT))
    shape = seen.most_common(1)[0][0] if seen else NOTHING
    return Data(f"{shape}, {name}" if name else shape, tuple(examples), tuple(faults))


def _encoding(decoded: encodings.Decoded) -> list[Fault]:
    if "\ufffd" in decoded.text:
        return [Fault(Kind.ENCODING, "some letters cannot be read; save the file as UTF-8")]
    if decoded.encoding == encodings.FALLBACK:
        words = "the file is not UTF-8 and was read as a Western Windows file (cp1252): look whether accents are right"
        return [Fault(Kind.ENCODING, words)]
    return []


def _rows(text: str) -> tuple[str, Iterator[_Row]]:
    """The form's name, and its records one by one."""
    start = text.lstrip()[:1]
    if start == "[":
        return "a JSON list", _json_items(text, text.index("[") + 1, "]")
    if start == "{":
        found = _loaded(text)
        name = _list_in(found) if isinstance(found, dict) else None
        if name:
            first = text.index("[", text.index(json.dumps(name))) + 1
            return "a JSON object", _json_items(text, first, "]")
        if isinstance(found, dict):
            return "JSON", iter([_Row(1, found)])
        if _is_spread(text):
            return "JSON", _json_items(text, text.index("{"))
        return "JSON lines", _json_lines(text)
    return ("", iter(())) if not start else ("a table", _table(text))


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


def _json_lines(text: str) -> Iterator[_Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if len(line) > MAX_FIELD_CHARS:
            yield _Row(number, fault="the line is longer than a million characters")
            continue
        try:
            yield _Row(number, json.loads(line))
        except ValueError as error:
            yield _Row(number, fault=f"not JSON: {_reason(error)}")
        except RecursionError:
            yield _Row(number, fault="nested too deeply")


def _reason(error: ValueError) -> str:
    """What the parser says and where in the line."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at character {error.colno}"
    return str(error)[:100]


def _json_items(text: str, start: int, closed_by: str = "") -> Iterator[_Row]:
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
            yield _Row(line, fault="nested too deeply; nothing behind it can be read")
            return
        except json.JSONDecodeError as error:
            yield _Row(
                error.lineno, fault=f"not JSON: {_reason(error)}; nothing behind it can be read"
            )
            return
        yield _Row(line, item)
        at = _skip(text, end)
    if closed_by and at >= len(text):
        last = line + text.count("\n", counted, at)
        yield _Row(last, fault="the list is not closed: the file ends in its middle")


def _skip(text: str, at: int) -> int:
    """Past blanks and commas."""
    return _FILLER.match(text, at).end()  # type: ignore[union-attr]


def _table(text: str) -> Iterator[_Row]:
    """Rows under their headings. A first row without known headings is taken as an example itself."""
    csv.field_size_limit(MAX_FIELD_CHARS)
    # Python before 3.11 refuses zero bytes, which a crash leaves
    rows = io.StringIO(text.replace("\0", " "), newline="")
    reader = csv.reader(rows, delimiter=_separator(text))
    headings: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if headings is None:
                headings, is_heading = _headings(cells)
                if is_heading:
                    continue
            yield _record(begins, headings, cells)
    except csv.Error as error:
        yield _Row(line, fault=f"not a table: {error}")


def _headings(cells: list[str]) -> tuple[list[str], bool]:
    """The names of the columns, and whether this row names them."""
    names = [cell.strip().lstrip("\ufeff") for cell in cells]
    if forms.form_of(dict.fromkeys(names, "")) or len(cells) != len(UNNAMED):
        return names, True
    return UNNAMED, False


def _record(line: int, headings: list[str], cells: list[str]) -> _Row:
    if len(cells) > len(headings):
        columns = "1 heading" if len(headings) == 1 else f"{len(headings)} headings"
        more = f"{len(cells)} cells under {columns}"
        return _Row(line, fault=f"{more}; a text with the separator in it needs quotation marks")
    return _Row(line, dict(zip_longest(headings, cells, fillvalue="")))


def _separator(text: str) -> str:
    """The one that stands most often in the first line, outside quotation marks."""
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    outside = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=outside.count)


def _example(row: _Row) -> tuple[str, Example] | Fault:
    """A record as an example, or what is wrong with it."""
    if row.fault:
        return Fault(Kind.UNREADABLE, row.fault, row.line, Weight.LEFT_OUT)
    if not isinstance(row.record, dict):
        return Fault(
            Kind.UNKNOWN_FORM, "not an object with named fields", row.line, Weight.LEFT_OUT
        )
    form = forms.form_of(row.record)
    if form is None:
        names = ", ".join(f"`{key}`" for key in list(row.record)[:6]) or "no field"
        words = f"no question and answer can be told from {names}"
        return Fault(Kind.UNKNOWN_FORM, words, row.line, Weight.LEFT_OUT)
    try:
        turns = form.turns(row.record)
    except forms.FormError as error:
        return Fault(error.kind, str(error), row.line, Weight.LEFT_OUT)
    # as `localai chat` takes what is typed: blanks around it would be learned, and never asked
    trimmed = tuple(Turn(one.role, one.text.strip()) for one in turns)
    return form.name, Example(row.line, trimmed)
