"""Starting at login: the files of each system are read back by its own rules, and taken back whole."""

import os
import plistlib
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from localai_setup.machine.keeping import folders
from localai_setup.machine.running import login_start
from localai_setup.model import at_login
from localai_setup.model.errors import LocalaiError

from . import task_schema

pytestmark = pytest.mark.quick

PROGRAM = ("/opt/my py/bin/python3", "-m", "localai_setup")
HOME = {"LOCALAI_HOME": '/home/a b/100% $x "q" \\'}


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path_factory.mktemp("own")))
    folders.all_folders.cache_clear()
    yield
    folders.all_folders.cache_clear()


def test_a_unit_keeps_blanks_and_the_signs_of_systemd():
    text = at_login.systemd(PROGRAM, HOME, "/c").text
    assert 'ExecStart="/opt/my py/bin/python3" -m localai_setup up\n' in text
    assert 'Environment="LOCALAI_HOME=/home/a b/100%% $x \\"q\\" \\\\"\n' in text
    assert at_login.systemd(("/a$b",), {}, "/c").text.count('"/a$$b"') == 2


@pytest.fixture
def short_folder():
    """systemd warns of its own units where the path of a socket below HOME is longer than 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="l-", dir="/tmp") as folder:
        yield folder


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_itself_finds_nothing_wrong_with_the_unit(tmp_path, short_folder):
    program = (sys.executable, "-m", "localai_setup")
    made = at_login.systemd(program, HOME, str(tmp_path))
    Path(made.file).parent.mkdir(parents=True)
    Path(made.file).write_bytes(made.content)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", made.file],
        env={**os.environ, "XDG_RUNTIME_DIR": short_folder, "HOME": short_folder},
        capture_output=True, text=True,
    )  # fmt: skip
    # units of others are read as well, and where this folder has a long name some complain
    about_ours = [line for line in done.stderr.splitlines() if at_login.NAME in line]
    assert (done.returncode, about_ours) == (0, [])


def test_an_agent_is_a_property_list_that_starts_at_login_and_leaves_the_server_alone():
    made = at_login.launchd(PROGRAM, HOME, "/Users/a", 501)
    found = plistlib.loads(made.content)
    assert found["ProgramArguments"] == [*PROGRAM, "up"]
    assert found["EnvironmentVariables"] == HOME
    assert found["RunAtLoad"] and found["AbandonProcessGroup"]
    assert made.file == f"/Users/a/Library/LaunchAgents/{found['Label']}.plist"


def test_a_task_is_one_of_its_owner_with_no_further_rights():
    made = at_login.task("C:\\Py 3\\pythonw.exe", "-m localai_setup up", "PC\\A & B", "C:\\s")
    root = ElementTree.fromstring(made.content)

    def of(name):
        return [one.text for one in root.iter() if one.tag.endswith("}" + name)]

    assert of("UserId") == ["PC\\A & B"] * 2
    assert of("RunLevel") == ["LeastPrivilege"]
    assert (of("Command"), of("Arguments")) == (["C:\\Py 3\\pythonw.exe"], ["-m localai_setup up"])
    assert "A &amp; B" in made.text


class Processes:
    """Notes what is run; commands with `refused` in them fail."""

    def __init__(self):
        self.ran = []

    def run(self, command, _seconds):
        self.ran.append(command)
        return SimpleNamespace(exit_code=int("refused" in command))


def test_what_was_written_is_taken_back(tmp_path):
    made, processes = at_login.systemd(PROGRAM, {}, str(tmp_path)), Processes()
    login_start.turn_on(made, processes)
    assert Path(made.file).read_bytes() == made.content
    assert login_start.is_on(made, processes)
    login_start.turn_off(made, processes)
    assert not login_start.is_on(made, processes)
    assert list(tmp_path.iterdir()) == [], "the folders that were made for it"
    assert [command[2] for command in processes.ran] == [
        "daemon-reload", "enable", "is-enabled", "disable", "daemon-reload"
    ]  # fmt: skip


def test_folders_that_were_there_or_hold_something_stay(tmp_path):
    made, processes = at_login.systemd(PROGRAM, {}, str(tmp_path)), Processes()
    (tmp_path / "systemd").mkdir()
    login_start.turn_on(made, processes)
    login_start.turn_on(made, processes)
    login_start.turn_off(made, processes)
    assert list((tmp_path / "systemd").iterdir()) == []
    login_start.turn_on(made, processes)
    Path(made.file).with_name("mine.service").write_bytes(THEIRS)
    login_start.turn_off(made, processes)
    assert [one.name for one in Path(made.file).parent.iterdir()] == ["mine.service"]


def test_where_the_system_refuses_nothing_stays(tmp_path):
    made = replace(at_login.systemd(PROGRAM, {}, str(tmp_path)), turn_on=(("refused",),))
    with pytest.raises(LocalaiError, match="This failed: refused"):
        login_start.turn_on(made, Processes())
    assert not Path(made.file).exists()


def test_a_container_is_told_as_one(monkeypatch, tmp_path):
    monkeypatch.setattr(login_start.sys, "platform", "linux")
    mark = tmp_path / "mark"
    monkeypatch.setattr(login_start, "_CONTAINER_MARKS", (str(mark),))
    assert login_start.why_not(Processes()) == ""
    mark.touch()
    assert "container" in login_start.why_not(Processes())


def test_without_a_systemd_that_answers_that_is_told(monkeypatch):
    monkeypatch.setattr(login_start.sys, "platform", "linux")
    monkeypatch.setattr(login_start, "_CONTAINER_MARKS", ())

    class None_(Processes):
        def run(self, _command, _seconds):
            raise FileNotFoundError

    assert "systemd" in login_start.why_not(None_())


THEIRS = b"[Unit]\nDescription=LocalAI\n[Service]\nExecStart=/usr/bin/local-ai run\n"


def test_a_file_of_that_name_that_another_wrote_is_neither_replaced_nor_removed(tmp_path):
    made, processes = at_login.systemd(PROGRAM, {}, str(tmp_path)), Processes()
    Path(made.file).parent.mkdir(parents=True)
    Path(made.file).write_bytes(THEIRS)
    with pytest.raises(LocalaiError, match="did not write it"):
        login_start.turn_on(made, processes)
    login_start.turn_off(made, processes)
    assert not login_start.is_on(made, processes)
    assert Path(made.file).read_bytes() == THEIRS
    assert processes.ran == []


def test_a_task_of_that_name_that_another_made_is_not_replaced(tmp_path):
    made = at_login.task("py.exe", "up", "PC\\A", str(tmp_path))
    with pytest.raises(LocalaiError, match="task localai-setup-server is there already"):
        login_start.turn_on(made, Processes())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "made",
    [
        at_login.systemd(PROGRAM, {}, "/c"),
        at_login.launchd(PROGRAM, {}, "/Users/a", 501),
        at_login.task("py.exe", "up", "PC\\A", "C:\\s"),
    ],
    ids=lambda made: made.kind,
)
def test_each_file_of_ours_is_known_as_ours_by_a_mark_and_no_other_is(made):
    assert made.is_ours(made.content)
    assert not made.is_ours(made.text.replace(at_login.MARK, "").encode(made._encoding))


@pytest.mark.skipif(sys.platform == "win32", reason="paths of another system in its settings")
def test_every_folder_that_was_set_is_found_again_at_login(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(login_start.sys, "platform", "linux")
    monkeypatch.setenv("LOCALAI_HOME", "my home")
    monkeypatch.setenv("XDG_STATE_HOME", "/srv/state")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    text = login_start.entry().text
    assert f'Environment="LOCALAI_HOME={tmp_path}/my home"\n' in text
    assert "Environment=XDG_STATE_HOME=/srv/state\n" in text
    assert "XDG_CACHE_HOME" not in text


@pytest.mark.parametrize("home", ["C:\\it's", 'C:\\a "b"', "C:\\o'brien\\ä b\\"])
def test_a_task_finds_its_home_whatever_signs_are_in_it(home):
    code = login_start._with_environment({"LOCALAI_HOME": home})
    seen = {}
    exec(code.split(";from")[0].replace("os.environ.update", "seen.update"), {"seen": seen})
    assert seen == {"LOCALAI_HOME": home}
    # a quote inside of an argument of Windows is escaped by a backslash
    assert '"' not in re.sub(r'\\"', "", subprocess.list2cmdline(["-c", code])[4:-1])


TASK = at_login.task("C:\\Py 3\\pythonw.exe", "-m localai_setup up", "PC\\A & B", "C:\\s")


def test_a_task_is_what_the_schema_of_the_scheduler_asks_for():
    root = ElementTree.fromstring(TASK.content)
    assert task_schema.faults(root) == []
    # UTF-16 with its mark, and the name of that encoding: what schtasks reads
    assert TASK.content.startswith((b"\xff\xfe", b"\xfe\xff"))
    assert "encoding='utf-16'" in TASK.text.splitlines()[0]
    context = next(one for one in root.iter() if one.tag.endswith("}Actions")).get("Context")
    assert context == next(one for one in root.iter() if one.tag.endswith("}Principal")).get("id")


def test_what_the_task_starts_has_a_usual_priority():
    """The scheduler's own is 7: below normal, with slow reading from the disk, and the server inherits it."""
    root = ElementTree.fromstring(TASK.content)
    assert [one.text for one in root.iter() if one.tag.endswith("}Priority")] == ["5"]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("<Enabled>true</Enabled>", "", None),
        ("Exec>", "Execute>", "Execute does not belong into Actions"),
        ("<Enabled>true</Enabled>", "<Enabled>yes</Enabled>", "Enabled is 'yes'"),
        ("<RunLevel>", "<RunLevel>Highest", "RunLevel is 'HighestLeastPrivilege'"),
        ('<Task version="1.2"', '<Task version="1.2" id="x"', "Task has no attribute id"),
        ("</Command>", "</Command><Command>x</Command>", "Command stands twice in Exec"),
        ("<LogonTrigger>", "<LogonTrigger><Delay>PT1M</Delay>", "LogonTrigger has its parts in another order"),
    ],
)  # fmt: skip
def test_a_task_that_the_scheduler_would_refuse_is_noticed(before, after, fault):
    text = TASK.text.split("\n", 1)[1]
    assert before in text
    found = task_schema.faults(ElementTree.fromstring(text.replace(before, after)))
    assert any(one.startswith(fault) for one in found) if fault else found == []
