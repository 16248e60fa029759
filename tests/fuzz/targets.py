"""What reads others' files and answers: for each a function of chance that reads one hostile input."""

import contextlib
import http.server
import json
import os
import shutil
import threading
from pathlib import Path

from localai_setup import state
from localai_setup.commands import connect, detect, doctor, explain, fit, init, recipes, status
from localai_setup.commands._options import Options
from localai_setup.commands._request import Request
from localai_setup.machine.keeping import folders, statefile
from localai_setup.machine.running import fullness
from localai_setup.machine.running.answers import Answers
from localai_setup.machine.running.receiving import Received
from localai_setup.model.settings import ServerSettings
from localai_setup.proofs import judge
from localai_setup.ui import console

from .. import gguf_files
from ..test_state import DOCUMENT, in_schema_1
from . import mutations, once

TESTS = Path(__file__).parents[1]
RECORDINGS = sorted((TESTS / "machines").glob("*/recording.json"))
QUIET = Options(offline=True, no_color=True)


def gguf(home, chance):
    """`fit` of a model's file."""
    arch = chance.choice(("llama", "qwen3moe", "gemma3", "mamba", "bert", "qwen35", "mistral3"))
    kept = gguf_files.numbers(chance.randint(1, 6), arch=arch)
    kept |= {"tokenizer.ggml.tokens": ["a", "b"] * chance.randint(1, 40), f"{arch}.expert_count": 4}
    kept |= {
        f"{arch}.attention.sliding_window": 64,
        "general.name": chance.choice(mutations.TEXTS[:9]),
    }
    header, size = gguf_files.build(kept, gguf_files.tensor_list())
    file = home / "model.gguf"
    with file.open("wb") as out:
        out.write(mutations.of_bytes(header, chance))
        out.truncate(out.tell() + size)
    settings = ServerSettings(chance.choice((1, 4096, 10**7)), gpu_layers=chance.randrange(9))
    options = Options(offline=True, no_color=True, replay=RECORDINGS[0])
    fit.fit(options, str(file), settings)


RECIPES = [text for _, text in once.SHIPPED]


def recipe(home, chance):
    """`recipes validate`, and now and then among the user's own, where every command reads it."""
    text = mutations.of_text(chance.choice(RECIPES), chance)
    file = home / "recipe.yaml"
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    with contextlib.suppress(ValueError):
        recipes.validate(QUIET, file)
    if chance.random() < 0.05:
        own = folders.folder("config") / "recipes"
        own.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, own / "own.yaml")
        try:
            recipes.list_recipes(QUIET)
        finally:
            shutil.rmtree(own)


DOCUMENTS = [json.loads(one.read_text(encoding="utf-8")) for one in RECORDINGS]


def recording(home, chance):
    """`doctor`, `detect` or `plan` with `--replay`."""
    file = home / "recording.json"
    text = mutations.of_json(chance.choice(DOCUMENTS), chance)
    file.write_text(text, encoding="utf-8", errors="surrogatepass")
    options = Options(offline=True, no_color=True, replay=file, json=chance.random() < 0.2)
    command = chance.randrange(3)
    if command == 0:
        doctor.doctor(options, doctor.DoctorRequest())
    elif command == 1:
        detect.detect(options, network=False)
    else:
        once.choose_models(chance)
        init.init(options, Request(dry_run=True, why=chance.random() < 0.5))


LOGS = [
    example["text"]
    for document in DOCUMENTS
    for example in document.get("readings", {}).values()
    if isinstance(example, dict) and isinstance(example.get("text"), str)
]


def log(home, chance):
    """`explain FILE`."""
    lines = [
        mutations.of_text(chance.choice(LOGS)[:20_000], chance) for _ in range(chance.randint(1, 4))
    ]
    text = "\n".join(lines) * chance.choice((1, 1, 1, 30))
    file = home / "log.txt"
    raw = text.encode("utf-8", "surrogatepass")
    encoded = chance.choice((raw, raw, raw, text.encode("utf-16", "surrogatepass"), b"\xff" + raw))
    file.write_bytes(encoded[:1_000_000])
    explain.explain(Options(offline=True, no_color=True, json=chance.random() < 0.2), str(file))


def saved_state(_home, chance):
    """`status` and `connect` over a damaged state, and the saved steps."""
    folder = folders.folder("state")
    saved = chance.choice((DOCUMENT, in_schema_1("/m.gguf")))
    complete = json.loads(json.dumps({**saved, "finished": True}))
    (folder / "state.json").write_text(mutations.of_json(complete, chance), errors="surrogatepass")
    server = {
        "pid": os.getpid(),
        "create_time": 1.0,
        "port": 9,
        "model_path": "/m",
        "api_key": "k" * 9,
    }
    (folder / "server.json").write_text(mutations.of_json(server, chance), errors="surrogatepass")
    (folder / "api-key").write_text(chance.choice(mutations.TEXTS), errors="surrogatepass")
    measured = {"runs": [{"model": "m", "points": [{"depth": 1, "generate_tps": 2.0}]}]}
    (folder / "measurements.json").write_text(
        mutations.of_json(measured, chance), errors="surrogatepass"
    )
    status.status(QUIET)
    if found := statefile.load():
        state.saved_steps(found)
        connect.connect(QUIET, None, connect.ConnectRequest())


GOOD = {
    "/props": {"default_generation_settings": {"n_ctx": 4096}, "chat_template": "{{ messages }}"},
    "/slots": [{"n_ctx": 4096, "n_prompt_tokens": 5, "next_token": [{"n_decoded": 4}]}],
    "/v1/embeddings": {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [0.5]}]},
    "/apply-template": {"prompt": "assistant\n<think>\n"},
    "/v1/chat/completions": {
        "choices": [{"message": {"content": "Paris", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}],
                                 "reasoning_content": "Hm"}, "finish_reason": "stop"}],
        "timings": {"predicted_per_second": 12.5, "predicted_n": 4, "predicted_ms": 5.0},
    },
    "event": {"choices": [{"delta": {"content": "Paris", "tool_calls": [{"index": 0, "function": {"name": "f",
              "arguments": "{"}}]}, "finish_reason": None}]},
}  # fmt: skip


class Hostile:
    """A server whose answers are mutations of good ones."""

    def __init__(self):
        hostile = self
        self.chance = None

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                chance = hostile.chance
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if chance.random() < 0.1:
                    self.wfile.write(
                        mutations.of_bytes(
                            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", chance
                        )
                    )
                    return
                body = hostile.body(self.path)
                self.send_response(chance.choice((200,) * 12 + (204, 400, 401, 404, 500, 503)))
                if chance.random() < 0.8:
                    length = len(body) + chance.choice((0,) * 12 + (5, -1))
                    self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def handle(self):
                with contextlib.suppress(OSError, ValueError):
                    super().handle()

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def body(self, path):
        chance = self.chance
        if path == "/v1/chat/completions" and self.streams:
            events = (mutations.of_json(GOOD["event"], chance) for _ in range(chance.randint(0, 5)))
            return "".join(f"data: {one}\n\n" for one in events).encode("utf-8", "surrogatepass")
        good = GOOD.get(path, {})
        return mutations.of_json(good, chance).encode("utf-8", "surrogatepass")


def answer(_home, chance, server=Hostile()):  # noqa: B008  one server for all
    """Everything that is read from a server of ours."""
    from localai_setup.model.errors import LocalaiError

    server.chance = chance
    port, answers = server.port, Answers()
    what = chance.randrange(5)
    server.streams = what in (0, 1)
    question = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4}
    try:
        if what == 0:
            received = Received()
            for piece in answers.stream(port, question, "k", received):
                console.say(console_safe(piece.text))
            judge(received.answer, state.from_document(DOCUMENT).test, has_template=True)
        elif what == 1:
            found = answers.ask(port, question, "k")
            console.say(
                judge(found, state.from_document(DOCUMENT).test, has_template=True) or "well"
            )
        elif what == 2:
            answers.embed(port, ["a", "b"], "k")
        elif what == 3:
            answers.way_of_thinking(port, "k")
        else:
            fullness.context(port, "k")
            fullness.fullness(port, "k")
    except LocalaiError as error:
        console.say(str(error))


def console_safe(text):
    from localai_setup.ui.printable import printable

    return printable(text)


TARGETS = {
    "GGUF headers": gguf,
    "recipes": recipe,
    "recordings": recording,
    "logs": log,
    "state files": saved_state,
    "server answers": answer,
}
