"""The models folder of the stand-in for `ollama serve`: blobs by digest, manifests by name."""

import hashlib
import json
from pathlib import Path

IMAGE = "application/vnd.ollama.image."


class RefusedError(Exception):
    def __init__(self, status, words):
        super().__init__(words)
        self.status, self.words = status, words


class Store:
    """Believes a blob that is there, and writes manifests in place."""

    def __init__(self, models):
        self.models = Path(models)
        (self.models / "blobs").mkdir(parents=True, exist_ok=True)

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

    def copy(self, body):
        raw = self.manifest_path(body["source"]).read_bytes()
        self.write_manifest(body["destination"], raw)

    def write_manifest(self, name, content):
        path = self.manifest_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def put(self, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        self.blob(digest).write_bytes(content)
        return digest

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
