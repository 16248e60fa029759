"""Texts of any size, encoding and kind: read within bounds, never a traceback."""

import io
import tracemalloc

import pytest

from localai_setup.diagnosis.explain import explain
from localai_setup.machine.asking import pasted
from localai_setup.model.errors import LocalaiError
from localai_setup.diagnosis.surroundings import Surroundings

from .known import KNOWN

LINE = "CUDA error: no space left on device: write /home/x/.ollama/models/blobs/sha256-1\n"


def named(path):
    return [one.id for one in explain(pasted.read(str(path)).lines(), Surroundings(), KNOWN).found]


EXPECTED = [one.id for one in explain(LINE, Surroundings(), KNOWN).found]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]
)
def test_every_encoding_is_read(tmp_path, encoding):
    file = tmp_path / "log"
    file.write_bytes(("Gerät für Prüfung\n" + LINE).encode(encoding))
    assert EXPECTED
    assert named(file) == EXPECTED


@pytest.mark.parametrize(
    "raw", [b"", b"\0" * 5000, bytes(range(256)) * 400, b"\xff\xfe", b"x" * 3_000_000], ids=len
)
def test_what_is_no_text_shows_nothing(tmp_path, raw):
    (tmp_path / "log").write_bytes(raw)
    assert named(tmp_path / "log") == []


def test_a_gigabyte_is_read_at_both_ends_in_bounded_memory(tmp_path):
    file = tmp_path / "log"
    with file.open("wb") as out:
        out.write(b"start\n")
        out.truncate(1_000_000_000)
        out.seek(0, 2)
        out.write(b"\n" + LINE.encode())
    tracemalloc.start()
    text = pasted.read(str(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64_000_000
    assert "first 4 MB and last 8 MB" in " ".join(text.note.split())
    assert text.raw.endswith(LINE.encode())


@pytest.mark.parametrize("name", ["", "missing"])
def test_a_folder_or_nothing_is_told_in_words(tmp_path, name):
    with pytest.raises(LocalaiError):
        pasted.read(str(tmp_path / name))


def test_an_error_pasted_as_the_argument_is_read_as_it_is():
    assert named("CUDA error: no space left on device") == EXPECTED


@pytest.mark.parametrize("size", [1, 5000, pasted.HEAD_BYTES + pasted.TAIL_BYTES])
def test_a_file_is_read_from_its_first_letter_to_its_last(tmp_path, size):
    file = tmp_path / "log"
    file.write_bytes(b"A" + b"x" * (size - 2) + b"Z"[: size - 1])
    text = pasted.read(str(file))
    assert (len(text.raw), text.raw[:1], text.note) == (size, b"A", "")


def test_a_pipe_is_read_from_its_first_letter_to_its_last(monkeypatch):
    complete = b"A" + b"x" * (pasted.HEAD_BYTES + pasted.TAIL_BYTES) + b"Z"
    monkeypatch.setattr(pasted.sys, "stdin", io.TextIOWrapper(io.BytesIO(complete)))
    text = pasted.read("-")
    assert (text.raw[:1], text.raw[-1:]) == (b"A", b"Z")
    assert len(text.raw) == pasted.HEAD_BYTES + pasted.TAIL_BYTES
    assert "first 4 MB and last 8 MB" in text.note


def test_a_misspelt_id_is_answered_with_the_nearest():
    with pytest.raises(LocalaiError) as caught:
        pasted.read("nvidia-driver-hing", ["net-dns-failing", "nvidia-driver-hung"])
    assert "Did you mean `localai explain nvidia-driver-hung`?" in caught.value.hint
    with pytest.raises(LocalaiError) as caught:
        pasted.read("bananas", ["nvidia-driver-hung"])
    assert "Did you mean" not in caught.value.hint


@pytest.mark.parametrize("name", ["my server.log", "/var/log/my server", "./my server", "bananas"])
def test_a_file_that_is_not_there_is_no_text(name):
    with pytest.raises(LocalaiError, match="neither a known problem, a term, nor a file"):
        pasted.read(name)


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b"a\n", b"loading...\n"], ids=repr)
def test_the_same_line_again_and_again_is_read_a_few_times(line):
    """Twelve MiB of empty lines took a minute."""
    text = pasted.Pasted(line * 10_000 + LINE.encode() + line * 10_000)
    lines = list(text.lines())
    assert len(lines) == 2 * pasted.MOST_REPEATED + 1
    assert [one.id for one in explain(lines, Surroundings(), KNOWN).found] == EXPECTED
