"""What runs on each machine of a fleet, and how its results come home: with a localai and an Ansible made here."""

import importlib
import json
import os
import sys
import types
from pathlib import Path

import pytest

from localai_setup import cli
from localai_setup.machine.fleet import ansible, pushing
from localai_setup.model.errors import LocalaiError

pytestmark = [
    pytest.mark.quick,
    pytest.mark.skipif(sys.platform == "win32", reason="Ansible does not run on Windows"),
]

MODULE = "ansible_collections.localai.fleet.plugins.modules.command"
WELL = {"schema": "localai.doctor/1", "healthy": True, "findings": [], "set_up": None}
#: prints what lies beside it under the name of its command, and ends with the code beside that
LOCALAI = """#!{python}
import os, sys
here, words = os.path.dirname(__file__), sys.argv[1:]
with open(here + "/asked", "a") as asked:
    print(*words, file=asked)
name = "dry-init" if "--dry-run" in words else words[0]
print(open(here + "/" + name + ".json").read())
code = here + "/" + name + ".code"
sys.stderr.write("error: it went wrong\\n")
sys.exit(int(open(code).read()) if os.path.exists(code) else 0)
"""


@pytest.fixture
def command(monkeypatch, tmp_path):
    """Our module, imported as Ansible does, without Ansible."""
    basic = types.ModuleType("ansible.module_utils.basic")
    basic.AnsibleModule = None
    for name in ("ansible", "ansible.module_utils"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "ansible.module_utils.basic", basic)
    monkeypatch.syspath_prepend(str(ansible.COLLECTION))
    found = importlib.import_module(MODULE)
    for name in ("PUSHED", "HOME"):  # of the machine that runs the tests nothing may be touched
        monkeypatch.setattr(found.bringing, name, str(tmp_path / name))
    yield found
    for name in [one for one in sys.modules if one.startswith("ansible_collections")]:
        del sys.modules[name]


@pytest.fixture
def job(command, tmp_path):
    """A job on a machine whose localai answers with these documents, and exit codes of `command:code`."""

    def make(action, documents, codes=(), arguments=(), is_dry=False):
        program = tmp_path / "localai"
        program.write_text(LOCALAI.format(python=sys.executable))
        program.chmod(0o755)
        for name, document in documents.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(document))
        for name, code in dict(codes).items():
            (tmp_path / f"{name}.code").write_text(str(code))
        params = {
            "action": action,
            "arguments": list(arguments),
            "common": ["--offline"],
            "requirement": "localai-setup==1",
            "program": str(program),
            "pushed": False,
        }
        return command.Job(params, is_dry)

    return make


def asked(tmp_path):
    return (tmp_path / "asked").read_text().splitlines()


SET_UP = {**WELL, "set_up": {"model": "small"}}
#: action, dry run, documents → what was asked there, whether anything changed
RUNS = {
    "doctor": (
        "doctor", False, {"doctor": WELL, "plan": {"steps": []}},
        ["doctor --json --offline", "plan --json --for chat --offline"], False,
    ),
    "doctor of a set-up": (
        "doctor", False, {"doctor": SET_UP, "licences": {"parts": []}, "plan": {}},
        ["doctor --json --offline", "licences --json --offline", "plan --json --for chat --offline"],
        False,
    ),
    "first init": (
        "init", False, {"init": {"changed": True}, "doctor": WELL},
        ["init --json --yes --for chat --offline", "doctor --json --offline"], True,
    ),
    "second init": (
        "init", False, {"init": {"changed": False}, "doctor": WELL},
        ["init --json --yes --for chat --offline", "doctor --json --offline"], False,
    ),
    "init of an older localai": (
        "init", False, {"init": {"receipts": []}, "doctor": WELL},
        ["init --json --yes --for chat --offline", "doctor --json --offline"], True,
    ),
    "dry init with something to do": (
        "init", True, {"dry-init": {"steps": [{"done": True}, {"done": False}]}, "doctor": WELL},
        ["init --json --dry-run --for chat --offline", "doctor --json --offline"], True,
    ),
    "dry init with nothing to do": (
        "init", True, {"dry-init": {"steps": [{"done": True}]}, "doctor": WELL},
        ["init --json --dry-run --for chat --offline", "doctor --json --offline"], False,
    ),
    "upgrade where nothing is set up": (
        "upgrade", False, {"doctor": WELL},
        ["doctor --json --offline", "doctor --json --offline"], False,
    ),
    "uninstall": (
        "uninstall", False, {"uninstall": {"removed": ["/a"]}},
        ["uninstall --json --yes --for chat --offline"], True,
    ),
    "second uninstall": (
        "uninstall", False, {"uninstall": {"removed": []}},
        ["uninstall --json --yes --for chat --offline"], False,
    ),
    "dry uninstall": (
        "uninstall", True, {"doctor": SET_UP}, ["doctor --json --offline"], True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RUNS)
def test_an_action_asks_for_this_and_changes_only_what_it_changed(case, job, tmp_path):
    action, is_dry, documents, commands, changed = RUNS[case]
    done = job(action, documents, arguments=["--for", "chat"], is_dry=is_dry)
    done.run()
    assert asked(tmp_path) == commands
    assert (done.changed, done.state) == (changed, "answered")


#: command, its exit code, whether that is an answer
ENDS = [
    ("doctor", 1, True), ("doctor", 70, False), ("doctor", 2, False),
    ("plan", 3, True), ("plan", 1, False), ("plan", 4, False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "is_answer"), ENDS)
def test_exit_codes_that_are_answers(name, code, is_answer, job, command):
    done = job("doctor", {"doctor": WELL, "plan": {}}, {name: code})
    if is_answer:
        done.run()
        return
    with pytest.raises(command.TroubleError) as reported:
        done.run()
    assert str(reported.value) == f"`localai {name}` failed there (exit code {code}): it went wrong"


def test_what_is_no_json_and_what_cannot_be_started_is_told(job, command, tmp_path):
    done = job("doctor", {"doctor": WELL})
    (tmp_path / "doctor.json").write_text("no json")
    with pytest.raises(command.TroubleError, match="failed there"):
        done.run()
    (tmp_path / "localai").unlink()
    with pytest.raises(command.TroubleError, match="cannot be started: No such file"):
        done.run()


def test_uninstall_takes_back_what_was_pushed_and_a_dry_run_does_not(job, command, tmp_path):
    pushed = tmp_path / "PUSHED"
    (pushed / "models").mkdir(parents=True)
    documents = {"doctor": WELL, "uninstall": {"removed": []}}
    for is_dry, is_left in ((True, True), (False, False)):
        done = job("uninstall", documents, is_dry=is_dry)
        done.run()
        assert (done.changed, pushed.exists()) == (True, is_left)
    assert Path(done.program).exists()


def test_uninstall_removes_what_was_brought_and_cut_off(job, tmp_path):
    left = [tmp_path / "HOME", tmp_path / "PUSHED"]
    for folder in left:
        folder.mkdir()
    for is_dry, is_left in ((True, True), (False, False)):
        done = job("uninstall", {}, is_dry=is_dry)
        done.program = ""
        done.run()
        assert (done.state, done.changed) == ("without-localai", True)
        assert [one.exists() for one in left] == [is_left, is_left]


def test_offline_no_package_is_fetched_for_localai_itself(job):
    done = job("init", {})
    assert done.environment().get("PIP_NO_INDEX") == "1"
    done.params["common"] = []
    assert "PIP_NO_INDEX" not in done.environment()


#: what was pushed, what stands there already → what stands there then
PLACED = [("new", None, "new"), ("new", "old", "old"), (None, "old", "old"), (None, None, None)]


@pytest.mark.parametrize(("pushed", "here", "then"), PLACED)
def test_a_pushed_model_lies_where_the_plan_writes_it_and_replaces_nothing(
    pushed, here, then, job, command, tmp_path
):
    target = tmp_path / "data" / "models" / "m.gguf"
    for text, file in (
        (pushed, Path(command.bringing.PUSHED, "models", "m.gguf")),
        (here, target),
    ):
        if text:
            file.parent.mkdir(parents=True)
            file.write_text(text)
    job("init", {"dry-init": {"steps": [{"writes": [str(target)]}]}}).place_models([])
    assert (target.read_text() if target.exists() else None) == then
    assert target.parent.exists() == bool(then)
