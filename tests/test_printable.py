"""Nothing that comes from elsewhere reaches the terminal as an order to it."""

import io
import re

import pytest

from localai_setup.ui import console
from localai_setup.ui.printable import printable

CASES = {
    "plain": ("Grüße, 王 → ✓\n\tend", "Grüße, 王 → ✓\n\tend"),
    "title": ("Apple M5\x1b]0;pwned\a!", "Apple M5!"),
    "title, ended by ST": ("a\x1b]0;x\x1b\\b", "ab"),
    "clipboard without an end": ("a\x1b]52;c;AAAA", "a"),
    "clipboard up to the line": ("a\x1b]52;c;AAAA\nb", "a\nb"),
    "clear screen": ("\x1b[2Jgone", "gone"),
    "colour": ("\x1b[31;1mred\x1b[0m", "red"),
    "8-bit sequence": ("a\x9b2Jb", "ab"),
    "device control": ("\x1bPq#0\x1b\\x", "x"),
    "charset": ("\x1b(0abc", "abc"),
    "reset": ("a\x1bcb", "ab"),
    "lone escape at the end": ("a\x1b", "a"),
    "backspace and return": ("safe\b\b\b\b\revil", "safeevil"),
    "line ends of Windows": ("a\r\nb", "a\nb"),
    "turned writing": ("a\u202eb", "ab"),
    "null": ("a\x00b", "ab"),
}


@pytest.mark.parametrize(("text", "shown"), CASES.values(), ids=CASES)
def test_orders_are_left_out(text, shown):
    assert printable(text) == shown
    assert printable(shown) == shown


def test_a_long_hostile_text_takes_no_longer_than_reading_it():
    assert not re.search(
        r"[\x00-\x08\x0e-\x1f\x7f-\x9f]", printable("\x1b]" * 300_000 + "\x1b[" * 300_000)
    )


@pytest.mark.parametrize("method", ["say", "say_unwrapped", "show", "show_unwrapped"])
def test_every_way_to_print_is_clean(monkeypatch, method):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setattr("sys.stderr", stream)
    getattr(console, method)("GPU\x1b]0;pwned\a\x1b[2J ok")
    assert stream.getvalue() == "GPU ok\n"
