"""Bad weather on the real program: each ends in words, the right exit code, and nothing half done."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest
from werkzeug import Response

from localai_setup.ui import console

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells and signals")
NOWHERE = "http://127.0.0.1:9"
STARTER = ("init", "--yes", "--for", "starter")


@pytest.fixture(autouse=True)
def quick_pip(localai):
    localai.extra = {"PIP_RETRIES": "0", "PIP_NO_CACHE_DIR": "1", "HF_ENDPOINT": NOWHERE}


def assert_words(done, code=1):
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "error: " in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith(("hint: ", "error: "))


def no_parts(localai):
    return not [p for p in localai.home.rglob("*") if ".part" in p.name or "growing" in p.name]


def test_no_network_at_all(localai):
    localai.extra["PIP_INDEX_URL"] = f"{NOWHERE}/simple"
    done = localai("init", "--yes")
    assert_words(done)
    assert "hub cannot be reached" in done.stderr
    assert "package index" in done.stderr
    assert no_parts(localai)


def test_offline_says_what_is_missing(localai):
    done = localai(*STARTER, "--offline")
    assert_words(done)
    assert "--offline" in done.stderr


def index(httpserver, answer):
    """A package index that has the engine's wheel, and gives it as `answer` does."""
    wheel = "xllamacpp-2026.10.11549-cp310-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
    page = f'<a href="/{wheel}">{wheel}</a>'
    httpserver.expect_request("/simple/xllamacpp/").respond_with_data(
        page, content_type="text/html"
    )
    httpserver.expect_request(f"/{wheel}").respond_with_handler(answer)
    return httpserver.url_for("/simple")


def cut_off(_request):
    return Response(b"x" * 1000, headers={"Content-Length": "30000000"})


def altered(_request):
    return Response(b"not the wheel", content_type="application/octet-stream")


@pytest.mark.skipif(sys.platform != "linux", reason="the index offers a wheel for Linux")
@pytest.mark.parametrize("answer", [cut_off, altered], ids=lambda f: f.__name__)
def test_a_proxy_that_cuts_off_or_alters(localai, httpserver, answer):
    localai.extra["PIP_INDEX_URL"] = index(httpserver, answer)
    assert_words(localai(*STARTER))
    assert no_parts(localai)


def hanging(httpserver):
    """An index that answers after everybody has left, whatever is fetched first."""

    def wait(_request):
        time.sleep(20)
        return Response("late", status=503)

    httpserver.expect_request(re.compile("/simple/.*")).respond_with_handler(wait)
    return httpserver.url_for("/simple")


def wait_for(process, words):
    while line := process.stderr.readline():
        if words in line:
            return
    raise AssertionError(f"{words!r} was not said")


@posix
def test_ctrl_c_in_the_middle_of_a_download(localai, httpserver):
    localai.extra["PIP_INDEX_URL"] = hanging(httpserver)
    # a shell that runs the tests in the background lets them ignore Ctrl-C
    heed = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    process = localai.start(*STARTER, start_new_session=True, preexec_fn=heed)
    wait_for(process, "from the package index")
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    _out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert no_parts(localai)


@posix
def test_two_at_once_wait_for_each_other_and_say_so(localai, httpserver):
    localai.extra["PIP_INDEX_URL"] = hanging(httpserver)
    first = localai.start(*STARTER, start_new_session=True)
    wait_for(first, "from the package index")
    second = localai.start(*STARTER, start_new_session=True)
    try:
        wait_for(second, f"process {first.pid}")
    finally:
        for one in (first, second):
            os.killpg(one.pid, signal.SIGKILL)
            one.communicate()


def test_no_terminal_and_no_yes(localai):
    for command in (["init"], ["init", "--json"], ["uninstall"]):
        done = localai(*command)
        assert_words(done, 4)
        assert "--" in done.stderr.splitlines()[-1]


@posix
@pytest.mark.parametrize("home", [None, "", "ä folder/with ß"], ids=str)
def test_home_unset_empty_or_strange(localai, tmp_path, home):
    environment = localai.environment()
    environment.pop("LOCALAI_HOME")
    environment.pop("HOME")
    if home is not None:
        environment["HOME"] = str(tmp_path / home) if home else ""
    command = [sys.executable, "-m", "localai_setup", "status"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if home == "":
        assert_words(done)
        assert "HOME" in done.stderr
    else:
        assert done.returncode == 0, done.stderr


@posix
@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ("recipes list | head -n 1; exit ${PIPESTATUS[0]}", 0),
        ("--help | head -n 1; exit ${PIPESTATUS[0]}", 0),
        ("recipes list | true; exit ${PIPESTATUS[0]}", 0),
        ("status <&-", 0),
        ("init <&-", 4),
        ("chat <&-", 1),
        ("status >&-", 0),
        ("status 2>&-", 0),
        ("recipes list > /dev/full", 1),
    ],
    ids=lambda x: str(x)[:30],
)
def test_closed_and_full_streams(localai, shell, code):
    if "/dev/full" in shell and not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    command = f'"{sys.executable}" -m localai_setup {shell}'
    done = subprocess.run(
        ["bash", "-c", command], env=localai.environment(), capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    "command", ["plan --for starter", "doctor", "recipes list", "status", "init"]
)
def test_a_terminal_without_foreign_letters_gets_plain_ones(localai, command):
    localai.extra |= {"PYTHONIOENCODING": "ascii", "LANG": "C", "LC_ALL": "C", "NO_COLOR": "1"}
    done = localai(*command.split())
    assert done.returncode in (0, 1, 4), done.stderr
    assert "Traceback" not in done.stderr
    assert (done.stdout + done.stderr).isascii()
    assert "\x1b" not in done.stdout + done.stderr


@posix
def test_paths_and_commands_stay_whole_on_a_narrow_terminal(localai):
    pexpect = pytest.importorskip("pexpect")
    command = ["-m", "localai_setup", "plan", "--for", "starter"]
    environment = {**localai.environment(), "TERM": "xterm"}
    shown = pexpect.spawn(
        sys.executable, command, env=environment, encoding="utf-8", dimensions=(24, 40)
    )
    shown.expect(pexpect.EOF)
    assert "~/local ai ü/data/engines/" in shown.before


def test_lines_break_between_words_and_commands_stay_whole():
    text = "Swap it for a better one with `localai init --for chat`."
    lines = console.wrapped(text, 30).splitlines()
    assert lines == ["Swap it for a better one with", "`localai init --for chat`."]
    assert console.wrapped("  1. one two three", 12) == "  1. one two\n     three"
    assert console.wrapped("Answered: one two three", 18) == "Answered: one two\n          three"
    assert (
        console.wrapped("  a  1 GB  one two three", 20)
        == "  a  1 GB  one two\n" + " " * 11 + "three"
    )
    assert console.wrapped("  a long column  one two", 20) == "  a long column  one\n    two"
    assert (
        console.wrapped("/a/very/long/path/that/is/whole", 10) == "/a/very/long/path/that/is/whole"
    )
