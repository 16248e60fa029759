"""Ollama as steps see it: one object for the server that was there and for ours."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ...model.errors import LocalaiError
from ...model.model_server import Delivered, OwnModel, ServerPlace, ServeSettings
from ...model.progress import Report
from ...model.readback import Expected, ReadBack
from ...model.server import Running
from ..fetching import disk
from ..keeping.linking import NoLinkError
from ..running.processes import Processes
from . import lending, loading, models, our_models, own_models, staying
from .api import Api
from .serving import OwnServer
from .store import Store
from .troubles import OllamaError


@dataclass(frozen=True)
class ModelServer:
    processes: Processes

    @property
    def own(self) -> OwnServer:
        return OwnServer(self.processes)

    def api(self, place: ServerPlace) -> Api:
        """The API of a server.

        Raises:
            LocalaiError: it is ours and does not run.

        """
        if place.port is not None:
            return Api(place.port, place.host)
        running = self.own.running()
        if running is None:
            raise OllamaError("no-answer", "localai's own server of it does not run")
        return Api(running.port)

    @property
    def models_folder(self) -> Path:
        """Where a server of ours keeps its models."""
        return self.own.home / "models"

    def is_serving(self, settings: ServeSettings) -> bool:
        return self.own.is_serving(settings)

    def start(self, settings: ServeSettings, first_port: int) -> Running:
        return self.own.start(settings, first_port)

    def stop(self) -> bool:
        return self.own.stop()

    def running(self) -> Running | None:
        return self.own.running()

    @property
    def log(self) -> Path:
        """Of our own server."""
        return self.own.log

    def start_writes(self) -> tuple[str, ...]:
        """What a start leaves on the disk."""
        return tuple(map(str, (self.own.record, self.own.log, self.own.home)))

    def has_own(self, place: ServerPlace, own: OwnModel) -> bool:
        """Whether a model of ours is there as it would be made now."""
        if not our_models.is_ours(place, own.name):
            return False
        store = _store(place)
        if store and store.is_readable() and own_models.written(store, own):
            return True
        return self._is_known(place, own.name) and own_models.created(self.api(place), own)

    def bring_own(self, place: ServerPlace, own: OwnModel, report: Report) -> Delivered:
        """Make a model of our name: by a link, else pulled from this computer, else by `create`.

        Raises:
            LocalaiError: somebody else's model has this name, the base is gone, or there is no space.
            OSError: the folder cannot be written to.

        """
        self._require_free(place, own.name)
        store = _store(place)
        if not self._is_known(place, own.name):
            before = staying.there_before(store, own, our_models.at(place).models)
            our_models.remember(place, own.name, before)
        if store and store.is_writable():
            with suppress(NoLinkError):
                return self._written(place, store, own)
        return self._lent(place, own, report) or self._created(place, own, report)

    def _written(self, place: ServerPlace, store: Store, own: OwnModel) -> Delivered:
        """By a manifest of ours; what only the one before named goes, a former adapter above all."""
        former = staying.named_by(store, own.name)
        way = own_models.write(store, own, symbolic=place.is_ours)
        store.drop_unnamed(former, our_models.at(place).there_before)
        return Delivered(own.name, way, own.bytes, verified=True)

    def _lent(self, place: ServerPlace, own: OwnModel, report: Report) -> Delivered | None:
        """Pulled from this computer; None where the server cannot, as one in a container."""
        if place.container or not own.parts:
            return None
        api, store = self.api(place), _store(place)
        try:
            with staying.staying(store, our_models.at(place).there_before):
                found = lending.lend(
                    api, own, report, store, lambda name: our_models.remember(place, name)
                )
        finally:
            self._drop_pulled_names(place, own.name)
        return Delivered(own.name, "pulled", own.bytes, found.verified) if found else None

    def _drop_pulled_names(self, place: ServerPlace, own: str) -> None:
        """The layers stay with our name for them; where the server is gone, `remove_all` does it."""
        with suppress(OllamaError):
            for name in lending.names_of_pulls(self.api(place), own):
                self.remove(place, name)

    def _created(self, place: ServerPlace, own: OwnModel, report: Report) -> Delivered:
        self._require_twice(_store(place), own)
        way = own_models.create(self.api(place), own, report)
        return Delivered(own.name, way, own.bytes)

    def is_loaded(self, place: ServerPlace, name: str, expected: Expected) -> bool:
        """Whether it is in memory with the planned context."""
        try:
            return loading.is_loaded(self.api(place), name, expected.context)
        except OllamaError:
            return False

    def load(self, place: ServerPlace, name: str, expected: Expected, report: Report) -> ReadBack:
        """Load it and read back what became of it.

        Raises:
            LocalaiError: it cannot be loaded.

        """
        loading.load(self.api(place), name, report)
        return self.read_back(place, name, expected)

    def read_back(self, place: ServerPlace, name: str, expected: Expected) -> ReadBack:
        """What it is loaded with; the log is looked at where the server is ours.

        Raises:
            LocalaiError: it is not loaded, or nobody answers.

        """
        log = self.own.log_text() if place.is_ours else ""
        return loading.read_back(self.api(place), name, expected, log)

    def unload(self, place: ServerPlace, name: str) -> None:
        """Free its memory; nothing where the server is gone."""
        try:
            own_models.unload(self.api(place), name)
        except OllamaError:
            return

    def remove(self, place: ServerPlace, name: str) -> bool:
        """Take away a model that localai brought, and no other; whether there was one.

        Raises:
            LocalaiError: the server refuses, or is away and nobody knows its folder.
            OSError: the folder cannot be written to.

        """
        if not our_models.is_ours(place, name):
            return False
        api, store = self._api_or_none(place), _store(place)
        if api is None and store is None:
            raise OllamaError("no-answer", f"{name} cannot be removed while its server is away")
        with staying.staying(store, our_models.at(place).there_before):
            gone = own_models.remove(api, store, name)
        our_models.forget(place, name)
        return gone

    def remove_all(self) -> tuple[str, ...]:
        """Take away every model that localai brought, wherever its server is; the names of those that
        could not be, because their server refuses or their folder is not ours to write to.
        """
        left = []
        for store in our_models.stores():
            for name in store.models:
                try:
                    self.remove(store.place, name)
                except (LocalaiError, OSError):
                    left.append(name)
        return tuple(left)

    def _api_or_none(self, place: ServerPlace) -> Api | None:
        """None where no server answers: then the files are all there is."""
        try:
            api = self.api(place)
            models.version(api)
        except OllamaError:
            return None
        return api

    def _is_known(self, place: ServerPlace, name: str) -> bool:
        try:
            return models.shown(self.api(place), name) is not None
        except OllamaError:
            return False

    def _require_free(self, place: ServerPlace, name: str) -> None:
        if not our_models.is_ours(place, name) and self._is_known(place, name):
            raise LocalaiError(
                f"There is a model called {name} already, and localai did not make it.",
                "It would be replaced.",
                f"Rename it with `ollama cp {name} OTHER` and `ollama rm {name}`, or choose another one.",
            )

    def _require_twice(self, store: Store | None, own: OwnModel) -> None:
        """The upload and the rewritten file lie there together."""
        if store and own.parts:
            folder = disk.nearest(store.folder)
            why = (
                "The file can neither be linked into Ollama's models folder nor pulled, so it is sent, and Ollama "
                "keeps the upload and rewrites it: twice the size of the file."
            )
            disk.require(folder, 2 * own.bytes, why)


def _store(place: ServerPlace) -> Store | None:
    return Store(Path(place.models_folder)) if place.models_folder else None
