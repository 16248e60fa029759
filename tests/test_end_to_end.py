"""The main job on real parts: a real engine, a real model, a real answer. Needs a package index."""

import json
import os
import random
import signal
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from . import readme_transcript

pytestmark = [pytest.mark.e2e, pytest.mark.network]
#: how often it is killed: each time it is set up from nothing, in 10 s on two quiet cores
KILLS = [1, pytest.param(5, marks=pytest.mark.real)]


def ask(server):
    """A program's request; `server` is what `status --json` says."""
    body = {"messages": [{"role": "user", "content": "Say hello."}], "max_tokens": 16}
    request = urllib.request.Request(
        f"{server['address']}/chat/completions",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {server['api_key']}",
        },
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return json.load(opener.open(request, timeout=60))["choices"][0]["message"]["content"]


def servers_of(home):
    """Processes of this home. What keeps a server's log small ends with it and is no server."""

    def belongs(process):
        try:
            words = " ".join(process.cmdline())
        except psutil.Error:
            return False
        return str(home) in words and "_log_keeper.py" not in words

    return [p for p in psutil.process_iter() if belongs(p) and p.pid != os.getpid()]


def tree(home):
    return {str(p): p.stat().st_mtime_ns for p in home.rglob("*") if p.is_file()}


def test_a_script_gets_from_nothing_to_an_answer(set_up):
    status = set_up.json("status")
    assert status["running"]
    assert psutil.pid_exists(status["pid"])
    assert Path(status["model_file"]).stat().st_size == 98_362_432
    assert ask(status).strip()


def test_readme_shows_what_init_says(set_up):
    assert readme_transcript.shown()
    assert not readme_transcript.missing(set_up.first_words)


def test_a_second_init_changes_nothing_and_says_so(set_up):
    before = tree(set_up.home)
    done = set_up("init", "--yes")
    assert done.returncode == 0
    assert "nothing was changed" in done.stderr
    assert {
        p for p, t in tree(set_up.home).items() if before.get(p) != t and not p.endswith(".lock")
    } == {
        p
        for p in tree(set_up.home)
        if p.endswith("server.log") and before.get(p) != tree(set_up.home)[p]
    }


def test_init_json_has_the_answer(set_up):
    document = set_up.json("init", "--yes")
    assert document["schema"] == "localai.plan/1"
    assert document["answer"]
    assert document["measured_tps"] > 1
    assert document["address"].startswith("http://127.0.0.1:")


def test_chat_answers_one_question(set_up):
    assert set_up("chat", "Say hello to a new user in one short sentence.").stdout.strip()
    assert set_up("chat", stdin="Say hello.\n").stdout.strip()
    assert set_up("chat", stdin="").returncode == 2


def test_bench_measures_and_keeps_it(set_up):
    run = json.loads(set_up("bench", "--seconds", "2", "--json").stdout)["measurement"]
    assert run["points"][0]["generate_tps"] > 0
    assert run["resident_mib"] > 90
    assert run["buffers_mib"] == pytest.approx(run["predicted_mib"], rel=0.01)
    kept = json.loads((set_up.home / "local ai ü" / "state" / "measurements.json").read_text())
    assert kept["runs"][-1]["points"] == run["points"]


def test_up_twice_is_one_server_and_down_is_none(set_up):
    set_up("up")
    first = set_up.json("up")["pid"]
    assert set_up.json("up")["pid"] == first
    set_up("down")
    assert not set_up.json("status")["running"]
    assert not servers_of(set_up.home)
    assert "Starting the server" in set_up("chat", "Say hello.").stderr


def test_a_port_that_is_taken_is_passed_over(set_up):
    import socket

    set_up("down")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 43110))
        except OSError:
            pytest.skip("port 43110 is in use by something else")
        other.listen()
        assert set_up.json("up")["address"] != "http://127.0.0.1:43110/v1"


def listing(home):
    """Every file with its bytes, every folder, every link."""
    return {
        str(path.relative_to(home)): os.readlink(path)
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else "a folder"
        for path in home.rglob("*")
    }


@pytest.fixture
def in_usual_folders(localai):
    """In the folders that every system has for such things, some of them there and some not."""
    localai.extra["LOCALAI_HOME"] = ""
    (localai.home / ".config").mkdir()
    (localai.home / "empty").mkdir()
    (localai.home / "thesis.txt").write_text("years of work")
    return localai


def test_uninstall_leaves_a_home_as_it_was(in_usual_folders):
    localai, before = in_usual_folders, listing(in_usual_folders.home)
    assert localai("init", "--yes", "--for", "starter").returncode == 0
    assert servers_of(localai.home)
    for command in (["doctor"], ["chat", "Hello"], ["bench", "--seconds", "1"], ["status"]):
        localai(*command)
    assert (localai.home / ".local/state/localai/api-key").exists()
    assert localai("uninstall", "--yes").returncode == 0
    assert not servers_of(localai.home)
    assert listing(localai.home) == before


@pytest.mark.real
@pytest.mark.timeout(600)
def test_uninstall_of_what_was_interrupted_leaves_a_home_as_it_was(in_usual_folders):
    localai, before = in_usual_folders, listing(in_usual_folders.home)
    for moment, number in ((0.7, signal.SIGINT), (2.5, signal.SIGTERM), (4.0, signal.SIGKILL)):
        process = localai.start("init", "--yes", "--for", "starter", start_new_session=True)
        time.sleep(moment)
        process.send_signal(number)
        process.communicate()
        assert localai("uninstall", "--yes").returncode == 0
        for stray in servers_of(localai.home):
            stray.wait(60)
        assert listing(localai.home) == before


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kills", KILLS)
def test_killed_at_random_moments_and_run_again_it_works(kills, localai):
    """`kill -9` of init anywhere, then init again: a working model, no leftovers."""
    chance = random.Random(20261124)
    for _ in range(kills):
        localai("uninstall", "--yes")
        process = localai.start("init", "--yes", "--for", "starter", start_new_session=True)
        time.sleep(chance.uniform(0.1, 8.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        done = localai("init", "--yes", "--for", "starter")
        assert done.returncode == 0, done.stderr
        status = localai.json("status")
        assert Path(status["model_file"]).stat().st_size == 98_362_432
        assert ask(status).strip()
        assert len(servers_of(localai.home)) == 1


def test_without_a_hub_the_starter_is_taken_and_said(localai):
    localai.extra = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    done = localai("init", "--yes")
    assert done.returncode == 0, done.stderr
    assert "hub cannot be reached" in done.stderr
    assert "tiny model" in done.stderr


def test_without_a_hub_what_was_asked_for_is_not_swapped(localai):
    localai.extra = {"HF_ENDPOINT": "http://127.0.0.1:9"}
    done = localai("init", "--yes", "--model", "qwen3.5-0.8b")
    assert done.returncode == 1
    assert "hub" in done.stderr
    assert not [p for p in localai.home.rglob("*.gguf*")]


def test_a_question_without_a_terminal_names_its_flag(localai):
    done = localai("init", "--for", "starter")
    assert done.returncode == 4
    assert "--yes" in done.stderr


def test_users_own_pip_settings_do_not_break_it(localai, tmp_path):
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nuser = true\ntarget = {tmp_path / 'elsewhere'}\n")
    localai.extra = {"PIP_CONFIG_FILE": str(settings)}
    done = localai("init", "--yes", "--for", "starter")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_of_ones_own_is_used_where_it_lies_and_left_there(set_up, tmp_path):
    own = tmp_path / "my model.gguf"
    own.write_bytes(Path(set_up.json("status")["model_file"]).read_bytes())
    document = set_up.json("init", "--yes", "--model", str(own))
    assert document["choice"]["model"] == "my model"
    assert document["answer"]
    assert set_up.json("status")["model_file"] == str(own)
    assert set_up("uninstall", "--yes").returncode == 0
    assert own.exists()
