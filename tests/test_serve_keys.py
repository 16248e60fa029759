"""`localai serve keys`: made, listed, taken back, and taken over by the server that runs."""

from dataclasses import replace

import pytest

from localai_setup import renewed
from localai_setup.commands import _proxy, _reach, serve, serve_keys
from localai_setup.commands._serve_request import ServeRequest
from localai_setup.commands.serve_keys import KeyRequest
from localai_setup.machine.keeping import statefile, user_keys
from localai_setup.machine.running.server import Servers
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.server import Running
from localai_setup.model.settings import Front

from .set_up_for_one import JSON, RUNNING, WORDS, document, exchanged, home

__all__ = ["exchanged", "home"]


def test_keys_are_shown_once_and_an_old_program_is_renewed_for_them(home, exchanged, capsys):
    assert serve_keys.add(WORDS, KeyRequest("anna")) == Exit.OK
    key = user_keys.all_()[0].key
    assert capsys.readouterr().out.split() == [key]
    assert exchanged[0][1].program != ("python", "old.py")
    assert serve_keys.add(JSON, KeyRequest("ben")) == Exit.OK
    made = document(capsys)
    assert [one["name"] for one in made["keys"]] == ["anna", "ben"]
    assert made["added"] == {"name": "ben", "key": user_keys.all_()[1].key}
    assert len(exchanged) == 1, "its program is today's by now"
    for options in (JSON, WORDS):
        assert serve_keys.listing(options) == Exit.OK
        printed = capsys.readouterr().out
        assert "anna" in printed and key not in printed
    assert serve_keys.remove(JSON, "anna") == Exit.OK
    assert document(capsys)["added"] is None
    assert [one.name for one in user_keys.all_()] == ["ben"]


@pytest.mark.parametrize("adapter", ["", "lesson"])
def test_who_gives_out_a_key_learns_what_it_could_change(home, exchanged, capsys, adapter):
    statefile.save(replace(statefile.load(), adapter=adapter))
    serve_keys.add(JSON, KeyRequest("anna"))
    assert ("/lora-adapters" in capsys.readouterr().err) is bool(adapter)


@pytest.mark.parametrize("change", [serve_keys.add, serve_keys.remove])
def test_a_server_that_runs_is_started_again_where_it_listens(home, exchanged, monkeypatch, change):
    serve_keys.add(WORDS, KeyRequest("anna"))
    running = Running(1, 0.0, 43110, "/m.gguf", listen="0.0.0.0")
    monkeypatch.setattr(Servers, "running", lambda _self: running)
    restarted = []
    monkeypatch.setattr(serve_keys, "server", lambda _setup, _bench, at: restarted.append(at))
    change(WORDS, KeyRequest("ben") if change is serve_keys.add else "anna")
    assert restarted == ["0.0.0.0"]


@pytest.mark.parametrize(("known", "restarts"), [("of before", 1), ("", 0)])
def test_a_removal_that_was_cut_off_is_finished(home, exchanged, monkeypatch, known, restarts):
    statefile.save(renewed.renewed(statefile.load(), Workbench()))
    running = replace(RUNNING, user_keys=known)
    monkeypatch.setattr(Servers, "running", lambda _self: running)
    found = []
    monkeypatch.setattr(serve_keys, "server", lambda *_: found.append(1))
    with pytest.raises(LocalaiError, match="Nobody called anna has a key"):
        serve_keys.remove(WORDS, "anna")
    assert len(found) == restarts


@pytest.mark.parametrize("error", [LocalaiError("no"), KeyboardInterrupt()])
def test_a_key_that_was_not_taken_over_is_none(home, exchanged, monkeypatch, error):
    def fail(_options):
        raise error

    monkeypatch.setattr(serve_keys, "_taken_over", fail)
    with pytest.raises(type(error)):
        serve_keys.add(WORDS, KeyRequest("anna"))
    assert not user_keys.all_()


def test_a_server_that_does_not_come_back_is_started_again_without_the_key(
    home, exchanged, monkeypatch
):
    def fail(*_):
        raise LocalaiError("it died")

    again = []
    statefile.save(renewed.renewed(statefile.load(), Workbench()))
    monkeypatch.setattr(Servers, "running", lambda _self: replace(RUNNING, listen="0.0.0.0"))
    monkeypatch.setattr(serve_keys, "server", fail)
    monkeypatch.setattr(
        _reach, "opened", lambda _setup, _bench, listen: again.append((listen, user_keys.all_()))
    )
    with pytest.raises(LocalaiError, match="it died"):
        serve_keys.add(WORDS, KeyRequest("anna"))
    assert again == [("0.0.0.0", ())]


def test_ollama_asks_for_no_key(home):
    statefile.save(replace(statefile.load(), place=ServerPlace()))
    with pytest.raises(LocalaiError, match="asks nobody for a key"):
        serve_keys.add(WORDS, KeyRequest("anna"))
    assert not user_keys.all_()


def test_a_limit_needs_a_proxy_that_keeps_it_and_is_told_where_there_is_none(
    home, exchanged, monkeypatch, capsys
):
    limited = KeyRequest("anna", at_once=2, per_minute=30)
    with pytest.raises(LocalaiError, match="One server by itself cannot limit a key"):
        serve_keys.add(WORDS, limited)
    assert not user_keys.all_()
    monkeypatch.setattr(_proxy, "chosen", lambda *_: (Front(1, "haproxy", "/usr/sbin/haproxy"), ()))
    serve.serve(JSON, ServeRequest(4, proxy=True, yes=True))
    before = user_keys.fingerprint()
    capsys.readouterr()
    serve_keys.add(JSON, limited)
    made = document(capsys)["keys"][0]
    assert (made["at_once"], made["per_minute"]) == (2, 30)
    assert user_keys.fingerprint() != before
    serve_keys.listing(WORDS)
    assert "at most 2 at once and 30 a minute" in capsys.readouterr().out
    for fewer in (ServeRequest(4, proxy=False), ServeRequest(1)):
        serve.serve(JSON, replace(fewer, dry_run=True))
        assert "the limits of anna hold again with `--proxy`" in " ".join(document(capsys)["notes"])


def test_a_limit_is_part_of_what_a_server_was_started_with(home):
    user_keys.add("anna")
    plain = user_keys.fingerprint()
    one = user_keys.all_()[0]
    user_keys._keep((replace(one, at_once=1),))
    assert user_keys.fingerprint() != plain
