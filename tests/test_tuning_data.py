"""A person's examples: every shape is read, every fault is told with its line, nothing is a traceback."""

import csv
import io
import json
import os
import re
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from localai_setup.commands import _taught
from localai_setup.commands._options import Options
from localai_setup.commands.tune import TuneRequest, tune
from localai_setup.machine.asking.redact import without_secrets
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.tuning import checking, parting, personal, reading
from localai_setup.tuning.examples import Example, Turn, Weight
from localai_setup.ui import console, tunetext

from .test_schemas import check as check_schema

pytestmark = pytest.mark.quick

FILES = yaml.safe_load((Path(__file__).parent / "tuning_files.yaml").read_text(encoding="utf-8"))


def content_of(case) -> bytes:
    """`zeros` stand where the text says so: nobody wants to read a million of them."""
    if "bytes" in case:
        return case["bytes"]
    return case["text"].replace("{zeros}", "0" * case.get("zeros", 0)).encode()


def checked(content: bytes):
    return checking.check(reading.read(content), lambda text: without_secrets(text) != text)


@pytest.mark.parametrize("case", FILES, ids=[one["name"] for one in FILES])
def test_a_file_gives_its_examples_and_its_faults(case):
    data = checked(content_of(case))
    assert data.form == case["form"]
    assert len(data.examples) == case["usable"], data.faults
    reported = [(one.line, one.kind.value) for one in data.faults]
    assert reported == [(line, kind) for line, kind, _ in case["faults"]]
    for fault, (_, _, words) in zip(data.faults, case["faults"], strict=True):
        assert words in fault.words
    assert [one.number for one in data.faults] == numbers_of(case)


def numbers_of(case):
    """Of the examples that faults are told of, where lines do not tell; 0 elsewhere."""
    return case.get("numbers", [0] * len(case["faults"]))


@pytest.mark.parametrize(
    "content", [b"question,answer\nHi,Hello\n", b"question,answer\n" + b"x" * 200_000]
)
def test_other_tables_are_read_as_before(content):
    """The longest cell is a setting of the process: other tables of it have long rows too."""
    before = csv.field_size_limit()
    checked(content)
    assert csv.field_size_limit() == before


def test_blanks_around_a_message_are_not_learned():
    (example,) = reading.read(
        b'{"prompt": "\\n One? ", "completion": " 1\\n", "system": "Short. "}'
    ).examples
    assert [one.text for one in example.turns] == ["Short.", "One?", "1"]


#: Files of which something is left out, or which are none
BROKEN = [one for one in FILES if any(line for line, *_ in one["faults"])]


def test_there_are_more_than_thirty_ways_to_be_broken():
    assert len(BROKEN) > 30


@pytest.mark.parametrize("case", BROKEN, ids=[one["name"] for one in BROKEN])
def test_a_broken_file_is_told_by_its_line_and_never_as_a_traceback(case, tmp_path, capsys):
    file = tmp_path / "examples"
    file.write_bytes(content_of(case))
    with pytest.raises(LocalaiError) as raised:
        tune(Options(), TuneRequest(str(file), dry_run=True))
    reported = " ".join(capsys.readouterr().out.split())
    for (line, _, words), number in zip(case["faults"], numbers_of(case), strict=True):
        place = f"example {number}: " if number else f"line {line}: "
        assert line is None or place in reported
        assert words in reported
    assert raised.value.exit_code is Exit.PROBLEM
    assert re.search("examples? can be used", raised.value.what)


#: (the bytes of a file, its first question, whether its encoding is told)
ENCODINGS = [
    ("question,answer\nÜber?,Ja\n".encode(), "Über?", False),
    ("question,answer\nÜber?,Ja\n".encode("utf-8-sig"), "Über?", False),
    ("question,answer\nÜber?,Ja\n".encode("utf-16"), "Über?", False),
    ("question,answer\nÜber?,Ja\n".encode("utf-32"), "Über?", False),
    ("question,answer\nÜber?,Ja\n".encode("cp1252"), "Über?", True),
    (b"question,answer\n\x81ber?,Ja\n", "\ufffdber?", True),
]


@pytest.mark.parametrize(("content", "question", "reported"), ENCODINGS, ids=range(len(ENCODINGS)))
def test_the_encoding_is_found_and_told_where_it_was_guessed(content, question, reported):
    data = reading.read(content)
    assert data.examples[0].turns[0].text == question
    assert any(one.kind.value == "encoding" for one in data.faults) is reported


def test_what_is_left_out_is_not_learned():
    for case in FILES:
        data = checked(content_of(case))
        left_out = {one.place for one in data.faults if one.weight is Weight.LEFT_OUT}
        assert not left_out & {one.place for one in data.examples}


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_without_an_exception(content):
    checked(content)


def test_each_line_is_read_in_its_own_encoding():
    (case,) = (one for one in FILES if one["name"] == "lines of different encodings")
    questions = [one.turns[0].text for one in checked(content_of(case)).examples]
    assert questions == ["Über?", "Über das?"]


#: (as JSON writes it, what is learned)
VALUES = [("true", "true"), ("false", "false"), ("2", "2"), ("1.5", "1.5")]


@pytest.mark.parametrize(("written", "learned"), VALUES)
def test_a_value_is_learned_as_it_stands_in_the_file(written, learned):
    content = f'{{"prompt": "One?", "completion": {written}}}'.encode()
    (example,) = reading.read(content).examples
    assert example.answer == learned


@pytest.mark.parametrize("name", ["absent.csv", "a\0b", "One? 1, " * 100, "~nobody/a.csv"])
def test_what_is_no_name_of_a_file_is_told(name, tmp_path):
    with pytest.raises(LocalaiError) as raised:
        _taught.checked(tmp_path / name)
    assert raised.value.exit_code is Exit.USAGE
    assert len(raised.value.what) < 400


def test_a_file_without_an_end_is_not_read_to_its_end(monkeypatch, tmp_path):
    monkeypatch.setattr(_taught, "MOST_BYTES", 100)
    (tmp_path / "large").write_bytes(b"x" * 101)
    with pytest.raises(LocalaiError, match="has more than"):
        _taught.checked(tmp_path / "large")


@pytest.mark.skipif(sys.platform == "win32", reason="has no such device")
def test_a_device_without_an_end_is_not_read():
    with pytest.raises(LocalaiError, match="it is a device, not a file"):
        _taught.checked(Path("/dev/zero"))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads all files")
def test_a_file_that_may_not_be_read_is_told(tmp_path):
    file = tmp_path / "mine.csv"
    file.touch(0)
    with pytest.raises(LocalaiError, match="cannot be read: Permission denied"):
        _taught.checked(file)


def test_an_archive_that_is_called_a_file_of_lines_is_told(tmp_path):
    file = tmp_path / "examples.tar"
    with tarfile.open(file, "w") as archive:
        archive.add(__file__)
    (fault,) = checked(file.read_bytes()).faults
    assert "an archive (tar)" in fault.words


DEEP = [b"[" * 100_000, b'{"a":' * 100_000, b'{"messages": ' + b"[" * 100_000]


@pytest.mark.parametrize("content", DEEP, ids=["list", "object", "messages"])
def test_what_is_nested_too_deeply_is_a_fault(content):
    assert not checked(content).examples


def example(number: int, question: str = "") -> Example:
    return Example(
        number, (Turn("user", question or f"Question {number}?"), Turn("assistant", f"{number}"))
    )


#: (examples, how many are held back)
HELD_BACK = [(12, 4), (40, 4), (50, 5), (120, 12), (1000, 40)]


@pytest.mark.parametrize(("count", "held"), HELD_BACK)
def test_a_tenth_is_held_back_whatever_the_order(count, held):
    examples = [example(number) for number in range(count)]
    parted = parting.part(examples)
    assert (len(parted.held_back), len(parted.train)) == (held, count - held)
    assert set(parting.part(examples[::-1]).held_back) == set(parted.held_back)


def test_a_question_with_many_answers_is_trained_with():
    often = [
        Example(n, (Turn("user", "Same?"), Turn("assistant", f"{n}"))) for n in range(100, 130)
    ]
    parted = parting.part([*map(example, range(30)), *often])
    assert len(parted.held_back) == 6
    assert set(often) <= set(parted.train)


def test_the_same_question_is_never_on_both_sides():
    examples = [example(number, f"Question {number % 7}?") for number in range(70)]
    parted = parting.part(examples)
    asked = {one.question for one in parted.held_back}
    assert parted.held_back
    assert parted.train
    assert not asked & {one.question for one in parted.train}


#: (text, what is seen in it)
PERSONAL = [
    ("", []),
    ("Version 1.2.3 of 2026-11-28, 4 units, ISBN 978-3-16-148410-0", []),
    ("user@host", []),
    ("mail a.b@c-d.de", ["an address of mail"]),
    ("a@example.com b@sub.example.org", []),
    ("call +1 (202) 555-0143 now", ["a telephone number"]),
    ("0049 30 1234567", ["a telephone number"]),
    ("5500005555555559", ["the number of a bank card"]),
    ("0000000000000000", []),
    ("GB82 WEST 1234 5698 7654 32", ["the number of a bank account"]),
    ("GB82 WEST 1234 5698 7654 33", []),
    # the digits of an account may be those of a telephone or a card: the longer one counts
    ("DE89 3704 0044 0532 0130 00", ["the number of a bank account"]),
    ("CH93 0076 2011 6238 5295 7", ["the number of a bank account"]),
    ("AT61 1904 3002 3457 3201", ["the number of a bank account"]),
    (
        "0049 30 1234567, DE89 3704 0044 0532 0130 00",
        ["a telephone number", "the number of a bank account"],
    ),
    # an account that is none hides nothing
    ("DE89 0049 3704 0044 0532", ["a telephone number"]),
]


@pytest.mark.parametrize(("text", "seen"), PERSONAL)
def test_what_is_about_a_person_is_seen(text, seen):
    assert personal.kinds(text) == seen


def test_json_names_every_fault_where_too_few_can_be_used(tmp_path, capsys):
    file = tmp_path / "examples.csv"
    file.write_text("question,answer\n" + "One?,\n" * 9, encoding="utf-8")
    with pytest.raises(LocalaiError):
        tune(Options(json=True), TuneRequest(str(file), dry_run=True))
    document = json.loads(capsys.readouterr().out)
    assert [one["line"] for one in document["faults"]] == list(range(2, 11))
    check_schema(document)


#: columns of a terminal beside another window, and of a usual one
WIDTHS = [40, 80]


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_wrong_is_shown_whole_on_a_narrow_terminal(width, monkeypatch):
    for case in BROKEN:
        data, out = checked(content_of(case)), io.StringIO()
        terminal = Console(file=out, width=width, color_system=None)
        monkeypatch.setattr(console, "out", lambda one=terminal: one)
        tunetext.examples(data)
        shown = out.getvalue()
        assert max(map(len, shown.splitlines())) <= width, shown
        for fault in data.faults[: tunetext.SHOWN]:
            assert fault.words.split()[-1] in shown
