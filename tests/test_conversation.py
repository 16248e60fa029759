"""Questions as numbered lines and as a list: help, the way back, an earlier answer under the cursor."""

import io

import pytest

from localai_setup.commands import _accepting, _script_line
from localai_setup.machine.keeping import acceptances
from localai_setup.model.licence import Licence
from localai_setup.ui import console, licencewords, numbered, typed_ahead
from localai_setup.ui.conversation import BACK, Back, Explain, Option, Question, Terminal

OPTIONS = (Option("chat", "Talk"), Option("code", "Program", "It writes code."))
QUESTION = Question("What for?", "Models differ.", "--for USE", OPTIONS, "chat", "A use.")
WITH_BACK = [*OPTIONS, Option(BACK, BACK)]


@pytest.fixture
def shown(monkeypatch):
    lines = []
    monkeypatch.setattr(console, "say", lambda text, **_: lines.append(text))
    monkeypatch.setattr(console, "is_plain", lambda: True)
    return lines


def typed(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.quick
@pytest.mark.parametrize(
    "text, answer",
    [
        ("\n", "code"), ("1\n", "chat"), ("2\n", "code"), ("?\n", Explain("code")),
        ("b\n", BACK), ("9\nx\n-1\n1\n", "chat"),
    ],
)  # fmt: skip
def test_a_number_enter_or_a_letter_answers(monkeypatch, shown, text, answer):
    typed(monkeypatch, text)
    assert numbered.ask(QUESTION, WITH_BACK, "code") == answer


@pytest.mark.quick
def test_the_end_of_input_leaves(monkeypatch, shown):
    typed(monkeypatch, "")
    with pytest.raises(EOFError):
        numbered.ask(QUESTION, OPTIONS, "chat")


@pytest.mark.quick
def test_where_there_is_no_console_nobody_typed(monkeypatch):
    """As Windows says it of a program whose input is a pipe."""

    def create(*_):
        raise OSError(9, "Bad file descriptor: 'CONIN$'")

    monkeypatch.setattr("prompt_toolkit.input.create_input", create)
    typed_ahead.discard()


@pytest.mark.quick
def test_the_reason_stands_after_its_question_and_help_names_the_flag(monkeypatch, shown):
    typed(monkeypatch, "2\n")
    monkeypatch.setattr("localai_setup.ui.typed_ahead.discard", lambda: None)
    assert Terminal().choose(QUESTION) == "code"
    text = "\n".join(shown)
    assert text.index("What for?") < text.index("Models differ.") < text.index("1. Talk")
    typed(monkeypatch, "?\nb\n")
    with pytest.raises(Back):
        Terminal().choose(QUESTION, can_go_back=True)
    assert "A use." in "\n".join(shown) and "`--for USE`" in "\n".join(shown)


LICENCE = Licence(
    "odd-1.0",
    needs_acceptance=True,
    url="https://example.org/l",
    commercial="only below 10 people",
    obligations=("name the author",),
)


@pytest.mark.quick
def test_a_licence_is_two_sentences():
    words = licencewords.sentences(LICENCE)
    assert words == (
        "You may use it for yourself; at work: only below 10 people. It asks of you: name the author."
    )


@pytest.fixture
def own_state(monkeypatch, tmp_path):
    monkeypatch.setattr(acceptances, "path", lambda: tmp_path / "licences.json")
    return tmp_path / "licences.json"


@pytest.mark.quick
def test_an_acceptance_holds_for_these_terms_alone(own_state):
    assert acceptances.of(LICENCE) is None
    acceptances.keep(LICENCE)
    [kept] = acceptances.load()
    assert (kept.id, kept.url) == (LICENCE.id, LICENCE.url) and kept.at.endswith("Z")
    assert acceptances.of(LICENCE) == kept
    changed = Licence(**{**vars(LICENCE), "obligations": ("pay",)})
    assert acceptances.of(changed) is None
    acceptances.keep(changed)
    assert [one.terms for one in acceptances.load()] == [changed.terms]


@pytest.mark.quick
@pytest.mark.parametrize("content", ["", "[]", '{"accepted": [{"id": 1}]}', '{"accepted": 3}'])
def test_a_damaged_file_of_acceptances_is_asked_for_again(own_state, content):
    own_state.write_text(content)
    assert acceptances.load() == ()
