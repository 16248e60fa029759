"""Who could reach the server before a command can afterwards, however the command ends."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from localai_setup import state
from localai_setup.commands import _reach
from localai_setup.machine.keeping import folders, statefile
from localai_setup.model.errors import LocalaiError
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.server import HOST, Running

from .test_state import DOCUMENT

pytestmark = pytest.mark.quick
SAVED = replace(state.from_document(DOCUMENT), finished=True)
OPEN = Running(1, 1.0, 43110, "/m", listen="0.0.0.0")
CLOSED = replace(OPEN, listen=HOST)


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """The addresses at which a server was started again."""
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    statefile.save(SAVED)
    found = []
    monkeypatch.setattr(_reach, "opened", lambda _setup, _bench, listen: found.append(listen))
    yield found
    folders.all_folders.cache_clear()


def bench(running):
    return SimpleNamespace(serving=SimpleNamespace(running=lambda _place: running))


@pytest.mark.parametrize("error", [LocalaiError("no"), KeyboardInterrupt()])
@pytest.mark.parametrize("how", [_reach.kept, _reach.restored])
@pytest.mark.parametrize(("before", "expected"), [(OPEN, ["0.0.0.0"]), (CLOSED, [HOST]), (None, [])])  # fmt: skip
def test_what_fails_leaves_the_server_reached_as_before(opened, error, how, before, expected):
    with pytest.raises(type(error)), how(None, bench(before)):
        raise error
    assert opened == expected


@pytest.mark.parametrize(
    ("how", "before", "expected"),
    [
        (_reach.kept, OPEN, ["0.0.0.0"]),
        (_reach.kept, CLOSED, []),
        (_reach.kept, None, []),
        (_reach.restored, OPEN, []),
    ],
)
def test_what_does_not_fail_is_opened_again_where_nobody_else_does(opened, how, before, expected):
    with how(None, bench(before)):
        pass
    assert opened == expected


def test_the_trouble_that_is_told_is_the_first_one(opened, monkeypatch, capsys):
    def late(*_):
        raise LocalaiError("the port is taken")

    monkeypatch.setattr(_reach, "opened", late)
    with pytest.raises(LocalaiError, match="no memory"), _reach.restored(None, bench(OPEN)):
        raise LocalaiError("no memory")
    assert "the port is taken" in capsys.readouterr().err
    assert not opened


def test_a_server_that_asks_for_no_key_is_not_opened_and_that_is_told(opened, capsys):
    with _reach.kept(None, bench(OPEN)):
        statefile.save(replace(SAVED, place=ServerPlace()))
    assert "reached from this computer only" in " ".join(capsys.readouterr().err.split())
    assert not opened
