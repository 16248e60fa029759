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
