"""Stands in for `ollama serve`: its API on a real models folder, with the habits that were recorded.

It believes a blob that is there, hashes only what it fetched in this very pull, writes manifests in place,
rewrites a file that `create` is given, keeps a part of a pull only after an orderly end, lowers nothing
and says nothing. Run as a program it reads OLLAMA_HOST and OLLAMA_MODELS.
"""

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from http.server import ThreadingHTTPServer
from pathlib import Path

from .standin_http import handler
from .standin_pulls import Pulls
from .standin_store import RefusedError


class Ollama(Pulls):
    """`largest_context` is the most that any model is given; `runner` is started for each loaded one."""

    def __init__(self, models, *, version="0.33.0", runner=None, largest_context=8192, host=""):
        super().__init__(models)
        self.version, self.runner = version, runner
        self.largest_context, self.loaded, self.runners = largest_context, {}, []
        self.served, self.requests = 0, []
        address, _, port = host.rpartition(":")
        self.server = ThreadingHTTPServer((address or "127.0.0.1", int(port or 0)), handler(self))
        self.server.daemon_threads = True

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.end_runners()

    @property
    def port(self):
        return self.server.server_address[1]

    def end_runners(self):
        for one in self.runners:
            one.terminate()

    def tags(self, _):
        rows = []
        for name in self.names():
            raw = self.manifest_path(name).read_bytes()
            size = sum(x["size"] for x in json.loads(raw or b"{}").get("layers") or [])
            rows.append({"name": name, "digest": hashlib.sha256(raw).hexdigest(), "size": size})
        return {"models": rows}

    def show(self, body):
        system, parameters = self.layer(body["model"], "system"), self.parameters(body["model"])
        lines = [
            f"{key:<31}{json.dumps(one) if isinstance(one, str) else one}"
            for key, value in parameters.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        template = self.layer(body["model"], "template") or b"{% own template %}"
        named = {row["mediaType"].rpartition(".")[2]: self.blob(row["digest"])
                 for row in self.manifest(body["model"])["layers"] or []}  # fmt: skip
        modelfile = [f"{command} {named[kind]}" for kind, command in
                     (("model", "FROM"), ("adapter", "ADAPTER")) if kind in named]  # fmt: skip
        return {"modelfile": "\n".join(modelfile), "template": template.decode(), "system": (system or b"").decode(),
                "parameters": "\n".join(lines), "capabilities": ["completion"]}  # fmt: skip

    def ps(self, _):
        rows = [{"name": n, "size": 1000, "size_vram": 0, "context_length": c} for n, c in
                self.loaded.items()]  # fmt: skip
        return {"models": rows}

    def generate(self, body):
        name = _full(body["model"])
        if body.get("keep_alive") == 0:
            self.loaded = {k: v for k, v in self.loaded.items() if k.lower() != name.lower()}
            return {"done": True, "done_reason": "unload"}
        self.load(name)
        if body.get("prompt"):
            return {"done": True, "done_reason": "length", "eval_count": 20, "eval_duration": 10**9,
                    "prompt_eval_count": len(body["prompt"].split()),
                    "prompt_eval_duration": 10**9}  # fmt: skip
        return {"done": True, "done_reason": "load"}

    def load(self, name):
        if self.layer(name, "model") is None:
            raise RefusedError(404, f'model "{name}" not found, try pulling it first')
        context = min(self.parameters(name).get("num_ctx", 4096), self.largest_context)
        if self.loaded.get(name) != context:
            self.loaded[name] = context
            if self.runner:
                self.runners.append(subprocess.Popen([self.runner]))
        return context

    def chat(self, body):
        """A token a word, four of the template; with a system prompt of the request or of the model."""
        context = self.load(_full(body["model"]))
        messages = body["messages"]
        system = self.layer(body["model"], "system") or b""
        if not any(one["role"] == "system" for one in messages):
            messages = [{"content": system.decode()}, *messages]
        tokens = 4 + sum(len(one["content"].split()) for one in messages)
        if tokens > context and body.get("truncate") is False:
            raise RefusedError(400, f"request ({tokens} tokens) exceeds the available context size")
        return {"message": {"role": "assistant", "content": "Hello."}, "done": True,
                "done_reason": "stop", "prompt_eval_count": min(tokens, context), "eval_count": 2}  # fmt: skip


def _full(name):
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def main():
    runner = Path(os.environ["STANDIN_ROOT"]) / "lib" / "ollama" / "llama-server"
    time.sleep(float(os.environ.get("STANDIN_SILENT_SECONDS", "0")))
    with Ollama(os.environ["OLLAMA_MODELS"], host=os.environ["OLLAMA_HOST"],
                runner=str(runner) if runner.exists() else None) as ollama:  # fmt: skip
        import signal

        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(f'msg="Listening on {os.environ["OLLAMA_HOST"]}"', flush=True)
        try:
            # not `signal.pause()`: a signal that comes just before it would be waited for without end
            while True:
                time.sleep(0.05)
        finally:
            ollama.end_runners()


if __name__ == "__main__":
    main()
