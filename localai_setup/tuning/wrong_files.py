"""A file that is no list of examples at all: told by what it begins with, with what to do instead."""

from __future__ import annotations

EXPORT = "save the sheet as CSV there, and name that file"
UNPACK = "unpack it first"
EXPORT_OR_UNPACK = (
    f"{EXPORT}; of the archive that ChatGPT sends unpack and name `conversations.json`"
)
WRITE = "write each question with its answer into a table or into JSON lines"
#: Of a text that is neither a table nor JSON.
PLAIN_TEXT = (
    f"the file is a text without a table in it: {WRITE}; a folder with such texts teaches how they are written, "
    "and `localai chat -f FILE` answers questions about one"
)
FETCH = "fetch it with `git lfs pull`"
#: A document in a folder of them holds no questions.
AS_TEXT = "save its text as a .txt file in its place"
#: What files begin with, what that is, and what to do. Longer beginnings stand before their own starts.
#: Source: the magic numbers of the formats' own descriptions.
KNOWN = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a workbook or document of old Office programs", EXPORT),
    (b"PK\x03\x04", "a workbook (xlsx, ods), a document (docx) or a ZIP archive", EXPORT_OR_UNPACK),
    (b"\x1f\x8b", "packed with gzip", UNPACK),
    (b"BZh", "packed with bzip2", UNPACK),
    (b"\xfd7zXZ\x00", "packed with xz", UNPACK),
    (b"(\xb5/\xfd", "packed with zstd", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"%PDF-", "a PDF document", WRITE),
    (b"{\\rtf", "a document of a word processor (RTF)", WRITE),
    (b"\x89PNG", "a picture", WRITE),
    (b"\xff\xd8\xff", "a picture", WRITE),
    (b"PAR1", "a Parquet table", "export it as JSON lines or CSV"),
    (b"ARROW1", "an Arrow table", "export it as JSON lines or CSV"),
    (b"SQLite format 3\x00", "a database", "export the table as CSV"),
    (b"GGUF", "a model", "name the file of your examples"),
    (
        b"version https://git-lfs.github.com/spec/",
        "only the pointer to a file that Git LFS keeps elsewhere",
        FETCH,
    ),
)
#: Text that is no examples either; compared in small letters.
MARKUP = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
)
LOOKED_AT = 64
#: Where an archive of tar says what it is.
TAR_MARK, TAR_AT = b"ustar", 257
SAMPLE_BYTES = 4096
#: Of a text few bytes are control characters; zeros do not count, for UTF-16 and what a crash leaves.
CONTROLS = bytes({*range(1, 32)} - set(b"\t\n\v\f\r\x1a\x1b"))
MOST_CONTROLS = 0.05


def kind_of(content: bytes) -> str | None:
    """What the file is and what to do, as a sentence's end; None where it may well hold examples."""
    what, todo = _found(content)
    return f"the file is {what}: {todo}" if what else None


def kind_of_document(content: bytes) -> str | None:
    """The same of a file that is to teach how it is written; None where it may well be a text."""
    what, todo = _found(content)
    return f"the file is {what}: {todo if todo in (UNPACK, FETCH) else AS_TEXT}" if what else None


def _found(content: bytes) -> tuple[str, str]:
    """What it is, and what to do where it was to hold examples; both empty where it may be right."""
    for start, what, todo in KNOWN:
        if content.startswith(start):
            return what, todo
    if content.startswith(TAR_MARK, TAR_AT):
        return "an archive (tar)", UNPACK
    if _is_no_text(content[:SAMPLE_BYTES]):
        return "no text, but a program, a sound or the like", WRITE
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:LOOKED_AT].lower()
    return next(((what, WRITE) for start, what in MARKUP if begins.startswith(start)), ("", ""))


def _is_no_text(sample: bytes) -> bool:
    return len(sample) - len(sample.translate(None, CONTROLS)) > MOST_CONTROLS * len(sample)
