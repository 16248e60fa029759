"""A real Ollama that was there before localai: somebody's own, on a port that is not the usual one."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request

from localai_setup.engines._tiny_model import tiny_model
from localai_setup.machine.ollama import manifests, names
from localai_setup.machine.ollama.store import Store
from localai_setup.machine.ollama.manifests import Manifest
from localai_setup.machine.running.ports import free_port

START_SECONDS = 60.0


class Theirs:
    """Its HOME, models and log lie below `folder`."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.port, self.process = None, None
        folder.mkdir(parents=True)

    @property
    def store(self):
        return Store(self.folder / "models")

    def start(self):
        """On a free port; it answers when this returns."""
        self.port = free_port(21900 if self.port is None else self.port + 1)
        environment = {**os.environ, "HOME": str(self.folder), "OLLAMA_NO_CLOUD": "1",
                       "OLLAMA_HOST": f"127.0.0.1:{self.port}",
                       "OLLAMA_MODELS": str(self.store.folder)}  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, "serve"], env=environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.names() is None:
            time.sleep(0.1)
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def own_model(self, name):
        """A model of its owner's, beside those of localai."""
        weights, made = tiny_model(), []
        self.store.blobs.mkdir(parents=True, exist_ok=True)
        for kind, content in (("model", weights), ("params", b'{"num_ctx": 256}')):
            self.store.write(content)
            made.append(manifests.layer(kind, content))
        configuration = manifests.configuration("llama", "", "F32", tuple(made))
        self.store.write(configuration)
        manifest = Manifest(tuple(made), manifests.config_layer(configuration))
        self.store.write_manifest(names.parse(name), manifest)

    def names(self):
        """What it lists; None where nobody answers."""
        try:
            return sorted(one["name"] for one in self._asked("/api/tags")["models"])
        except urllib.error.URLError:
            return None

    def listing(self):
        """Names with their digests, and the files of the store."""
        digests = {one["name"]: one["digest"] for one in self._asked("/api/tags")["models"]}
        return digests, sorted(one.name for one in self.store.blobs.iterdir())

    def load(self, name):
        self._asked("/api/generate", {"model": name, "stream": False})

    def delete(self, name):
        self._asked("/api/delete", {"model": name}, "DELETE")

    def _asked(self, path, body=None, method=None):
        raw = None if body is None else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.port}{path}"
        asked = urllib.request.Request(address, raw, method=method)
        with urllib.request.urlopen(asked, timeout=60) as reply:
            return json.loads(reply.read() or b"{}")
