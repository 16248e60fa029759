"""The speed of the first answer, told as slow only where it is far from what was predicted."""

from dataclasses import replace

import pytest

from localai_setup import state
from localai_setup.ui import endtext

from .test_state import DOCUMENT

pytestmark = pytest.mark.quick

SETUP = state.from_document(DOCUMENT)
BUSY = "; about 90 were predicted, so other programs may keep this computer busy"


@pytest.mark.parametrize(
    ("measured", "predicted", "words"),
    [
        (None, 90.0, ""),
        (92.0, None, ", 92 tokens per second"),
        (92.0, 90.0, ", 92 tokens per second"),
        (36.0, 90.0, ", 36 tokens per second"),
        (35.9, 90.0, f", 36 tokens per second{BUSY}"),
        (0.46, 90.0, f", 0.5 tokens per second{BUSY}"),
    ],
)
def test_the_speed_of_the_first_answer(measured, predicted, words):
    setup = replace(SETUP, measured_tps=measured, predicted_tps=predicted)
    assert endtext._speed(setup) == words


def test_the_last_line_is_what_to_type_next(capsys):
    endtext.next_steps(SETUP)
    lines = capsys.readouterr().err.splitlines()
    assert lines[-1].split(None, 2) == ["localai", "chat", "talk to it"]
    assert [line.split()[1] for line in lines[-3:]] == ["uninstall", "doctor", "chat"]
