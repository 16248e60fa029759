"""A model pulled by name: every layer verified before and after, and the same command goes on after a kill.

Ollama takes a blob that is there for complete, whatever is in it, and never looks again. So damaged blobs
are removed before a pull, and hashed after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from ...model.progress import Progress, Report
from ..fetching import disk, pauses
from . import models, registry
from .api import Api, Line
from .manifests import DamagedManifestError, Layer, Manifest
from .names import ModelName
from .store import Store
from .troubles import PASSING, OllamaError


@dataclass(frozen=True)
class Pulled:
    """A model that is there. `verified` is False where its files cannot be read from here;
    `fetched_again` are the hashes of blobs that were damaged and came anew.
    """

    name: str
    bytes: int
    verified: bool
    fetched_again: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pull:
    """One pull. `store` is None where nobody knows the models folder; `pinned` is the digest of the
    manifest or of the weights, empty where any will do.
    """

    api: Api
    name: ModelName
    report: Report
    store: Store | None = None
    pinned: str = ""
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    def run(self) -> Pulled:
        """Do what is missing.

        Raises:
            LocalaiError: no such model, another one than was pinned, no space, or it keeps failing.

        """
        found = self._published()
        damaged = self._remove_damaged(found)
        if damaged or not self._is_complete(found):
            self._require_space(found)
            self._stream_with_retries(found)
        again = self._verify(found)
        manifest = self._local()
        if models.shown(self.api, self.name.full) is None:
            raise OllamaError("no-such-model", f"it pulled {self.name.full} and does not know it")
        return Pulled(
            self.name.full,
            manifest.size if manifest else 0,
            manifest is not None,
            tuple(sorted({*damaged, *again})),
        )

    def _published(self) -> registry.Published | None:
        found = registry.published(self.name, self.report, self.sleep)
        if found and self.pinned:
            registry.require_pinned(found, self.pinned, self.name)
        return found

    def _local(self) -> Manifest | None:
        """What is on the disk; a broken manifest counts as none, Ollama writes it anew."""
        if self.store is None:
            return None
        with suppress(DamagedManifestError, OSError):
            return self.store.manifest(self.name)
        return None

    def _remove_damaged(self, found: registry.Published | None) -> tuple[str, ...]:
        """Blobs under a right name with wrong bytes, of this model or of an unfinished pull of it."""
        manifest = found.manifest if found else self._local()
        if self.store is None or manifest is None:
            return ()
        there = [one for one in manifest.files if self.store.blob(one.sha256).exists()]
        damaged = self.store.unsound(there, self._seen("checking", sum(x.size for x in there)))
        for one in damaged:
            self._discard(one)
        return tuple(one.sha256 for one in damaged)

    def _discard(self, layer: Layer) -> None:
        """Where the folder is not ours, deleting the model takes the blob with it."""
        assert self.store is not None
        try:
            self.store.discard(layer)
        except OSError:
            models.delete(self.api, self.name.full)

    def _is_complete(self, found: registry.Published | None) -> bool:
        local = self._local()
        if local is None or self.store is None:
            return False
        same = found is None or local == found.manifest
        return same and not self.store.unsound(local.files)

    def _require_space(self, found: registry.Published | None) -> None:
        if self.store is None or found is None:
            return
        missing = sum(max(0, one.size - self.store.present(one)) for one in found.manifest.files)
        folder = disk.nearest(self.store.folder)
        disk.require(folder, missing, f"{self.name.full} goes to Ollama's models folder.")

    def _stream_with_retries(self, found: registry.Published | None) -> None:
        """Ollama tries a part six times and the manifest once; the rest is tried here.

        Raises:
            OllamaError: it failed for good, or again and again without anything new.

        """
        total = found.manifest.size if found else None
        fruitless, best = 0, 0
        while True:
            received = _Received(total)
            try:
                self._stream(received)
            except OllamaError as error:
                fruitless = 0 if received.done > best else fruitless + 1
                best = max(best, received.done)
                if error.kind not in PASSING or fruitless >= pauses.TRIES:
                    raise
                seconds = pauses.before(max(1, fruitless), error)
                self.report(Progress(f"{self.name.full}: trying again in {seconds:.0f} s"))
                self.sleep(seconds)
            else:
                return

    def _stream(self, received: _Received) -> None:
        insecure = {"insecure": True} if self.name.scheme == "http" else {}
        body = {"model": self.name.to_pull, **insecure}
        for line in self.api.stream("/api/pull", body, is_success):
            received.hear(line)
            self.report(Progress(self.name.full, received.done, received.total))

    def _verify(self, found: registry.Published | None) -> tuple[str, ...]:
        """Hash what came; what is damaged comes once more. The hashes of those.

        Raises:
            OllamaError: it is damaged again, or there is no model in it.

        """
        if self.store is None or not self.store.is_readable():
            return ()
        again = self._damaged()
        if again:
            for one in again:
                self._discard(one)
            self._stream_with_retries(found)
            if still := self._damaged():
                raise OllamaError("wrong-bytes", f"{still[0].digest[:19]}… arrived damaged twice")
        return tuple(one.sha256 for one in again)

    def _damaged(self) -> tuple[Layer, ...]:
        assert self.store is not None
        manifest = self._local()
        if manifest is None or manifest.of("model") is None:
            raise OllamaError(
                "registry-odd", f"the registry gave {self.name.full} without a model in it"
            )
        return self.store.unsound(manifest.files, self._seen("verifying", manifest.size))

    def _seen(self, verb: str, total: int) -> Callable[[int], None]:
        def seen(done: int) -> None:
            self.report(Progress(f"{verb} {self.name.full}", done, total or None))

        return seen


@dataclass
class _Received:
    """How far a pull is: of each layer the bytes that came. `total` is None until somebody knows it."""

    total: int | None
    layers: dict[str, tuple[int, int]] = field(default_factory=dict)

    def hear(self, line: Line) -> None:
        digest, total = line.get("digest"), line.get("total")
        if isinstance(digest, str) and isinstance(total, int):
            completed = line.get("completed")
            before = self.layers.get(digest, (0, 0))[0]
            done = completed if isinstance(completed, int) else 0
            self.layers[digest] = (max(before, done), total)
            self.total = max(self.total or 0, sum(size for _, size in self.layers.values()))

    @property
    def done(self) -> int:
        return sum(done for done, _ in self.layers.values())


def is_success(line: Line) -> bool:
    """The last line of a pull and of a create; one that ends without it has failed."""
    return line.get("status") == "success"
