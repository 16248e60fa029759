"""The command line as scripts see it: help, usage errors, bad input, pipes."""

import json
import subprocess
import sys

import pytest

COMMANDS = [
    "init",
    "plan",
    "doctor",
    "explain",
    "detect",
    "record",
    "up",
    "down",
    "status",
    "logs",
    "chat",
    "recipes",
    "upgrade",
    "switch",
    "models",
    "service",
    "open",
    "uninstall",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(localai, command):
    done = localai(command, "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["nonsense"], 2),
        (["doctor", "--nonsense"], 2),
        (["doctor", "--only", "no-such-check"], 2),
        (["explain", "/no/such/file"], 2),
        (["detect", "--replay", "/no/such/file"], 2),
        (["init", "--yes", "--for", "flying"], 2),
        (["init", "--yes", "--engine", "steam"], 2),
        (["init", "--replay", "x.json"], 2),
        (["recipes", "show", "nothing"], 2),
        (["recipes", "show", "--yaml", "nothing"], 2),
        (["recipes", "show", "--yaml", "--json", "chat"], 2),
        (["recipes", "validate", "/no/such/file"], 2),
        (["chat", "hello"], 1),
        (["logs"], 1),
        (["upgrade", "--yes"], 1),
        (["upgrade", "--undo", "--dry-run"], 1),
        (["switch", "--yes"], 1),
        (["models"], 0),
        (["service", "on", "--yes"], 1),
        (["service", "off"], 0),
        (["service", "status"], 0),
        (["open"], 1),
        (["models", "remove", "nothing", "--yes"], 2),
        (["switch", "--back", "--for", "chat"], 2),
        (["status"], 0),
        (["down"], 0),
        ([], 0),
    ],
    ids=str,
)
def test_exit_codes_without_a_traceback(localai, arguments, code):
    done = localai(*arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_a_recipe_is_shown_in_words_as_json_or_as_its_file(localai):
    words = localai("recipes", "show", "chat").stdout
    assert "Suits: " in words and "schema:" not in words
    assert localai.json("recipes", "show", "chat")["recipe"]["id"] == "chat"
    assert (
        "schema: localai.use/1\nid: chat\n" in localai("recipes", "show", "--yaml", "chat").stdout
    )


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "nonsense", '{"schema": "other"}', "[" * 5000, '{"schema": "localai.recording/1"}',
     '{"schema": "localai.recording/1", "machine": 5, "readings": {}}',
     '{"schema": "localai.recording/1", "machine": {}, "readings": []}'],
    ids=lambda t: t[:30],
)  # fmt: skip
def test_recordings_from_strangers_are_refused_in_words(localai, tmp_path, text):
    file = tmp_path / "r.json"
    file.write_text(text)
    for command in ("detect", "doctor"):
        done = localai(command, "--json", "--replay", str(file))
        assert done.returncode == 2, done.stderr
        assert "error:" in done.stderr


def test_readings_of_wrong_types_are_no_facts(localai, tmp_path):
    readings = {
        "file:/proc/meminfo": 7,
        "file:/proc/cpuinfo": {"status": "text", "text": 9},
        "command:x": [],
    }
    file = tmp_path / "r.json"
    file.write_text(
        json.dumps({"schema": "localai.recording/1", "machine": None, "readings": readings})
    )
    done = localai("detect", "--json", "--replay", str(file))
    assert json.loads(done.stdout)["memory"]["total_mib"] is None


def test_a_recording_goes_to_a_pipe_where_its_name_is_a_dash(localai, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = localai("record", "-", "--offline")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"].startswith("localai.recording/")
    assert list(tmp_path.glob("-*")) == []


@pytest.mark.parametrize(
    "extra", [{"PYTHONIOENCODING": "ascii", "COLUMNS": "40"}, {"NO_COLOR": "1"}], ids=str
)
def test_narrow_and_plain_terminals(localai, extra):
    localai.extra = extra
    done = localai("plan", "--for", "starter")
    assert done.returncode == 0, done.stderr


def test_a_pipe_closed_early_is_no_error(localai):
    command = f"{sys.executable} -m localai_setup recipes list | head -n 1"
    done = subprocess.run(
        command, shell=True, env=localai.environment(), capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr


def test_explain_takes_any_encoding(localai, tmp_path):
    text = "Failed to initialize NVML: Driver/library version mismatch\n"
    for encoding in ("utf-8", "utf-16", "utf-16-le", "latin-1"):
        file = tmp_path / encoding
        file.write_bytes(text.encode(encoding))
        found = localai.json("explain", str(file))["findings"]
        assert [one["id"] for one in found][:1] == ["nvidia-driver-half-updated"]
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 100)
    assert localai("explain", str(tmp_path / "noise")).returncode == 0
    assert "Nothing known" in localai("explain", stdin="all is well\n").stdout


def test_a_plan_for_a_recording_never_exceeds_its_memory(localai, tmp_path):
    meminfo = "MemTotal: 8000000 kB\nMemAvailable: 7000000 kB\nSwapTotal: 0 kB\n"
    reading = {"status": "text", "text": meminfo}
    document = {
        "schema": "localai.recording/1",
        "machine": {"system": "Linux"},
        "readings": {"file:/proc/meminfo": reading},
    }
    file = tmp_path / "r.json"
    file.write_text(json.dumps(document))
    choice = localai.json("plan", "--replay", str(file))["choice"]
    assert choice["memory"]["total_mib"] < 7000000 / 1024
