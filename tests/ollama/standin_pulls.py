"""How models come into the stand-in's folder: pulled from a registry, or made of a file or a model."""

import hashlib
import contextlib
import json
import os
import re
import urllib.error
import urllib.request
from pathlib import Path

from .standin_store import IMAGE, RefusedError, Store

GO_TEMPLATE = b"{{ range .Messages }}{{ .Content }}{{ end }}"


class Pulls(Store):
    """Hashes only what it fetched in this very pull, and keeps a part only after an orderly end."""

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
        for digest in body.get("adapters", {}).values():
            layers.append((IMAGE + "adapter", self.blob(digest).read_bytes()))
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
        with contextlib.suppress(RefusedError):
            self.delete({"model": body["model"]})
        for _, one in layers:
            self.put(one)
        self.put(b"{}")
        self.write_manifest(body["model"], content)
        yield {"status": "success"}


def _get(url, start=0):
    headers = {"Range": f"bytes={start}-"} if start else {}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(urllib.request.Request(url, headers=headers), timeout=30)
