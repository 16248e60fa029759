"""How Ansible is run, and how its results become one report: with an ansible-playbook made here."""

import json
import os
import sys
from pathlib import Path

import pytest

from localai_setup import cli
from localai_setup.machine.fleet import ansible, pushing
from localai_setup.model.errors import LocalaiError
from tests.test_fleet_machines import WELL

pytestmark = [
    pytest.mark.quick,
    pytest.mark.skipif(sys.platform == "win32", reason="Ansible does not run on Windows"),
]

PLAYBOOK = """#!{python}
import json, os, sys
with open({record!r}, "w") as file:
    json.dump([sys.argv[1:], dict(os.environ)], file)
for line in json.loads({lines!r}):
    print(line if isinstance(line, str) else json.dumps(line))
"""
HOSTS = {"event": "asked", "hosts": ["a", "b", "c", "d"]}


def result(event, host, **document):
    return {"event": event, "host": host, "task": ansible.MODULE, "result": document}


@pytest.fixture
def playbook(tmp_path, monkeypatch):
    """An ansible-playbook on PATH that prints these lines; returns where its command line is kept."""

    def make(*lines):
        record = tmp_path / "record.json"
        program = tmp_path / "bin/ansible-playbook"
        program.parent.mkdir(exist_ok=True)
        text = PLAYBOOK.format(python=sys.executable, record=str(record), lines=json.dumps(lines))
        program.write_text(text)
        program.chmod(0o755)
        monkeypatch.setattr(ansible, "program", lambda: str(program))
        return record

    return make


def test_one_report_of_all_that_answered_and_all_that_did_not(playbook, tmp_path, capsys):
    record = playbook(
        "[WARNING]: something of Ansible's",
        HOSTS,
        result("ok", "a", state="answered", changed=False, documents={"doctor": WELL}),
        result("unreachable", "b", msg="Task failed: no route to host"),
        {**result("ok", "a"), "task": "ansible.builtin.copy"},
        result("failed", "c", msg="`localai doctor` failed there (exit code 70): a bug"),
    )
    inventory = str(tmp_path / "hosts.ini")
    assert cli.run(["fleet", "doctor", "-i", inventory, "--limit", "a,b", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    reported = {
        one["name"]: (one["state"], one["why"], one["changed"]) for one in found["machines"]
    }
    assert reported == {
        "a": ("well", "", None),
        "b": ("unreachable", "no route to host", None),
        "c": ("failed", "`localai doctor` failed there (exit code 70): a bug", None),
        "d": ("unreachable", "Ansible ended without its answer", None),
    }
    arguments, environment = json.loads(record.read_text())
    variables = json.loads(arguments[arguments.index("-e") + 1])
    assert arguments[:3] == ["localai.fleet.run", "-i", inventory]
    assert arguments[-2:] == ["--limit", "a,b"]
    assert (variables["localai_action"], variables["ansible_become"]) == ("doctor", False)
    assert str(ansible.COLLECTION) in environment["PYTHONPATH"].split(os.pathsep)
    # else Ansible goes on with those machines that it read before the first mistake
    assert environment["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] == "1"


def test_a_machine_that_answers_anything_else_spoils_no_other(playbook, capsys):
    answered = ({}, {"documents": None}, {"documents": []}, {"documents": {"doctor": WELL}})
    playbook(HOSTS, *(result("ok", name, **one) for name, one in zip("abcd", answered)))
    cli.run(["fleet", "doctor", "-i", "hosts.ini", "--json"])
    states = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)["machines"]}
    assert states == {"a": "failed", "b": "failed", "c": "failed", "d": "well"}


def test_an_answer_that_nests_for_ever_or_is_no_object_spoils_no_other(playbook, capsys):
    endless = json.dumps(result("ok", "a")).replace("{}", "[" * 5000 + "]" * 5000)
    odd = {**result("failed", "b"), "result": [["odd"]]}
    playbook(
        {**HOSTS, "hosts": list("abd")}, endless, odd, result("ok", "d", documents={"doctor": WELL})
    )
    cli.run(["fleet", "doctor", "-i", "hosts.ini", "--json"])
    states = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)["machines"]}
    # Python 3.14 reads so many brackets; then they are an answer that nobody understands
    assert states.pop("a") in ("unreachable", "failed")
    assert states == {"b": "failed", "d": "well"}


#: `msg` and `module_stderr` of a failure → why the machine failed
FAILURES = [
    ("Task failed: Module failed: no room", "", "no room"), ("", "a: not found\nmore", "a: not found"),
    ("no JSON", "\npyenv: python3.13: command not found\n", "no JSON: pyenv: python3.13: command not found"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "printed", "why"), FAILURES)
def test_a_failure_is_told_with_what_was_printed_there(words, printed, why):
    found = ansible.Result("failed", "a", {"msg": words, "module_stderr": printed})
    assert found.message == why


def test_numbers_that_json_does_not_have_are_not_passed_on(playbook, capsys):
    odd = {**WELL, "machine": {"system": "Linux", "memory_mib": float("nan")}}
    playbook({**HOSTS, "hosts": ["a"]}, result("ok", "a", documents={"doctor": odd}))
    cli.run(["fleet", "doctor", "-i", "hosts.ini", "--json"])
    out = capsys.readouterr().out
    (machine,) = json.loads(out)["machines"]
    assert (machine["state"], machine["memory_mib"], "NaN" in out) == ("well", None, False)


def test_where_localai_is_missing_a_dry_run_says_that_it_would_be_brought(playbook, capsys):
    playbook(HOSTS, *(result("ok", name, state="without-localai", changed=True) for name in "abcd"))
    cli.run(["fleet", "init", "-i", "hosts.ini", "--dry-run", "--json"])
    found = json.loads(capsys.readouterr().out)["machines"]
    assert {(one["state"], one["changed"]) for one in found} == {("without-localai", True)}


def test_a_dry_run_is_ansibles_check_mode_and_root_needs_its_own_word(playbook, tmp_path, capsys):
    record = playbook(HOSTS)
    where = ["-i", str(tmp_path / "hosts.ini")]
    cli.run(["fleet", "init", *where, "--dry-run", "--for", "chat", "--become-user", "ai"])
    arguments, _ = json.loads(record.read_text())
    variables = json.loads(arguments[arguments.index("-e") + 1])
    assert arguments[-1] == "--check"
    assert variables["localai_arguments"] == ["--for", "chat"]
    assert (variables["ansible_become"], variables["ansible_become_user"]) == (True, "ai")


def test_what_a_dry_run_would_change_is_not_told_as_changed(playbook, capsys):
    answered = {"changed": True, "documents": {"doctor": WELL}}
    for flag, expected in (
        ("--dry-run", "a: well, would be changed"),
        ("--yes", "a: well, changed"),
    ):
        playbook({**HOSTS, "hosts": ["a"]}, result("ok", "a", **answered))
        cli.run(["fleet", "upgrade", "-i", "hosts.ini", flag])
        shown = capsys.readouterr()
        assert expected in shown.out
        assert expected in shown.err
        assert "1 would be changed" in shown.out or flag == "--yes"


#: what two machines are after an uninstall → the exit code
UNINSTALLED = {
    "nothing was there": (("without-localai", "without-localai"), 0),
    "one was well before": (("answered", "without-localai"), 0),
    "one does not answer": (("without-localai", None), 1),
}


@pytest.mark.parametrize("case", UNINSTALLED)
def test_to_uninstall_what_is_not_there_is_no_failure(case, playbook, capsys):
    states, code = UNINSTALLED[case]
    answered = [
        result("ok", name, state=state, changed=False, documents={})
        for name, state in zip("ab", states)
        if state
    ]
    playbook({**HOSTS, "hosts": ["a", "b"]}, *answered)
    assert cli.run(["fleet", "uninstall", "-i", "hosts.ini", "--yes"]) == code
    playbook({**HOSTS, "hosts": ["a", "b"]}, *answered)
    assert cli.run(["fleet", "doctor", "-i", "hosts.ini"]) == 1, "these are not looked after"


def test_a_file_that_ansible_takes_for_a_list_of_machines_is_refused(playbook, tmp_path, capsys):
    record = playbook(HOSTS)
    folder = tmp_path / "desks, second floor"
    folder.mkdir()
    (folder / "hosts.ini").write_text("a\n")
    with pytest.raises(LocalaiError, match="cannot read the inventory") as reported:
        cli.run(["fleet", "doctor", "-i", str(folder / "hosts.ini")])
    assert (reported.value.exit_code, record.exists()) == (2, False)
    assert cli.run(["fleet", "doctor", "-i", "a,b"]) == 1
    assert json.loads(record.read_text())[0][1:3] == ["-i", "a,b"]


#: what the user's ansible.cfg says, the user's variable → the variable that Ansible gets
FORKS = [
    (None, None, "20"), ("[defaults]\ntimeout = 3\n", None, "20"), ("[defaults]\nforks = 4\n", None, None),
    ("[defaults]\nforks = 4\n", "7", "7"), (None, "7", "7"), ("no settings at all", None, "20"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "variable", "expected"), FORKS)
def test_how_many_are_asked_at_once_is_the_users_word(
    file, variable, expected, playbook, tmp_path, monkeypatch, capsys
):
    record = playbook(HOSTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANSIBLE_CONFIG", raising=False)
    monkeypatch.delenv("ANSIBLE_FORKS", raising=False)
    if file:
        (tmp_path / "ansible.cfg").write_text(file)
    if variable:
        monkeypatch.setenv("ANSIBLE_FORKS", variable)
    cli.run(["fleet", "doctor", "-i", "hosts.ini"])
    assert json.loads(record.read_text())[1].get("ANSIBLE_FORKS") == expected


def test_nothing_is_changed_without_a_yes(playbook, tmp_path):
    record = playbook(HOSTS)
    for action in ("init", "upgrade", "uninstall"):
        with pytest.raises(LocalaiError) as reported:
            cli.run(["fleet", action, "-i", str(tmp_path / "hosts.ini")])
        assert reported.value.exit_code == 4
    assert not record.exists()


def test_an_inventory_without_machines_is_told_in_ansibles_words(playbook, tmp_path):
    playbook("[WARNING]: Unable to parse /x as an inventory source", {**HOSTS, "hosts": []})
    with pytest.raises(LocalaiError, match="Unable to parse /x as an inventory source"):
        cli.run(["fleet", "doctor", "-i", str(tmp_path / "x")])


def test_without_ansible_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(ansible.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    # nor is anybody asked for a yes first, which would be the complaint here
    for action in ("doctor", "init", "upgrade", "uninstall"):
        with pytest.raises(LocalaiError, match="not installed here") as reported:
            cli.run(["fleet", action, "-i", str(tmp_path / "hosts.ini")])
        assert 'pip install "localai-setup[fleet]"' in reported.value.hint


def test_the_same_packages_are_sent_as_the_same_bytes(tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "a-1-py3-none-any.whl").write_bytes(b"one")
    with pushing.packed(tmp_path) as pushed:
        first = Path(pushed.wheels).read_bytes()
    os.utime(wheels / "a-1-py3-none-any.whl", (1, 1))
    with pushing.packed(tmp_path) as pushed:
        assert Path(pushed.wheels).read_bytes() == first
    assert not Path(pushed.wheels).exists()


def test_a_folder_with_nothing_to_push_is_refused(tmp_path):
    with pytest.raises(LocalaiError, match="nothing to push"), pushing.packed(tmp_path):
        pass
