"""What people type to leave a conversation."""

import io

import pytest

from localai_setup.ui import chattext


@pytest.mark.parametrize(
    ("typed", "words"),
    [("hello\n", "hello"), ("\n", ""), ("exit the loop\n", "exit the loop")]
    + [(leave, None) for leave in ("", "/bye\n", " Exit \n", "/quit\n")],
)
def test_words_or_leaving(monkeypatch, typed, words):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert chattext.read_words() == words
