"""A program's own request: what counts as an answer, and what is said where it cannot be asked."""

import json
import re
import shutil
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from localai_setup.commands._client_proof import prove
from localai_setup.machine.workbench import Workbench
from localai_setup.model.app import App, ClientProof, Connection, SettingsFile
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes.apps import apps, filled

PYTHON = sys.executable
APPS = apps()
APP = App("toy", "Toy", (), "s", "https://x", "2026-11-28")


def with_proof(code, **changed):
    line = (PYTHON, "-c", code)
    return replace(APP, proof=ClientProof(line, line, **changed))


def test_what_it_prints_is_shown_to_its_end():
    app = with_proof("print('1\\n2\\n3\\n4\\n5\\n6\\n7')")
    assert prove(app, Workbench(), written=False) == {"answered": True, "text": "2\n3\n4\n5\n6\n7"}


def test_variables_are_set_for_it():
    app = with_proof("import os; print(os.environ['TOY'])", variables=("TOY=a=b",))
    assert prove(app, Workbench(), written=False)["text"] == "a=b"


#: what the program does → the words of the error
FAILURES = [
    ("raise SystemExit('no such model')", {}, "no such model"),
    ("print()", {}, "what came is no answer"),
    ("print('{\"error\": 401}')", {"expects": '"choices"'}, "what came is no answer"),
]


@pytest.mark.parametrize(("code", "more", "words"), FAILURES)
def test_no_answer_is_an_error_in_words(code, more, words):
    with pytest.raises(LocalaiError, match="toy did not answer") as found:
        prove(with_proof(code, **more), Workbench(), written=True)
    assert words in found.value.what


WRITES = SettingsFile("~/x", "json")
#: a program that cannot be asked → why
UNASKED = [
    (APP, "cannot be asked from a command line"),
    (
        replace(APP, proof=ClientProof(("no-such-toy",), ("no-such-toy",))),
        "no-such-toy is not on PATH",
    ),
    (with_proof("print(1)", present=(PYTHON, "-c", "import no_such_module")), "fails here"),
    (replace(with_proof("print(1)"), writes=WRITES), "its settings were not written"),
]


@pytest.mark.parametrize(("app", "words"), UNASKED)
def test_where_it_cannot_be_asked_the_reason_is_told(app, words):
    found = prove(app, Workbench(), written=False)
    assert found["answered"] is None
    assert words in found["text"]


def test_a_script_lies_in_a_file_that_nobody_else_reads():
    code = "import os, sys; print(oct(os.stat(sys.argv[0]).st_mode & 0o777), 'SECRET')"
    line = (PYTHON, "<script>")
    app = replace(APP, proof=ClientProof(line, line, script=code))
    text = prove(app, Workbench(), written=False)["text"]
    assert text == ("0o600 SECRET" if sys.platform != "win32" else text)


@pytest.mark.parametrize("name", sorted(APPS))
def test_no_key_stands_on_a_command_line(name):
    """Where every user of the computer can read it."""
    here = Connection("http://127.0.0.1:43110/v1", "qwen", 4096, "sk-local-secret")
    proof = filled(APPS[name], here).proof or ClientProof(())
    assert "secret" not in " ".join((*proof.run, *proof.windows))
    assert "<script>" not in proof.run or "127.0.0.1:43110" in proof.script


class Asked(BaseHTTPRequestHandler):
    """Answers with the key and the JSON that came."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        came = {"path": self.path, "key": self.headers["Authorization"], "choices": 1, **body}
        answer = json.dumps(came | {"embedding": 1, "relevance_score": 1}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@pytest.mark.skipif(
    sys.platform == "win32", reason="curl is proved by other systems' command lines"
)
@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
@pytest.mark.parametrize("name", ["curl", "curl-embeddings", "curl-rerank"])
def test_curl_sends_the_key_and_what_is_printed_to_paste(name):
    with ThreadingHTTPServer(("127.0.0.1", 0), Asked) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/v1"
        app = filled(APPS[name], Connection(address, "qwen", 4096, "sk-local-secret"))
        came = json.loads(prove(app, Workbench(), written=False)["text"])
        server.shutdown()
    assert came["key"] == "Bearer sk-local-secret"
    body = json.loads(re.search(r"-d '(.*)'", app.settings)[1])
    assert {key: came[key] for key in body} == body
    assert f"{came['path'].removeprefix('/v1')} " in app.settings
