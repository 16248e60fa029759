"""Planted secrets and names, through everything that leaves a machine or is often sent on."""

import json

import pytest

from localai_setup import survey
from localai_setup.commands import explain as explain_command
from localai_setup.commands import logs as logs_command
from localai_setup.commands._options import Options
from localai_setup.diagnosis.doctor import examine
from localai_setup.diagnosis.explain import Cleared, Explained
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.machine.asking import recorder
from localai_setup.machine.asking.redact import Redactor, without_secrets
from localai_setup.machine.keeping import folders
from localai_setup.machine.keeping.problem_files import known_problems
from localai_setup.model.finding import Evidence, Finding
from localai_setup.model.machine import Identity
from localai_setup.model.reading import Readings, Text
from localai_setup.ui import console, page

from .planted import NAMES, SECRETS, STAYS

PLANTED = {**SECRETS, **NAMES}
LOG = "file:<state>/server.log"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    console.out.cache_clear()
    console.err.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()
    console.out.cache_clear()
    console.err.cache_clear()


@pytest.fixture(scope="module")
def readings():
    """All of them, each where it would stand; the log holds the others."""
    texts = {key: text for key, text, _ in PLANTED.values() if key != "log"}
    lines = [text for key, text, _ in PLANTED.values() if key == "log"]
    texts[LOG] = "\n".join([*lines, *STAYS])
    texts["command:ollama serve"] = texts[LOG]
    return Readings({key: Text(text) for key, text in texts.items()})


def leaked(text, planted=PLANTED):
    return sorted(name for name, (_, _, secret) in planted.items() if secret in text)


def test_each_is_gone_by_itself():
    assert len(PLANTED) > 70
    found = {}
    for name, (key, text, secret) in PLANTED.items():
        readings = Readings({key: Text(text)})
        redacted = Redactor.for_readings(readings).text(text)
        if secret in redacted:
            found[name] = redacted
    kept = {"the same in a message"}  # which name is one is known from the setting alone
    assert set(found) == kept


def test_none_is_in_a_recording(readings):
    document = recorder.document(Identity("Linux"), readings)
    assert leaked(json.dumps(document, ensure_ascii=False)) == []


def test_none_is_on_the_page_of_a_report(readings, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "MAX_READING_CHARS", 10**6)
    facts = survey.facts(readings)
    diagnosis = examine(facts, Surroundings(), known_problems())
    for name in ("page.html", "page.md"):
        page.write(tmp_path / name, facts, diagnosis, readings)
        written = (tmp_path / name).read_text("utf-8")
        assert leaked(written) == []
        assert "RTX 3060" in written


@pytest.mark.parametrize("as_json", [True, False], ids=["--json", "in words"])
def test_no_secret_is_quoted_by_explain(tmp_path, capsys, monkeypatch, as_json):
    """Whatever a sign of a problem quotes. The names stay: they are the reader's own."""
    quoted = tuple(Evidence("text", f"quoted: {text}") for _, text, _ in SECRETS.values())
    one = Finding("disk-full-models-dir", "fail", "Full", quoted[0].text, "", quoted, ())
    monkeypatch.setattr(explain_command, "_around", lambda _: Surroundings())
    monkeypatch.setattr(
        explain_command,
        "explain_text",
        lambda *_: Explained((one,), (Cleared(one.id, "Full", quoted[1], quoted[2]),)),
    )
    (tmp_path / "a.log").write_text("a line\n")
    explain_command.explain(Options(json=as_json, offline=True), str(tmp_path / "a.log"))
    printed = "".join(capsys.readouterr())
    assert "quoted: " in printed
    assert leaked(printed, SECRETS) == []


@pytest.mark.parametrize("as_json", [True, False], ids=["--json", "in words"])
def test_no_secret_is_shown_by_logs(home, capsys, as_json):
    (home / "state").mkdir()
    lines = [text for _, text, _ in SECRETS.values()]
    (home / "state/server.log").write_text("\n".join([*lines, *STAYS]), "utf-8")
    logs_command.logs(Options(json=as_json), lines=500, follow=False)
    printed = capsys.readouterr().out
    assert leaked(printed, SECRETS) == []
    assert "RTX 3060" in printed


@pytest.mark.parametrize("text", STAYS)
def test_what_a_diagnosis_needs_stays(text):
    assert Redactor({"alice": "<user>"}).text(text) == text
    assert without_secrets(text) == text


def test_a_server_that_is_named_in_a_setting_is_one_stand_in_everywhere():
    redact = Redactor()
    redact.learn(["OLLAMA_HOST=http://box.corp.example:1"])
    first = redact.text("OLLAMA_HOST=http://box.corp.example:1")
    assert first == "OLLAMA_HOST=http://host-1.example:1"
    assert (
        redact.text("lookup box.corp.example: no such host")
        == "lookup host-1.example: no such host"
    )
    assert redact.text("OLLAMA_HOST=http://host-1.example:1") == first
