"""What stands before the command, or in the environment, for scripts."""

import ast
import re
import stat
import sys
from pathlib import Path

import pytest
import typer

from localai_setup.cli import app
from localai_setup.cli.described import described

ROOT = Path(__file__).parent.parent
COMMANDS = {one.name: one for one in described(typer.main.get_command(app))}
INIT, SWITCH = COMMANDS["init"], COMMANDS["switch"]
INTERVIEW = [
    ROOT / "localai_setup" / "commands" / name
    for name in ("_interview.py", "_uses.py", "_accepting.py")
]


def flags_of_the_interview():
    """Every flag that a question of the interview names as its answer."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in INTERVIEW]
    nodes = (node for tree in trees for node in ast.walk(tree))
    texts = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {
        found[0] for one in texts if isinstance(one, str) and (found := re.match(r"--[a-z-]+", one))
    }


def test_every_question_of_init_has_a_flag_and_a_variable():
    variables = {name: one.variable for one in INIT.options for name in one.names}
    asked = flags_of_the_interview()
    assert {"--for", "--model", "--accept-licence", "--yes"} <= asked
    for flag in asked:
        assert variables[flag].startswith("LOCALAI_"), flag


def test_each_variable_is_in_the_reference_and_the_guide():
    reference = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    guide = (ROOT / "docs/guides/scripts.md").read_text(encoding="utf-8")
    variables = [one.variable for one in INIT.options if one.variable]
    assert len(variables) > 8
    for variable in variables:
        assert variable in reference
        assert f"`{variable}`" in guide


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({}, 4, "Answer it with `--for USE`"),
        ({"LOCALAI_FOR": "nonsense"}, 2, "nonsense"),
        ({"LOCALAI_CONTEXT": "many"}, 2, "many"),
        ({"LOCALAI_CONTEXT": "0"}, 2, "LOCALAI_CONTEXT"),
    ],
)
def test_a_variable_answers_as_its_flag_does(localai, variables, code, words):
    localai.extra.update(variables)
    done = localai("init")
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr


def test_a_variable_never_answers_what_removes_something(localai):
    localai.extra["LOCALAI_YES"] = "1"
    state = localai.home / "local ai ü" / "state"
    state.mkdir(parents=True)
    (state / "server.log").write_text("x", encoding="utf-8")
    assert localai("uninstall").returncode == 4


def test_what_answers_for_init_does_not_choose_for_switch():
    variables = {name: one.variable for one in SWITCH.options for name in one.names}
    assert {"--for", "--engine", "--accept-licence"} <= set(variables)
    assert not any(variables.values())


@pytest.mark.parametrize(
    ("variables", "command"),
    [
        ({"LOCALAI_HOME": "~nobody-of-this-name/x"}, ("status",)),
        ({}, ("plan", "--model", "~nobody-of-this-name/x.gguf")),
    ],
    ids=["as home", "as model"],
)
def test_the_home_of_somebody_who_is_not_known_is_told(localai, variables, command):
    localai.extra.update(variables)
    done = localai(*command)
    assert done.returncode in (1, 2)
    assert "nobody-of-this-name" in done.stderr and "Traceback" not in done.stderr
    assert "crash" not in done.stderr


def test_quiet_says_errors_only(localai):
    assert localai("--quiet", "connect").stderr.startswith("error: Nothing is set up here yet.")
    assert localai("--quiet", "uninstall", "--yes").stderr == ""


def test_verbose_may_stand_before_the_command(localai):
    recording = str(next((ROOT / "tests/machines").glob("*/recording.json")))
    before = localai("--verbose", "detect", "--replay", recording)
    after = localai("detect", "--verbose", "--replay", recording)
    assert before.stdout == after.stdout
    assert len(after.stdout) > len(localai("detect", "--replay", recording).stdout)


def test_the_log_has_what_was_said_and_no_secret(localai, tmp_path):
    log = tmp_path / "new folder" / "log.txt"
    assert localai("--log-file", str(log), "connect").returncode == 1
    localai.extra["LOCALAI_LOG_FILE"] = str(log)
    assert localai("explain", "no-such-file.txt").returncode == 2
    lines = log.read_text(encoding="utf-8").splitlines()
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} error: Nothing is set up", lines[0])
    assert len(lines) > 3
    if sys.platform != "win32":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_told(localai, tmp_path):
    done = localai("--log-file", str(tmp_path), "status")
    assert done.returncode == 2
    assert "cannot be written to" in done.stderr


@pytest.mark.parametrize("seconds", ["nan", "inf", "0", "soon"])
def test_a_measurement_has_an_end(localai, seconds):
    done = localai("bench", "--seconds", seconds)
    assert (done.returncode, "--seconds" in done.stderr) == (2, True), done.stderr
