"""What a process of Ollama shows: its role, its settings, and where it listens."""

import sys
from types import SimpleNamespace as Made

import psutil
import pytest

from localai_setup.machine.asking import ollama_processes as processes

pytestmark = pytest.mark.quick

ROLES = [
    ("ollama", ["/usr/bin/ollama", "serve"], "server"),
    ("ollama", ["/usr/bin/ollama", "runner", "--port", "1"], "runner"),
    ("ollama", ["/usr/bin/ollama", "run", "tale"], "other"),
    ("ollama", ["/usr/bin/ollama"], "other"),
    ("ollama", [], "server"),  # its command line may not be read
    ("Ollama", ["Ollama"], "app"),
    ("ollama app", [], "app"),
    ("llama-server", ["/usr/lib/ollama/llama-server", "-m", "/b/sha256-ab"], "runner"),
    ("llama-server", ["/usr/lib/ollama/llama-server", "-m", "/m/own.gguf"], "other"),
    ("llama-server", ["/opt/llama-server", "-m", "/b/sha256-ab"], "other"),
]


@pytest.mark.parametrize(("name", "argv", "role"), ROLES)
def test_the_role_of_a_process(name, argv, role):
    assert processes._role(name, argv) == role


def denied():
    raise psutil.AccessDenied


#: (who asks for the user's name, the user's number, what is kept where 1000 looks)
OWNERS = [
    (lambda: "ada", 1000, "you"),
    (lambda: "ollama", 998, "ollama"),
    (lambda: "root", 0, "root"),
    (lambda: "eve", 1001, "another user"),
    (denied, 1000, "you"),
    (denied, 998, ""),
]


@pytest.mark.skipif(sys.platform == "win32", reason="users have numbers on POSIX alone")
@pytest.mark.parametrize(("username", "uid", "owner"), OWNERS)
def test_whose_a_process_is_names_no_other_person(monkeypatch, username, uid, owner):
    monkeypatch.setattr(processes.os, "geteuid", lambda: 1000)
    process = Made(username=username, uids=lambda: Made(effective=uid))
    assert processes._owner(process) == owner


@pytest.mark.parametrize(
    ("raw", "port", "written"),
    [
        ("0100007F", 11434, "127.0.0.1:11434"),
        ("00000000", 80, "0.0.0.0:80"),
        ("0A01A8C0", 8080, "192.168.1.10:8080"),
        ("00000000000000000000000001000000", 11434, "[::1]:11434"),
        ("00000000000000000000000000000000", 1, "[::]:1"),
    ],
)
def test_addresses_as_the_kernel_writes_them(raw, port, written):
    assert processes._written(processes._dotted(raw, len(raw)), port) == written


def test_listening_sockets_of_a_user(monkeypatch, tmp_path):
    head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
    row = "   0: {} 00000000:0000 {} 00000000:00000000 00:00000000 00000000 {} 0 1\n"
    table = (
        head + row.format("0100007F:2CAA", "0A", "1000") + row.format("0100007F:2CAB", "01", "1000")
    )
    file = tmp_path / "tcp"
    file.write_text(table + row.format("00000000:0016", "0A", "0"))
    where = {"/proc/net/tcp": file, "/proc/net/tcp6": tmp_path / "none"}
    monkeypatch.setattr(processes, "Path", where.__getitem__)
    assert list(processes._sockets_of(1000)) == ["127.0.0.1:11434"]
    assert list(processes._sockets_of(0)) == ["0.0.0.0:22"]


def test_only_options_that_are_known_are_kept_each_with_its_value():
    argv = ["llama-server", "-c", "8192", "--api-key", "hidden", "-np", "2", "-ngl"]
    assert processes._options(argv) == {"-c": "8192", "-np": "2"}


@pytest.mark.parametrize(
    ("variable", "kept"),
    [
        ("OLLAMA_HOST", True),
        ("OLLAMA_MODELS", True),
        ("CUDA_VISIBLE_DEVICES", True),
        ("HOME", True),
        ("OLLAMA_API_KEY", False),
        ("OLLAMA_AUTH", False),
        ("MY_HOME", False),
        ("DIARY", False),
    ],
)
def test_only_variables_that_are_settings_and_no_secrets_are_kept(variable, kept):
    assert bool(processes.SETTINGS.fullmatch(variable)) == kept
