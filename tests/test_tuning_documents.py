"""A folder of documents: each passage is the answer to going on with the one before, and that is told honestly."""

import os
import sys
import time

import pytest

from localai_setup.commands import _style_documents, _taught
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.tuning import documents
from localai_setup.tuning.documents import MOST_CHARS, ENOUGH_CHARS, Document

pytestmark = pytest.mark.quick

PARAGRAPH = "It rained on Monday, and the beans drank it all. " * 5


def read(text, name="letters/may.txt"):
    return documents.read((Document(name, text.encode()),))


def test_each_passage_follows_the_one_before():
    data = read(f"Dear all,\n\n{PARAGRAPH}first\n\n\n{PARAGRAPH}second\n")
    first, second = data.examples
    assert first.turns[0].text == "Write a text: may"
    assert first.answer == f"Dear all,\n\n{PARAGRAPH}first"
    assert second.turns[0].text == f"Go on with this text:\n\n{first.answer}"
    assert second.answer == f"{PARAGRAPH}second"
    assert [one.place for one in data.examples] == [
        "line 1 of letters/may.txt",
        "line 6 of letters/may.txt",
    ]


def test_a_short_end_is_a_passage_of_its_own():
    assert [one.answer for one in read("Hello.\n\nYours,\nAnna").examples] == [
        "Hello.\n\nYours,\nAnna"
    ]
    assert len(read(f"{PARAGRAPH}\n\nYours,\nAnna").examples) == 2


@pytest.mark.parametrize("text", ["A sentence. " * 1000, "x" * 10_000, "word " * 3000])
def test_a_long_paragraph_is_parted_and_nothing_of_it_is_lost(text):
    answers = [one.answer for one in read(text).examples]
    assert all(len(one) <= MOST_CHARS for one in answers)
    assert len(answers) >= len(text) // MOST_CHARS
    assert "".join("".join(answers).split()) == "".join(text.split())
    assert ENOUGH_CHARS < MOST_CHARS


def test_it_is_told_that_documents_teach_style():
    data = read(PARAGRAPH)
    assert [(one.kind.value, one.line) for one in data.faults] == [("style-only", None)]
    assert "localai chat -f FILE" in data.faults[0].words
    assert data.form == "passages of documents"


#: (bytes of a document, what is told of it)
NONE = [
    (b"", "no text in it"),
    (b" \n\n", "no text in it"),
    (b"%PDF-1.7\n", "a PDF document"),
    (b"PK\x03\x04", "a document (docx)"),
    (b"\x7fELF\x02\x01\x01" + bytes(range(32)), "no text"),
]


@pytest.mark.parametrize(("content", "words"), NONE)
def test_a_document_that_holds_no_text_is_told_by_its_name(content, words):
    data = documents.read((Document("a/b.txt", content), Document("c.txt", PARAGRAPH.encode())))
    fault = data.faults[0]
    assert fault.place == "line 1 of a/b.txt"
    assert words in fault.words
    assert len(data.examples) == 1


@pytest.mark.parametrize(("content", "words"), NONE[2:])
def test_what_is_no_text_is_to_be_saved_as_one_and_not_as_a_table(content, words):
    (fault,) = documents.read((Document("a.txt", content),)).faults
    assert fault.words.endswith("save its text as a .txt file in its place")


def test_a_packed_document_is_to_be_unpacked():
    (fault,) = documents.read((Document("a.gz", b"\x1f\x8b\x08"),)).faults
    assert fault.words == "the file is packed with gzip: unpack it first"


#: Each took a time that grew with the square of its length: minutes and more for these.
LONG = {
    "blanks": "a." + " " * 1_000_000 + "b.",
    "empty lines": "a" + "\n \t" * 300_000 + "b",
    "one line": "a" * 6_000_000,
    "paragraphs": f"{PARAGRAPH}\n\n" * 30_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_document_is_read_in_one_go(text):
    began = time.process_time()
    assert read(text).examples
    assert time.process_time() - began < 5


def test_a_cut_never_leaves_a_passage_without_text():
    (first, second) = read("a" * MOST_CHARS + " " * MOST_CHARS + "b").examples
    assert (first.answer, second.answer) == ("a" * MOST_CHARS, "b")


def test_a_name_of_bytes_that_are_no_letters_leaves_no_document_out():
    data = read(PARAGRAPH, "\udcff.txt")
    assert data.examples[0].turns[0].text == "Write a text: \ufffd"
    checked = _taught._checked(data)
    assert len(checked.data.examples) == 1


def test_a_folder_is_read_by_name_and_hidden_files_are_not(tmp_path):
    for name in ("b.txt", "a/c.md", ".git/config", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name} {PARAGRAPH}", encoding="utf-8")
    found = _style_documents.of(tmp_path)
    assert [one.name for one in found] == ["b.txt", "a/c.md"]
    checked = _taught.checked(tmp_path)
    assert len(checked.data.examples) == 2
    (tmp_path / "b.txt").rename(tmp_path / "c.txt")
    assert _taught.checked(tmp_path).sha256 != checked.sha256


def test_the_same_passage_twice_is_told_with_both_places(tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"{PARAGRAPH}\n\n{PARAGRAPH}end", encoding="utf-8")
    (fault,) = (
        one for one in _taught.checked(tmp_path).data.faults if one.kind.value == "duplicate"
    )
    assert fault.place == "line 3 of b.txt"
    assert fault.words == "the same as line 3 of a.txt"


def test_an_empty_folder_has_no_example(tmp_path):
    data = _taught.checked(tmp_path).data
    assert [one.words for one in data.faults] == ["there is no document in the folder"]
    with pytest.raises(LocalaiError, match="Only 0 examples"):
        _taught.require_enough(data)


def test_a_file_of_examples_among_them_is_named_by_itself(tmp_path):
    (tmp_path / "mine.csv").touch()
    with pytest.raises(LocalaiError, match=r"mine\.csv may hold examples") as raised:
        _taught.checked(tmp_path)
    assert raised.value.exit_code is Exit.USAGE


def test_more_than_can_be_read_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(_style_documents, "MOST_BYTES", 100)
    (tmp_path / "a.txt").write_text(PARAGRAPH, encoding="utf-8")
    with pytest.raises(LocalaiError, match="has more than"):
        _taught.checked(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes among its files")
def test_a_pipe_in_the_folder_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert not _style_documents.of(tmp_path)
