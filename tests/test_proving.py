"""A `llama-server` is proved by a model that it loads, not by what `--version` says."""

import json
import os
import sys
import textwrap
from types import SimpleNamespace

import pytest

from localai_setup.engines._server_flags import arguments, environment
from localai_setup.engines._tiny_model import tiny_model
from localai_setup.machine.keeping import folders
from localai_setup.machine.running import proving
from localai_setup.model.model_server import ServerPlace
from localai_setup.model.reading import Readings, Text
from localai_setup.model.settings import StartSettings
from localai_setup.probes import proofs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the servers are scripts")
HEALTHY = """
    import http.server
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200); self.end_headers()
        def do_POST(self):
            self.send_response(200); self.end_headers(); self.wfile.write(b'{"content": "a"}')
    port = int(sys.argv[sys.argv.index("--port") + 1])
    http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""
SERVERS = {
    "works": HEALTHY,
    "died": "os.kill(os.getpid(), 4)",
    "timed-out": "import time; print('thinking', flush=True); time.sleep(60)",
    "refused": "sys.exit('error: invalid argument: --fit')",
}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(proving, "TIME_LIMIT_SECONDS", 5.0)
    folders.all_folders.cache_clear()
    yield tmp_path
    folders.all_folders.cache_clear()


def server(folder, body):
    program = folder / "llama-server"
    program.write_text(f"#!{sys.executable}\nimport os, sys\n{textwrap.dedent(body)}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize("verdict", SERVERS)
def test_each_way_to_end_has_its_verdict(home, monkeypatch, verdict):
    if verdict == "timed-out":
        monkeypatch.setattr(proving, "TIME_LIMIT_SECONDS", 1.0)
    proof = proving.prove(server(home, SERVERS[verdict]), "llama.cpp")
    assert proof.verdict == verdict
    assert proof.signal == ("SIGILL" if verdict == "died" else None)
    assert {"timed-out": "thinking", "refused": "--fit"}.get(verdict, "") in proof.words


def test_a_verdict_holds_until_the_file_changes(home):
    program = server(home, SERVERS["refused"])
    assert proving.recorded() == [
        {"program": program, "verdict": "unproved", "reason": "", "signal": None}
    ]
    proving.prove_all()
    assert proving.known(program).verdict == "refused"
    os.utime(program, (1, 1))
    assert proving.known(program) is None


def test_another_processor_asks_for_another_proof(home, monkeypatch):
    program = server(home, SERVERS["refused"])
    proving.prove_all()
    monkeypatch.setattr(proving, "_processor", lambda: "another")
    assert proving.known(program) is None


def test_what_is_no_program_is_refused(home):
    program = home / "llama-server"
    program.write_bytes(b"\x7fELF, or not")
    program.chmod(0o755)
    assert proving.prove(str(program), "llama.cpp").verdict == "refused"


def test_the_fact_is_read_back_from_a_recording(home):
    server(home, SERVERS["died"])
    proving.prove_all()
    reading = Text(json.dumps(proving.recorded()))
    (proof,) = proofs.parse(Readings({proofs.RECORDED.key: reading})).proofs
    assert (proof.verdict, proof.signal) == ("died", "SIGILL")
    assert proofs.parse(Readings({proofs.RECORDED.key: Text('[{"x": 1}]')})).proofs == ()


def test_the_tiny_model_is_whole_for_a_reader_that_is_not_ours(home):
    gguf = pytest.importorskip("gguf")
    file = home / "tiny.gguf"
    file.write_bytes(tiny_model())
    tensors = gguf.GGUFReader(file).tensors
    assert [one.name for one in tensors][:1] == ["token_embd.weight"]
    assert sum(int(one.n_bytes) for one in tensors) < len(tiny_model())


def test_a_key_is_never_an_argument():
    start = StartSettings(proving.SETTINGS, "m.gguf", "m", api_key="secret")
    assert "secret" not in arguments(start, port=1)
    assert environment(start)["LLAMA_API_KEY"] == "secret"


def test_what_keeps_its_own_models_is_no_llama_server(home, monkeypatch):
    """`ollama` was started with its flags, and the doctor called it broken."""
    alone = SimpleNamespace(program=("/bin/server",), place=None, engine="llama.cpp")
    monkeypatch.setattr(proving.statefile, "peek", lambda: alone)
    assert proving.programs() == {"/bin/server": "llama.cpp"}
    keeping = SimpleNamespace(program=("/bin/ollama",), place=ServerPlace(), engine="ollama")
    monkeypatch.setattr(proving.statefile, "peek", lambda: keeping)
    assert proving.programs() == {}


@pytest.mark.parametrize(
    ("answer", "is_token"),
    [
        ((200, b'{"content": "a"}'), True), ((200, b'{"error": "no"}'), False), ((200, b"<html>"), False),
        ((200, b"3"), False), ((500, b'{"content": "a"}'), False), (None, False),
    ],
)  # fmt: skip
def test_only_a_token_proves_a_server(answer, is_token, monkeypatch):
    monkeypatch.setattr(proving, "response", lambda *_, **__: answer)
    assert proving._one_token(43110, 1.0) == is_token
