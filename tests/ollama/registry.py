"""A registry on loopback: manifests and blobs of models, with faults that can be switched on."""

import hashlib
import json
import time

from .loopback import Loopback, QuietHandler

MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
IMAGE = "application/vnd.ollama.image."


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Registry(Loopback):
    """`refusals` are statuses that the next requests for a manifest get, with `retry_after` seconds.
    `damage` sends so many blobs with wrong bytes, `cuts` breaks so many off in the middle. `rate` is bytes per second, None without a limit.
    """

    def __init__(self):
        self.manifests, self.blobs = {}, {}
        self.refusals, self.retry_after, self.damage, self.rate, self.cuts = [], None, 0, None, 0
        self.sent = {}
        self.asked = []
        registry = self

        class Handler(QuietHandler):
            def do_GET(self):
                registry.asked.append(self.path)
                registry.answer(self)

            do_HEAD = do_GET

        super().__init__(Handler)

    @property
    def host(self):
        return f"127.0.0.1:{self.port}"

    def name(self, model):
        return f"http://{self.host}/library/{model}"

    def add(self, model, weights, parameters=None, template=None):
        """A model of one file, as `model:tag`; the digest of its weights."""
        layers = [("model", weights)]
        layers += [("params", json.dumps(parameters).encode())] if parameters else []
        layers += [("template", template.encode())] if template else []
        config = b'{"model_format": "gguf"}'
        for _, content in [*layers, ("", config)]:
            self.blobs[digest(content)] = content
        rows = [
            {"mediaType": IMAGE + kind, "digest": digest(content), "size": len(content)}
            for kind, content in layers
        ]
        self.put(model, {"config": {"mediaType": "config", "digest": digest(config),
                                    "size": len(config)}, "layers": rows})  # fmt: skip
        return digest(weights)

    def put(self, model, fields):
        name, _, tag = model.partition(":")
        content = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST_TYPE, **fields}).encode()
        self.manifests[f"/v2/library/{name}/manifests/{tag or 'latest'}"] = content

    def answer(self, request):
        if "/manifests/" in request.path and self.refusals:
            wait = {"Retry-After": str(self.retry_after)} if self.retry_after is not None else {}
            return self._send(request, self.refusals.pop(0), b"the registry says no\n", wait)
        found = self.manifests.get(request.path) or self.blobs.get(request.path.rpartition("/")[2])
        if found is None:
            return self._send(request, 404, b"{}", {})
        if "/blobs/" in request.path and request.command == "GET":
            # Ollama takes a blob from another host name alone, as the real registry sends it there
            port = self.server.server_address[1]
            place = f"http://localhost:{port}/data/{request.path.rpartition('/')[2]}"
            return self._send(request, 307, b"", {"Location": place})
        if "/data/" not in request.path:
            return self._send(request, 200, found, {})
        return self._send_blob(request, found)

    def _send_blob(self, request, content):
        name = digest(content)
        start = int((request.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
        if self.damage:
            self.damage -= 1
            content = bytes([content[0] ^ 255]) + content[1:]
        self.sent[name] = self.sent.get(name, 0) + len(content) - start
        if self.cuts:
            self.cuts -= 1
            return self._cut_off(request, content[start:])
        ranged = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
        return self._send(request, 206, content[start:], ranged)

    def _cut_off(self, request, content):
        """Half of what was promised, and the end of the connection."""
        request.send_response(206)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content[: len(content) // 2])
        request.close_connection = True

    def _send(self, request, status, content, headers):
        request.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(content))}.items():
            request.send_header(key, value)
        request.end_headers()
        if request.command == "HEAD":
            return
        try:
            for at in range(0, len(content), 16384):
                request.wfile.write(content[at : at + 16384])
                if self.rate:
                    time.sleep(16384 / self.rate)
        except OSError:
            request.close_connection = True
