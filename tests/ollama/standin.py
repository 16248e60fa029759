"""Stands in for `ollama serve`: its API on a real models folder, with the habits that were recorded.

It believes a blob that is there, hashes only what it fetched in this very pull, writes manifests in place,
rewrites a file that `create` is given, keeps a part of a pull only after an orderly end, lowers nothing
and says nothing. Run as a program it reads OLLAMA_HOST and OLLAMA_MODELS.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

IMAGE = "application/vnd.ollama.image."
GO_TEMPLATE = b"{{ range .Messages }}{{ .Content }}{{ end }}"


class RefusedError(Exception):
    def __init__(self, status, words):
        super().__init__(words)
        self.status, self.words = status, words


class Ollama:
    """`largest_context` is the most that any model is given; `runner` is started for each loaded one."""

    def __init__(self, models, *, version="0.33.0", runner=None, largest_context=8192, host=""):
        self.models, self.version, self.runner = Path(models), version, runner
        self.largest_context, self.loaded, self.runners = largest_context, {}, []
        self.served, self.requests = 0, []
        (self.models / "blobs").mkdir(parents=True, exist_ok=True)
        address, _, port = host.rpartition(":")
        self.server = ThreadingHTTPServer((address or "127.0.0.1", int(port or 0)), _handler(self))
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

    def blob(self, digest):
        return self.models / "blobs" / digest.replace(":", "-")

    def manifest_path(self, name):
        scheme, _, rest = name.rpartition("://")
        del scheme
        path, _, tag = rest.rpartition(":") if ":" in rest.rpartition("/")[2] else (rest, "", "")
        parts = path.split("/")
        parts = ["registry.ollama.ai", "library"][: 3 - len(parts)] + parts
        return self.models / "manifests" / Path(*parts) / (tag or "latest")

    def manifest(self, name):
        try:
            return json.loads(self.manifest_path(name).read_bytes())
        except FileNotFoundError:
            raise RefusedError(404, f"model '{name}' not found") from None
        except ValueError:
            raise RefusedError(500, "EOF") from None

    def layer(self, name, kind):
        """The content of a layer; None where there is none, or its file is gone."""
        rows = [x for x in self.manifest(name)["layers"] or [] if x["mediaType"] == IMAGE + kind]
        path = self.blob(rows[0]["digest"]) if rows else None
        return path.read_bytes() if path and path.exists() else None

    def parameters(self, name):
        return json.loads(self.layer(name, "params") or b"{}")

    def names(self):
        for path in sorted((self.models / "manifests").glob("*/*/*/*")):
            host, space, model, tag = path.relative_to(self.models / "manifests").parts
            plain = host == "registry.ollama.ai" and space == "library"
            yield f"{model}:{tag}" if plain else f"{host}/{space}/{model}:{tag}"

    def write_manifest(self, name, content):
        path = self.manifest_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def put(self, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.blob(digest).write_bytes(content)
        return digest

    # what the API does

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
        return {"template": template.decode(), "system": (system or b"").decode(),
                "parameters": "\n".join(lines), "capabilities": ["completion"]}  # fmt: skip

    def ps(self, _):
        rows = [{"name": n, "size": 1000, "size_vram": 0, "context_length": c} for n, c in
                self.loaded.items()]  # fmt: skip
        return {"models": rows}

    def delete(self, body):
        removed = self.manifest(body["model"])
        path = self.manifest_path(body["model"])
        path.unlink()
        while not any(path.parent.iterdir()) and path.parent != self.models / "manifests":
            path = path.parent
            path.rmdir()
        others = [self.manifest(name) for name in self.names()]
        used = {x["digest"] for one in others for x in [*one["layers"], one["config"]]}
        for row in [*removed["layers"], removed["config"]]:
            if row["digest"] not in used:
                self.blob(row["digest"]).unlink(missing_ok=True)
        return None

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
        said = body["messages"]
        system = self.layer(body["model"], "system") or b""
        if not any(one["role"] == "system" for one in said):
            said = [{"content": system.decode()}, *said]
        tokens = 4 + sum(len(one["content"].split()) for one in said)
        if tokens > context and body.get("truncate") is False:
            raise RefusedError(400, f"request ({tokens} tokens) exceeds the available context size")
        return {"message": {"role": "assistant", "content": "Hello."}, "done": True,
                "done_reason": "stop", "prompt_eval_count": min(tokens, context), "eval_count": 2}  # fmt: skip

    def pull(self, body):
        """The lines of a pull; the client that goes away leaves a part that is gone on with."""
        yield {"status": "pulling manifest"}
        scheme, host, path = re.match(r"(https?)://([^/]+)/(.*)", body["model"]).groups()
        name, _, tag = path.partition(":")
        base = f"{scheme}://{host}/v2/{name}"
        try:
            raw = _get(f"{base}/manifests/{tag or 'latest'}").read()
            manifest = json.loads(raw)
        except urllib.error.HTTPError as error:
            words = "file does not exist" if error.code == 404 else f"{error.code}: no"
            raise RefusedError(200, f"pull model manifest: {words}") from None
        rows = [*(manifest["layers"] or []), *([manifest["config"]] if manifest["config"] else [])]
        fetched = []
        for row in rows:
            if not self.blob(row["digest"]).exists():
                fetched.append(row["digest"])
                yield from self._fetch(base, row)
            else:
                yield {"status": "pulling", "digest": row["digest"], "total": row["size"],
                       "completed": row["size"]}  # fmt: skip
        yield {"status": "verifying sha256 digest"}
        for digest in fetched:
            found = hashlib.sha256(self.blob(digest).read_bytes()).hexdigest()
            if digest != f"sha256:{found}":
                self.blob(digest).unlink()
                raise RefusedError(200, f"digest mismatch, want {digest}, got sha256:{found}")
        yield {"status": "writing manifest"}
        self.write_manifest(f"{host}/{path}", raw)
        yield {"status": "success"}

    def _fetch(self, base, row):
        """Grows under another name; `-partial-0` is written only where the pull ends in order."""
        target, part = self.blob(row["digest"]), Path(f"{self.blob(row['digest'])}-partial")
        journal = Path(f"{part}-0")
        done = int(journal.read_text()) if journal.exists() and part.exists() else 0
        reply = _get(f"{base}/blobs/{row['digest']}", done)
        try:
            with part.open("r+b" if part.exists() else "wb") as out:
                out.seek(done)
                while piece := reply.read(65536):
                    out.write(piece)
                    done += len(piece)
                    yield {"status": "pulling", "digest": row["digest"], "total": row["size"],
                           "completed": done}  # fmt: skip
        except GeneratorExit:
            journal.write_text(str(done))
            raise
        journal.unlink(missing_ok=True)
        os.replace(part, target)

    def create(self, body):
        if "files" in body:
            yield {"status": "parsing GGUF"}
            (digest,) = body["files"].values()
            if not self.blob(digest).exists():
                raise RefusedError(200, f"open {self.blob(digest)}: no such file or directory")
            weights = self.blob(digest).read_bytes()
            if not weights.startswith(b"GGUF"):
                raise RefusedError(200, "supplied file was not in GGUF format")
            layers = [(IMAGE + "model", b"GGUF rewritten " + weights[4:]),
                      (IMAGE + "template", GO_TEMPLATE)]  # fmt: skip
        else:
            kept = [
                x
                for x in self.manifest(body["from"])["layers"]
                if x["mediaType"] != IMAGE + "params"
            ]
            layers = [(x["mediaType"], self.blob(x["digest"]).read_bytes()) for x in kept]
        if body.get("system"):
            layers.append((IMAGE + "system", body["system"].encode()))
        if body.get("parameters"):
            layers.append((IMAGE + "params", json.dumps(body["parameters"]).encode()))
        rows = []
        for kind, content in layers:
            rows.append({"mediaType": kind, "digest": self.put(content), "size": len(content)})
            yield {"status": f"creating new layer {rows[-1]['digest']}"}
        config = {"mediaType": "config", "digest": self.put(b"{}"), "size": 2}
        yield {"status": "writing manifest"}
        content = json.dumps({"schemaVersion": 2, "config": config, "layers": rows}).encode()
        self.write_manifest(body["model"], content)
        yield {"status": "success"}


def _full(name):
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


def _get(url, start=0):
    headers = {"Range": f"bytes={start}-"} if start else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(urllib.request.Request(url, headers=headers), timeout=30)


def _handler(ollama):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            calls = {"/api/tags": ollama.tags, "/api/ps": ollama.ps,
                     "/api/version": lambda _: {"version": ollama.version}}  # fmt: skip
            self.answer(calls.get(self.path), None)

        def do_HEAD(self):
            self.reply(200 if ollama.blob(self.path.rpartition("/")[2]).exists() else 404, b"")

        def do_DELETE(self):
            self.answer(ollama.delete, self.body())

        def do_POST(self):
            if self.path.startswith("/api/blobs/"):
                return self.take_blob()
            body = self.body()
            streams = {"/api/pull": ollama.pull, "/api/create": ollama.create}
            if self.path in streams:
                return self.stream(streams[self.path](body))
            calls = {"/api/show": ollama.show, "/api/generate": ollama.generate,
                     "/api/chat": ollama.chat}  # fmt: skip
            return self.answer(calls.get(self.path), body)

        def take_blob(self):
            content = self.rfile.read(int(self.headers["Content-Length"]))
            digest = ollama.put(content)
            good = digest == self.path.rpartition("/")[2]
            words = b"" if good else json.dumps({"error": "digest mismatch"}).encode()
            self.reply(201 if good else 400, words)

        def body(self):
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            ollama.requests.append((self.path, json.loads(content or b"{}")))
            return ollama.requests[-1][1]

        def answer(self, call, body):
            if call is None:
                return self.reply(404, b"404 page not found")
            try:
                found = call(body)
            except RefusedError as error:
                return self.reply(error.status, json.dumps({"error": error.words}).encode())
            return self.reply(200, b"" if found is None else json.dumps(found).encode())

        def reply(self, status, content):
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def stream(self, lines):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            try:
                for line in self.until_refused(lines):
                    content = json.dumps(line).encode() + b"\n"
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
                self.wfile.write(b"0\r\n\r\n")
            except OSError:
                lines.close()
                self.close_connection = True

        def until_refused(self, lines):
            try:
                yield from lines
            except RefusedError as error:
                yield {"error": error.words}

        def log_message(self, *_):
            pass

    return Handler


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
