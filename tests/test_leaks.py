"""Nothing private survives in a recording or a report, and what shows a problem does.

Every planted value stands in every kind of reading. Stand-ins keep the shape of what they replace:
the fixtures of all problems are still told from their redacted texts.
"""

import json
from pathlib import Path

import pytest

from localai_setup.diagnosis.doctor import Diagnosis
from localai_setup.diagnosis.explain import explain
from localai_setup.machine.asking import recorder
from localai_setup.machine.asking.redact import Redactor
from localai_setup.model.facts import Facts
from localai_setup.model.finding import Evidence, Finding, Fix
from localai_setup.model.machine import Identity
from localai_setup.model.reading import Failed, Readings, Text
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.ui import page

from .growth import grows_at_most
from .known import KNOWN, PAGES

#: what must not survive → the lines it stands in
PLANTED = {
    "alicia": [
        "drwxr-xr-x 2 alicia alicia 4096 models",
        "/home/alicia/.ollama/models",
        "User=alicia",
        "CORP\\alicia",
        "/run/media/alicia/disk",
        "alicia's MacBook",
    ],
    "wonderbox": ["Nov 24 10:00:00 wonderbox kernel: NVRM", "wonderbox.corp.example", "//wonderbox"],
    "bertram": [
        "/home/bertram/models/a.gguf",
        "C:\\Users\\bertram\\.ollama",
        '{"path": "C:\\\\Users\\\\bertram\\\\AppData"}',
        "/Users/bertram/Library",
        "/mnt/c/Users/bertram/x",
        "C:/Users/bertram/x",
    ],
    "Müller": ["C:\\Users\\Max Müller\\AppData\\Local\\Temp"],
    "gertrud": ["User name: ACME\\gertrud", "running as user ACME\\\\gertrud"],
    "bob.builder": ["write to bob.builder@mail.example.com", '"email": "bob.builder@corp.example"'],
    "PF2ABCDE": [
        "Serial Number: PF2ABCDE",
        "\tSerial Number                         : PF2ABCDE",
        "SerialNumber\nPF2ABCDE",
        "<serial>PF2ABCDE</serial>",
        '{"serial_number": "PF2ABCDE", "x": 1}',
        "Asset Tag: PF2ABCDE",
    ],
    "0x1a2b3c4d5e6f": ["GPU[0]\t\t: Unique ID: 0x1a2b3c4d5e6f7788", '"unique_id": "0x1a2b3c4d5e6f7788"'],
    "5a3b1c2d": ["GPU 0: NVIDIA (UUID: GPU-5a3b1c2d-1111-2222-3333-444455556666)"],
    "deadbeefcafe": ["Uuid: GPU-deadbeefcafe0001"],
    "3c:7c:3f": ["link/ether 3c:7c:3f:aa:bb:cc brd ff:ff:ff:ff:ff:ff"],
    "3C-7C-3F": ["Physical Address. . . : 3C-7C-3F-AA-BB-CC"],
    "93.184.216": ["inet 93.184.216.34/24", "dial tcp 93.184.216.34:443: i/o timeout"],
    "2a02:8109": ["inet6 2a02:8109:9c40:1234::6789/64", "dial tcp [2a02:8109::1]:443: timeout"],
    "3e7c:3fff": ["inet6 fe80::3e7c:3fff:feaa:bbcc%eth0"],
    "hush-hush": [
        "HF_TOKEN=hf_hush-hush12345",
        "Authorization: Bearer hush-hush1234567",
        '{"Authorization": "Bearer hush-hush1234567"}',
        "curl -H 'x-api-key: hush-hush123456'",
        "http_proxy=http://me:hush-hush@proxy.corp.example:3128",
        "HTTPS_PROXY=me:hush-hush@proxy:80",
        "HTTPS_PROXY=http://me:p@/hush-hush@proxy.corp.example:3128",
        "login: the password is hush-hush1",
        "sk-local-hush-hush1234567890",
        '"api_key": "hush-hush123456"',
        "'api_key': 'hush-hush123456'",
        "api_key: hush-hush123456",
        "llama-server --api-key hush-hush123456",
        "ghp_hush-hush1234567890",
        "sk-proj-hush-hush1234567890",
        '"token": "hush-hush1234567890"',
        "GET /x?token=hush-hush123&a=1",
        "https://b.example/o?X-Amz-Signature=hush-hush123",
        "Set-Cookie: session=hush-hush",
        "password = hush-hush1",
    ],
    "FritzBox 7590": ["SSID: FritzBox 7590 XY", 'wlan0  ESSID:"FritzBox 7590 XY"'],
}  # fmt: skip
LINES = [line for lines in PLANTED.values() for line in lines]
COMPLETE = "\n".join(LINES)
#: what checks look at
KEPT = [
    "OLLAMA_HOST=0.0.0.0:11434", "127.0.0.1:11434", "dial tcp 192.168.1.20:11434", "inet6 ::1/128",
    "NVIDIA-SMI 570.86.15  Driver Version: 570.86.15", "ollama version is 0.12.3", "n_tokens: 12",
    "BOS token        = 1 '<s>'", "eos_token=2", "0000:01:00.0 VGA", "ollama@1.service", "-ngl 99",
    "max_tokens=128", "tokenizer.ggml.tokens", "--no-token", "Serial: N/A", "/home/linuxbrew/.linuxbrew",
    "proxy.corp.example:3128", "vm.overcommit", "C:\\Users\\Public\\x", "user@1000.service", "key = 4",
    "password is required", "http://127.0.0.1:8080/v1",
    "general.name = Qwen", "linux-image-6.8.0-31-generic", "std::bad_alloc", "2026-11-24T10:00:00Z",
]  # fmt: skip


@pytest.fixture(autouse=True)
def this_user(monkeypatch):
    """Whoever runs the test is alicia at wonderbox."""
    names = {"/home/alicia": "<home>", "alicia": "<user>", "wonderbox": "<host>"}
    monkeypatch.setattr(Redactor, "for_this_user", classmethod(lambda cls: cls(dict(names))))


READINGS = Readings({
    "file:/etc/a": Text(COMPLETE),
    "command:a": Text(COMPLETE, COMPLETE, 1),
    "command:ls /home/alicia": Text("", COMPLETE, 0),
    "env:A": Text(COMPLETE),
    "http:http://me:hush-hush@127.0.0.1:11434/api": Text(COMPLETE, code=200),
    "call:nvml": Text(json.dumps({"lines": LINES})),
    "stat:/x": Failed(COMPLETE),
})  # fmt: skip


def survivors(text):
    return [secret for secret in PLANTED if secret.lower() in text.lower()]


def test_nothing_private_is_in_a_recording():
    document = recorder.document(Identity("Linux", "6.1", "x86_64", "3.11"), READINGS)
    assert survivors(json.dumps(document, ensure_ascii=False)) == []
    assert json.loads(document["readings"]["call:nvml"]["text"])["lines"]


@pytest.mark.parametrize("name", ["page.html", "page.md"])
def test_nothing_private_is_in_a_report(tmp_path, name):
    seen = (Evidence("file:/home/alicia/x", COMPLETE),)
    found = Finding("x", "fail", "Title", COMPLETE, "Why", seen, (Fix("Do", (COMPLETE,)),))
    page.write(tmp_path / name, Facts(), Diagnosis((found,), {}, {"y": COMPLETE}), READINGS)
    assert survivors((tmp_path / name).read_text("utf-8")) == []


@pytest.mark.parametrize("line", LINES)
def test_each_line_alone_is_cleaned(line):
    assert survivors(Redactor.for_this_user().text(line)) == []


@pytest.mark.parametrize("line", KEPT)
def test_what_checks_look_at_stays(line):
    assert Redactor.for_this_user().text(line) == line


def test_one_value_has_one_stand_in_and_two_have_two():
    redact = Redactor()
    for kind in ("/home/{}/x", "C:\\Users\\{}\\x"):
        first, again, other = (redact.text(kind.format(n)) for n in ("anna", "anna", "otto"))
        assert first == again != other
    for one, two in (("93.184.216.34", "93.184.216.35"), ("2a02::1", "2a02::2")):
        assert redact.text(f"{one} {one} {two}").split()[0] == redact.text(one)
        assert redact.text(one) != redact.text(two)


def test_what_was_cleaned_stays_as_it_is():
    once = Redactor.for_this_user().text(COMPLETE)
    assert (
        "<token>" in once and Redactor({}).text(once).count("<token>") >= once.count("<token>") - 2
    )


def fixtures():
    for name, one in PAGES.items():
        if one.fires:
            yield pytest.param(name, [example.text for example in one.fires], id=name)


@pytest.mark.parametrize(("problem", "texts"), list(fixtures()))
def test_a_problem_is_told_from_a_redacted_text(problem, texts):
    for text in texts:
        clean = Redactor().text(text)
        if clean != text:
            assert problem in [one.id for one in explain(clean, Surroundings(), KNOWN).found][:3], (
                clean
            )


@pytest.mark.parametrize(
    "unit",
    ["a", "a.b-", "x@", "1:", "2001:", "-", "A_", "serial ", "password", "://", "/home/", "user "],
)
def test_cleaning_a_text_takes_twice_as_long_for_twice_the_text(unit):
    short, long = (unit * (letters // len(unit)) for letters in (10_000, 40_000))
    clean = Redactor().text
    assert grows_at_most(lambda: clean(short), lambda: clean(long), 8)
