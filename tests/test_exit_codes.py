"""What the exit code of a program says."""

import pytest

from localai_setup.machine.running.exit_codes import exit_code_words, signal_of

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("code", "signal", "words"),
    [
        (0, None, "0"),
        (1, None, "1"),
        (127, None, "127"),
        (-4, "SIGILL", "-4"),
        (-9, "SIGKILL", "-9"),
        (-200, "number 200", "-200"),
        (0xC000001D, "SIGILL", "0xC000001D"),
        (0xC0000005, "SIGSEGV", "0xC0000005"),
        (0xC0000374, "SIGABRT", "0xC0000374"),
        (0xC0000409, "SIGABRT", "0xC0000409"),
        (0xC0000135, None, "0xC0000135"),
        (0xC0000000, None, "0xC0000000"),
        (0xBFFFFFFF, None, "3221225471"),
    ],
)
def test_a_code_is_a_signal_a_failure_of_windows_or_a_number(code, signal, words):
    assert (signal_of(code), exit_code_words(code)) == (signal, words)
