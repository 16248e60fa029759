"""What a training ended in is shown complete, however narrow the terminal is."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from localai_setup.model.proof import AnswerTest
from localai_setup.model.tuning import Adapter, Score, TuningSize, UseCheck
from localai_setup.tuning.examples import Example, Fault, Kind, Turn, Weight
from localai_setup.ui import console, tunetext

pytestmark = pytest.mark.quick

NAME = "answers-to-customers"
PROVED = Adapter(
    NAME, "smollm2-135m", "b" * 64, "a" * 64, 4_900_000, "2026-11-29T00:00:00Z", 97, 11, "d" * 64,
    TuningSize(10**9, 8, 16, 1e-3, 2, 4), AnswerTest("Say hello."),
    before=Score(11, 0, 0, 0.03),
    after=Score(11, 11, 11, 1.0),
    uses=(UseCheck("chat", "a greeting", "Say hello.", "Hello!", "Nothing of that kind.", True, False),),
)  # fmt: skip
EXAMPLE = Example(1, (Turn("user", "Where does my parcel lie?"), Turn("assistant", "delivery")))
#: columns of a terminal beside another window, and of a usual one → a line of the scores as it stands there
SCORES = {
    40: "alike, on average: 3% before, 100% after",
    80: "alike, on average                 3%    100%",
}


@pytest.mark.parametrize("width", SCORES)
def test_the_result_of_a_training_is_shown_complete(width, monkeypatch):
    out = io.StringIO()
    terminal = Console(file=out, width=width, color_system=None)
    monkeypatch.setattr(console, "out", lambda: terminal)
    tunetext.result(PROVED, [EXAMPLE], ["No idea."], ["delivery"])
    tunetext.end(PROVED, tunetext.Ended(helped=True, is_used=True))
    shown = out.getvalue()
    assert max(map(len, shown.splitlines())) <= width, shown
    assert SCORES[width] in " ".join(shown.split()) or SCORES[width] in shown
    assert shown.rstrip().endswith("delete it")


def test_examples_too_long_for_the_model_are_named_with_the_plan(capsys):
    words = "it has 12036 tokens; up to 2048 can be learned"
    tunetext.too_long([])
    assert capsys.readouterr().out == ""
    tunetext.too_long([Fault(Kind.TOO_LONG, words, 61, Weight.LEFT_OUT)])
    shown = " ".join(capsys.readouterr().out.split())
    assert "one of them is too long" in shown
    assert f"left out, line 61: {words}" in shown


#: (whether it helped, whether it is used, the adapter in use before) → how the model answers now
ENDS = [
    (False, False, "", "It did not help, so the model answers as before."),
    (False, False, "letters", "It did not help, so the model goes on answering as letters taught it."),
    (True, False, "", "; so the model answers as before."),
    (True, False, "letters", "; so the model goes on answering as letters taught it."),
    (True, True, "", "answers as it was taught from now on. "),
    (True, True, "letters", "answers as it was taught from now on, no longer as letters taught it."),
]  # fmt: skip


@pytest.mark.parametrize(("helped", "is_used", "before", "words"), ENDS)
def test_the_end_tells_which_adapter_answers_now(helped, is_used, before, words, capsys):
    lost = replace(PROVED.uses[0], is_right=False)
    tunetext.end(replace(PROVED, uses=(lost,)), tunetext.Ended(helped, is_used, before))
    shown = " ".join(capsys.readouterr().out.split())
    assert words in shown
    assert (f"localai tune use {before}: " in shown) is bool(is_used and before)
    # "as before" is said where nothing that was taught is in use
    assert before == "" or "off: answer as before" not in shown
