"""Uninstalling takes what localai wrote, by name, and leaves what lies beside it."""

import functools
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from localai_setup import cli, guard
from localai_setup.commands import _proxy, uninstall
from localai_setup.machine.keeping import folders, own_files, removing
from localai_setup.model.errors import LocalaiError

OURS = (
    "data/models/0123456789ab-a.gguf",
    "data/models/0123456789ab-b.gguf.part",
    "data/models/0123456789ab-b.gguf.part.json",
    "data/models/unpacking-x1/wheel/a",
    "data/engines/xllamacpp-2026.1/bin/python",
    "data/engines/b11146-linux-cuda-12.8-x64/llama-server",
    "data/engines/xllamacpp-2026.1.growing-abc/x",
    f"data/engines/{_proxy.PACKAGE}-{_proxy.VERSION}/bin/traefik",
    "state/state.json",
    "state/state.json.damaged-1",
    "state/.state.json.abc",
    "state/server.log",
    "state/server-settings.json.front",
    "state/server-settings.json.proxy.yml",
    *(f"state/{name}" for name in own_files.PRIVATE if name != "state.json"),
    "state/init.lock",
    "state/init-holder.lock",
    "state/.server-holder.lock.abc",
    "cache/proofs.json",
    "cache/problems-0123456789abcdef.json",
    "cache/.problems-0123456789abcdef.json.x1",
    "cache/releases/0123456789ab-llama.tar.gz",
)
FOREIGN = (
    ".bashrc",
    "data/thesis.txt",
    "data/models/my.gguf",
    "data/models/sub/my.gguf",
    "data/engines/my-engine/run",
    "config/recipes/mine.yaml",
    "config/settings.ini",
    "state/thesis.json",
    "state/notes.log",
    "cache/other.json",
    "cache/releases/song.mp3",
)


def write(home, names):
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("x")


def files(home):
    return sorted(p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file())


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    folders.all_folders.cache_clear()
    yield tmp_path / "home"
    folders.all_folders.cache_clear()


def test_everything_of_ours_goes_with_its_folders(home):
    write(home, OURS)
    removing.remove(removing.ours(keep_models=False))
    assert not home.exists()


def test_what_others_put_there_stays_and_is_named(home):
    write(home, OURS + FOREIGN)
    removing.remove(removing.ours(keep_models=False))
    assert files(home) == sorted(FOREIGN)
    words = "\n".join(removing.left(keep_models=False))
    for name in ("thesis.txt", "my.gguf", "my-engine", "recipes", "notes.log", "song.mp3"):
        assert name in words, name


@pytest.mark.parametrize(
    ("prefix", "words"),
    [
        ("/home/a/localai/.venv", f"in {Path('/home/a/localai/.venv')}; delete this folder"),
        ("/home/a/.local/pipx/venvs/localai-setup", "`pipx uninstall localai-setup`"),
        ("/home/a/.local/share/uv/tools/localai-setup", "`uv tool uninstall localai-setup`"),
        ("/usr", "`python -m pip uninstall localai-setup`"),
    ],
)
def test_the_program_and_its_checkout_are_named_as_left(home, monkeypatch, prefix, words):
    monkeypatch.setattr(removing.sys, "prefix", prefix)
    monkeypatch.setattr(removing.sys, "base_prefix", "/usr")
    program, checkout, *_ = removing.left(keep_models=False)
    assert words in program
    assert f"its source code in {Path(__file__).parents[1]}" in checkout


def test_models_are_kept_where_that_was_asked(home):
    write(home, OURS)
    removing.remove(removing.ours(keep_models=True))
    assert (home / "data/models/0123456789ab-a.gguf").exists()
    assert not (home / "data/engines").exists()
    assert not (home / "state").exists()


OWN_WORK = ("data/conversations/trip to Rome.json", "data/adapters/tone/adapter.gguf")


def test_conversations_and_adapters_are_kept_with_the_models_and_named_as_left(home):
    write(home, OURS + OWN_WORK)
    removing.remove(removing.ours(keep_models=True))
    kept = [name for name in OURS if name.startswith("data/models/")]
    assert files(home) == sorted((*kept, *OWN_WORK))
    words = removing.left(keep_models=True)
    for name in ("models", "conversations", "adapters"):
        assert f"the {name} in {home / 'data' / name}" in words


def test_only_what_is_there_is_named_as_left(home):
    write(home, OWN_WORK[:1])
    words = "\n".join(removing.left(keep_models=True))
    assert "the conversations in" in words
    assert "the models" not in words and "the adapters" not in words


def test_what_nothing_brings_back_is_counted(home):
    write(home, (*OURS, *OWN_WORK, "data/conversations/b.json"))
    everything = removing.ours(keep_models=False)
    assert removing.own_work(everything) == "2 conversations and 1 adapter"
    assert removing.own_work(removing.ours(keep_models=True)) == ""
    question = uninstall._what_is_lost(removing.own_work(everything))
    assert "2 conversations and 1 adapter cannot" in question and "--keep-models" in question


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a permission there")
def test_links_go_and_what_they_point_to_stays(home, tmp_path):
    write(tmp_path, ("elsewhere/model.gguf",))
    write(home, OURS)
    (home / "data/models/0123456789ab-c.gguf").symlink_to(tmp_path / "elsewhere/model.gguf")
    (home / "data/engines/b11146-linked").symlink_to(tmp_path / "elsewhere")
    removing.remove(removing.ours(keep_models=False))
    assert files(tmp_path / "elsewhere") == ["model.gguf"]
    assert not home.exists()


def test_another_file_system_below_an_engine_is_not_entered(home, monkeypatch):
    write(home, OURS)
    monkeypatch.setattr(os.path, "ismount", lambda path: str(path).endswith("bin"))
    with pytest.raises(LocalaiError, match="mounted there"):
        removing.remove(removing.ours(keep_models=False))
    assert (home / "data/engines/xllamacpp-2026.1/bin/python").exists()


ORDINARY = {"data": ".local/share", "config": ".config", "state": ".local/state", "cache": ".cache"}
#: what of `uninstall` changes the disk, as Python's audit events are named
CHANGES = {"os.remove", "os.rmdir", "os.rename", "shutil.rmtree"}


@pytest.fixture
def ordinary(tmp_path, monkeypatch):
    """A home without LOCALAI_HOME, in which everything was set up."""
    monkeypatch.delenv("LOCALAI_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for token, folder in ORDINARY.items():
        monkeypatch.setenv(f"XDG_{token.upper()}_HOME", str(tmp_path / folder))
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


def set_up(home):
    (home / ".config").mkdir(exist_ok=True)
    removing.remember_missing_folders()
    for name in OURS[::3]:
        token, _, rest = name.partition("/")
        write(folders.folder(token), [rest])


def uninstalled():
    removing.remember_missing_folders()
    removing.remove(removing.ours(keep_models=False))


def ended_at(change, number):
    """A process that uninstalls, and gets a signal just before its so manieth change; whether it came
    that far.
    """
    pid = os.fork()
    if not pid:
        seen = []

        def watch(event, _arguments):
            if event in CHANGES:
                seen.append(event)
                if len(seen) == change:
                    os.kill(os.getpid(), number)

        guard.end_in_words()
        sys.addaudithook(watch)
        try:
            uninstalled()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] != 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.filterwarnings("ignore:This process")
@pytest.mark.parametrize("number", ["SIGKILL", "SIGTERM"])
def test_ended_before_any_of_its_changes_the_same_command_again_leaves_nothing(ordinary, number):
    number = getattr(signal, number)
    changes = 0
    while changes < 200:
        set_up(ordinary)
        if not ended_at(changes + 1, number):
            break
        changes += 1
        uninstalled()
        assert [one.name for one in ordinary.iterdir()] == [".config"], f"at change {changes}"
    assert changes > len(OURS[::3])


def test_folders_that_were_made_on_the_way_go_too_where_they_are_empty(home, monkeypatch):
    root = home / "far" / "away"
    monkeypatch.setenv("LOCALAI_HOME", str(root))
    folders.all_folders.cache_clear()
    home.mkdir()
    removing.remember_missing_folders()
    write(root, OURS)
    removing.remove(removing.ours(keep_models=False))
    assert list(home.iterdir()) == []


#: what lies in a home → whether `uninstall` tells of something that it removed
LEFT_BEHIND = {
    "nothing": ((), False),
    "a set-up": (OURS, True),
    "the lock of a command": (("state/init.lock",), True),
    "what others put there": (FOREIGN, False),
}


@pytest.mark.parametrize("case", LEFT_BEHIND)
def test_only_what_was_there_before_is_stated_as_removed(case, home, monkeypatch, capsys):
    names, is_listed = LEFT_BEHIND[case]
    if sys.platform == "win32" and case == "the lock of a command":
        pytest.skip("filelock itself removes one that is released there")
    monkeypatch.setenv("HOME", str(home.parent))
    write(home, names)
    listed = []
    for _ in range(2):
        assert cli.run(["uninstall", "--yes", "--json"]) == 0
        listed.append(json.loads(capsys.readouterr().out)["removed"])
    assert (str(home / "state/state.json") in listed[0]) == ("state/state.json" in names)
    assert [bool(one) for one in listed] == [is_listed, False]


def test_a_record_that_a_run_which_was_cut_off_set_aside_is_stated_as_removed(
    home, monkeypatch, capsys
):
    monkeypatch.setenv("HOME", str(home.parent))
    write(home.parent, [removing.ASIDE])
    assert cli.run(["uninstall", "--yes", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["removed"]
    assert listed == [str(home / "state/folders.json")]
    assert not (home.parent / removing.ASIDE).exists()


@pytest.mark.parametrize("text", ["", "[", "3", '[3, "/nowhere/x"]', "[" * 100_000])
def test_a_damaged_record_of_folders_stops_nothing(home, text):
    write(home, OURS)
    (home / "state/folders.json").write_text(text)
    removing.remove(removing.ours(keep_models=False))
    assert not home.exists()


def test_one_folder_for_data_and_state_is_no_ones_foreign(home, monkeypatch):
    """On Windows and macOS data, settings and state have the same folder."""
    write(
        home, ("models/0123456789ab-a.gguf", "state.json", "recipes/mine.yaml", "cache/proofs.json")
    )
    places = {"data": home, "config": home, "state": home, "cache": home / "cache"}
    monkeypatch.setattr(folders, "all_folders", functools.cache(lambda: places))
    removing.remove(removing.ours(keep_models=True))
    assert files(home) == ["models/0123456789ab-a.gguf", "recipes/mine.yaml"]
    foreign = [one for one in removing.left(keep_models=True) if "did not write" in one]
    assert len(foreign) == 1
    assert "recipes" in foreign[0]
