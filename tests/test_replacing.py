"""A set-up that works gives way to another only where that one answers rightly, or somebody says yes."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from localai_setup import state
from localai_setup.commands import _replacing, _setting_up
from localai_setup.commands._options import Options
from localai_setup.machine.keeping import folders, statefile
from localai_setup.model.errors import LocalaiError
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.receipt import Receipt
from localai_setup.ui import console, endtext

from .test_state import DOCUMENT

OLD = replace(state.from_document(DOCUMENT), model="old", finished=True)
NEW = replace(OLD, model="tiny", shortfall="it has none of the words Marlow in it: 'Hi'")


@dataclass
class Person:
    """Answers as told; `asked` is what was asked."""

    answer: str
    asked: list = field(default_factory=list)

    def choose(self, question, *, can_go_back=False):  # noqa: ARG002
        self.asked.append(question)
        return self.answer


@pytest.fixture
def set_up(tmp_path, monkeypatch):
    """Sets `new` up over `saved`, and tells which one is saved then and which is served again."""
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    served = []
    monkeypatch.setattr(_replacing, "serve_again", lambda setup, _: served.append(setup.model))
    monkeypatch.setattr(_setting_up, "_finish", lambda *_, **__: 0)
    monkeypatch.setattr(_setting_up.planner, "draft", lambda *_: None)

    def made(saved, new, person, yes=False):
        def execute(_plan, _draft, _bench, save, _report):
            save(replace(new, finished=False))
            save(new)
            return new

        monkeypatch.setattr(_replacing.executor, "execute", execute)
        if saved:
            statefile.save(saved)
        bench = SimpleNamespace(serving=SimpleNamespace(running=lambda _place: None))
        fresh = _setting_up._Fresh(SimpleNamespace(steps=()), None)
        before = _setting_up.Before(saved, yes, person)
        _setting_up._execute(Options(), fresh, bench, before)
        return statefile.load().model, served

    yield made
    folders.all_folders.cache_clear()


@pytest.mark.parametrize(
    ("saved", "new", "answer", "yes", "kept", "asks"),
    [
        (OLD, NEW, "no", False, "old", True),
        (OLD, NEW, "yes", False, "tiny", True),
        (OLD, NEW, "no", True, "tiny", False),
        (OLD, replace(NEW, shortfall=""), "no", False, "tiny", False),
        (None, NEW, "no", False, "tiny", False),
        (replace(OLD, finished=False), NEW, "no", False, "tiny", False),
    ],
    ids=["refused", "agreed", "--yes", "answers rightly", "nothing before", "nothing finished"],
)
def test_what_works_is_kept_unless_the_new_one_is_right_or_wished(
    set_up, saved, new, answer, yes, kept, asks
):
    person = Person(answer)
    model, served = set_up(saved, new, person, yes)
    assert model == kept
    assert served == (["old"] if kept == "old" else [])
    assert bool(person.asked) == asks
    for question in person.asked:
        assert question.recommended == "no"
        assert "tiny answers, but not correctly: it has none of the words Marlow" in question.why


def clear_consoles():
    """They write to the streams of the test that made them."""
    console.err.cache_clear()
    console.out.cache_clear()


def test_an_answer_that_is_not_the_right_one_is_told_as_such(capsys):
    clear_consoles()
    endtext.answer(NEW, "http://127.0.0.1:1/v1", "key")
    shown = " ".join(capsys.readouterr().err.split())
    assert "It answers, but not correctly: it has none of the words Marlow" in shown
    assert "do not rely on what it says" in shown
    clear_consoles()


CHECKED = (Receipt("check-answer", "2026-11-28T17:02:03Z"),)


@pytest.mark.parametrize(
    ("receipts", "is_new", "words"),
    [
        (CHECKED, False, "was checked on 2026-11-28 at 17:02 UTC"),
        ((), False, "was checked before"),
        (CHECKED, True, None),
    ],
)
def test_an_answer_of_before_is_told_with_its_time(capsys, receipts, is_new, words):
    clear_consoles()
    endtext.answer(replace(OLD, receipts=receipts), "http://127.0.0.1:1", "key", is_new=is_new)
    shown = capsys.readouterr().err
    assert words in shown if words else "was checked" not in shown
    clear_consoles()


@pytest.mark.parametrize(
    ("listen", "expected"),
    [("127.0.0.1", "this computer only"), ("0.0.0.0", "open to the network")],
)
def test_the_end_tells_who_reaches_the_server(capsys, listen, expected):
    clear_consoles()
    endtext.answer(NEW, "http://127.0.0.1:1/v1", "key", listen)
    assert f"(OpenAI API, {expected}" in capsys.readouterr().err
    clear_consoles()


OTHER = replace(NEW, place=ServerPlace(), predicted_total_mib=900.0)
ON_CARD = replace(OLD.settings, gpu_layers=9)


@pytest.mark.parametrize(
    ("old", "new", "available", "ends_first"),
    [
        (OLD, OTHER, 1000.0, False),
        (OLD, OTHER, 800.0, True),
        (OLD, replace(OTHER, place=None), 800.0, False),
        (replace(OLD, settings=ON_CARD), replace(OTHER, settings=ON_CARD), 1000.0, True),
        (OLD, replace(OTHER, settings=ON_CARD), 1000.0, False),
    ],
    ids=["room-for-both", "no-room", "same-server", "both-on-cards", "one-on-cards"],
)
def test_the_old_server_ends_first_only_where_there_is_no_memory_for_both(
    monkeypatch, old, new, available, ends_first
):
    """And it is served again where the new one fails."""
    done, alive = [], [True]
    monkeypatch.setattr(_replacing.held_memory, "available_mib", lambda: available)
    monkeypatch.setattr(_replacing, "serve_again", lambda *_: done.append("again"))
    monkeypatch.setattr(_replacing, "stop_new", lambda *_: None)

    def stop(_place, _name):
        done.append("stopped")
        alive.clear()

    def fails(*_):
        raise LocalaiError("no")

    monkeypatch.setattr(_replacing.executor, "execute", fails)
    serving = SimpleNamespace(running=lambda _place: bool(alive), stop=stop)
    with pytest.raises(LocalaiError):
        _replacing.carry_out((), new, SimpleNamespace(serving=serving), old, lambda _: True)
    assert done == (["stopped", "again"] if ends_first else [])
