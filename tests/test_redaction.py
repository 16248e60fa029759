"""What tells who somebody is does not leave the machine; what tells what the machine is stays."""

import re

import pytest

from localai_setup.machine.asking.redact import Redactor

GONE = {
    "2a02:8109:9c40:1234:aaaa:bbbb:cccc:6789/64": "8109",
    "ether 3c:7c:3f:aa:bb:cc brd": "3c:7c",
    "Physical Address: 3C-7C-3F-AA-BB-CC": "3C-7C",
    "HTTP_PROXY=bob:secret@proxy:80": "secret",
    "http://bob:p@ss@proxy:8080": "ss@",
    "Authorization: Bearer abcdefghijklmnop": "abcdef",
    "HF_TOKEN=abcdefghij": "abcdefghij",
    "token hf_abcdefghijklmn": "abcdef",
    "SerialNumber\nPF2ABCDE": "PF2ABCDE",
    "Serial Number (system): C02XYZ": "C02XYZ",
    "ALICE logged in": "ALICE",
    "/srv/alice_backup/x": "alice",
    '{"member": "kestrel", "state": "lends"}': "kestrel",
    '{"member": "brunhilde@kestrel", "state": "lends"}': "brunhilde",
    "/home/alice/.ollama": "alice",
    "reached 8.8.4.4 at once": "8.8.4.4",
    "GPU-5a3b1c2d-1111-2222-3333-444455556666": "5a3b1c2d",
}
STAYS = [
    "127.0.0.1:11434",
    "192.168.1.20",
    "NVIDIA GeForce RTX 3060",
    "ollama version 1.2.3.4",
    "driver 31.0.15.2",
    "00000000:01:00.0",
    "12:34:56",
    "std::vector",
    '"package": {"member": "llm_model/weights.gguf"}',
    '"package": {"member": "weights.gguf", "sha256": "ab"}',
    "malice aforethought",
]


@pytest.mark.parametrize("text", GONE)
def test_what_is_private_goes(text):
    assert GONE[text] not in Redactor({"alice": "<user>"}).text(text)


@pytest.mark.parametrize("text", STAYS)
def test_what_is_no_secret_stays(text):
    assert Redactor({"alice": "<user>"}).text(text) == text


def test_the_same_value_gets_the_same_stand_in():
    redact = Redactor()
    first, again, other = map(redact.text, ("at 8.8.4.4", "at 8.8.4.4", "at 8.8.8.8"))
    assert first == again != other


#: the same value as two tools write it
ALIKE = [
    ('ESSID:"My Cafe"', "SSID: my cafe"),
    ("Serial Number: C02XYZ  ", "Serial Number: C02XYZ"),
    ("SerialNumber\nPF2ABCDE  ", "Serial Number: pf2abcde"),
    ("write to ADA@Example.org", "write to ada@example.org"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_a_value_in_other_letters_quotes_or_blanks_is_the_same(one, other):
    redact, between = Redactor(), "SSID: Other, Serial Number: F99ABC, x@example.org"
    first, _, again = map(redact.text, (one, between, other))
    assert stand_ins(first) == stand_ins(again) != []


def stand_ins(text):
    return re.findall(r"<[a-z]+ \d+>", text)


@pytest.mark.parametrize("word", ["null", "true", "false"])
def test_what_says_that_there_is_no_secret_stays_json(word):
    text = f'{{"api_key": {word}, "password":{word}, "port": 1}}'
    assert Redactor().text(text) == text
