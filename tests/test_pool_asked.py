"""The machines of a pool asked through an `ssh` made here: who answers, what strangers send, who is refused."""

import json
import os
import socket
import sys

import pytest

from localai_setup import cli
from localai_setup.machine.fleet import ssh
from localai_setup.model.errors import LocalaiError
from tests.test_pool import AIR, INTEL, MACHINES, STARTER
from tests.test_schemas import check

pytestmark = pytest.mark.quick

#: machine → what its ssh does
FAKE = """#!{python}
import os, sys, time
open({log!r}, "a").write(repr(sys.argv[1:]) + "\\n")
host, command = sys.argv[-2:]
if command == "cat" and host == "leaves":
    line = sys.stdin.readline()
    os.close(0)
    print(line, end="", flush=True)
    sys.exit(3)
if command == "cat" and host == "loud":
    while True:
        os.write(2, b"x" * 100000)
if host == "off":
    sys.exit(print("ssh: connect to host off port 22: Connection refused", file=sys.stderr) or 255)
if command == "cat":
    print("Welcome to the machine.", flush=True)
    for line in sys.stdin:
        print(line, end="", flush=True)
    sys.exit()
if host == "bare":
    sys.exit(print("sh: 1: exec: localai: not found", file=sys.stderr) or 127)
if host == "broken":
    sys.exit(print("error: it went wrong", file=sys.stderr) or 1)
if host == "long":
    sys.exit(print("y" * 100000, file=sys.stderr) or 1)
if host == "huge":
    sys.exit(print("[" * 5000000))
if host == "nan":
    sys.exit(print('{{"schema": "localai.recording/1", "readings": {{}}, "size": NaN}}'))
if host == "knows-nothing":
    sys.exit(print('{{"schema": "localai.recording/1", "readings": {{}}}}'))
print("no json" if host == "odd" else open({recording!r}).read())
"""


@pytest.fixture
def fake_ssh(tmp_path, monkeypatch):
    """On PATH; returns the file in which it keeps what it was started with."""
    if sys.platform == "win32":
        pytest.skip("a script is no program there")
    log, program = tmp_path / "asked", tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    recording = str(MACHINES / INTEL / "recording.json")
    text = FAKE.format(python=sys.executable, log=str(log), recording=recording)
    program.write_text(text)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return log


def pool(capsys, *arguments):
    code = cli.run(
        ["pool", "--replay", str(MACHINES / INTEL / "recording.json"), "--json", *arguments]
    )
    document = json.loads(capsys.readouterr().out)
    check(document)
    return code, document


def test_each_is_asked_through_ssh_and_who_does_not_answer_is_named(fake_ssh, capsys):
    names = "pi@two,three,off,bare,broken,odd"
    code, document = pool(capsys, "--members", names)
    states = {one["name"]: one["state"] for one in document["members"]}
    assert states == {
        "this computer": "answered", "pi@two": "answered", "three": "answered",
        "off": "unreachable", "bare": "without-localai", "broken": "failed", "odd": "failed",
    }  # fmt: skip
    why = {one["name"]: one["why"] for one in document["members"]}
    assert why["off"].endswith("Connection refused") and why["broken"] == "error: it went wrong"
    assert any("Planned without off" in one for one in document["notes"])
    assert (code, document["verdict"]) == (1, "gain")
    trips = [one["round_trip_ms"] for one in document["members"] if one["state"] == "answered"]
    assert trips[0] is None and all(0 < one < 5000 for one in trips[1:])


#: machine → its state, and what is told of it
STRANGE = {
    "leaves": ("unreachable", "ssh ended with exit code 3"),
    "loud": ("unreachable", "it complains without an end"),
    "long": ("failed", "y" * 300),
    "huge": ("failed", "it printed more than 4 MB, which is no recording"),
    "nan": ("failed", "what it printed is no recording"),
}


def test_what_a_stranger_sends_ends_no_plan_and_is_told_as_it_is(fake_ssh, capsys):
    code, document = pool(capsys, "--members", ",".join(("two", "three", *STRANGE)))
    stated = {one["name"]: (one["state"], one["why"]) for one in document["members"]}
    assert {name: stated[name] for name in STRANGE} == STRANGE
    assert (code, document["verdict"]) == (1, "gain")


@pytest.mark.parametrize("model", ["", STARTER, "qwen3-235b-a22b"])
def test_a_machine_that_tells_nothing_of_itself_lends_nothing(model, fake_ssh, capsys):
    more = ("--model", model) if model else ()
    _, document = pool(capsys, "--members", "knows-nothing", *more)
    assert document["members"][1]["room_mib"] is None and not document["gain"]


def test_ssh_asks_no_questions_and_takes_no_name_for_a_flag(fake_ssh, capsys):
    pool(capsys, "--members", "two")
    for line in fake_ssh.read_text().splitlines():
        assert "'BatchMode=yes'" in line and "'--', 'two'" in line


def test_where_nothing_holds_the_model_the_exit_code_says_so(fake_ssh, capsys):
    code, document = pool(capsys, "--members", "two", "--model", "qwen3-235b-a22b")
    assert (code, document["verdict"], document["pooled"]) == (3, "too-large", None)


REFUSED = [
    ("-oProxyCommand=touch /tmp/x", (), "is no name of a machine"),
    ("two;reboot", (), "is no name of a machine"),
    ("anna@localhost", (), "one of them already"),
    ("127.0.0.1", (), "one of them already"),
    ("anna@[::1]", (), "one of them already"),
    (socket.gethostname().upper(), (), "one of them already"),
    ("two,anna@Two.", (), "anna@Two. is two, which is one of them already"),
    ("two", ("--offline",), "asked over the network"),
    (",", (), "No other machine is named"),
    ("two", ("--model", "no-such"), "no model called no-such"),
    ("gone.json", (), "gone.json"),
]


@pytest.mark.parametrize(("names", "more", "words"), REFUSED)
def test_what_cannot_be_asked_is_told_before_anybody_is(names, more, words, fake_ssh, capsys):
    with pytest.raises(LocalaiError) as error:
        pool(capsys, "--members", names, *more)
    assert words in error.value.what + error.value.why
    assert not fake_ssh.exists()


def test_without_ssh_that_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LocalaiError, match="no `ssh`"):
        ssh.ask("two")


def test_a_recording_stands_for_a_machine_that_is_elsewhere(capsys):
    code, document = pool(capsys, "--members", str(MACHINES / AIR / "recording.json"), "--offline")
    assert code == 0
    assert document["members"][1]["round_trip_ms"] is None
