"""Ollama's folder of models: which share files, what was cut off, what nobody may see."""

from __future__ import annotations

import json

from localai_setup import survey
from localai_setup.machine.asking import recorded, recorder
from localai_setup.machine.asking.live import LiveMachine
from localai_setup.model.reading import Text
from localai_setup.probes import _ollama_store
from localai_setup.probes.ollama import Ollama

WEIGHTS, SYSTEM, GONE = ("a" * 64, "b" * 64, "c" * 64)


def manifest(weights: str, *, template: bool = False) -> str:
    def layer(digest: str, size: int, kind: str) -> dict:
        media = f"application/vnd.ollama.image.{kind}"
        return {"digest": f"sha256:{digest}", "size": size, "mediaType": media}

    extra = [layer(SYSTEM, 30, "template")] if template else []
    return json.dumps(
        {"config": layer("d" * 64, 10, "json"), "layers": [layer(weights, 900, "model"), *extra]}
    )


def store_of(manifests: dict[str, str], blobs: dict[str, int]) -> _ollama_store.Store | None:
    folder = "/srv/models"
    readings = {f"file:{folder}/manifests/{path}": Text(text) for path, text in manifests.items()}
    readings |= {
        f"stat:{folder}/blobs/sha256-{digest}": Text(f"-rw-r--r-- ollama ollama {size}")
        for digest, size in blobs.items()
    }
    return _ollama_store.read(survey.Readings(readings), folder)


def test_models_share_files_and_each_is_counted_once() -> None:
    library = "registry.ollama.ai/library"
    store = store_of(
        {
            f"{library}/tale/7b": manifest(WEIGHTS),
            f"{library}/tale/short": manifest(WEIGHTS, template=True),
            "hf.co/bartowski/Tale/Q4": manifest(GONE),
            f"{library}/empty/latest": "",
            "registry.ollama.ai/mira/own/1": "{",
        },
        {WEIGHTS: 900, SYSTEM: 30, "d" * 64: 10, f"{GONE}-partial": 400},
    )
    assert store is not None
    names = {one.name: one for one in store.models}
    assert set(names) == {
        "tale:7b",
        "tale:short",
        "hf.co/bartowski/Tale:Q4",
        "empty:latest",
        "mira/own:1",
    }
    assert store.shared_with("tale:7b") == ("tale:short",)
    assert (store.bytes, store.shared_bytes) == (900 + 30 + 10 + 900, 900 + 10 + 10)
    assert [layer.digest for layer in names["hf.co/bartowski/Tale:Q4"].missing] == [GONE]
    assert (names["empty:latest"].broken, names["mira/own:1"].broken) == ("empty", "not readable")
    assert store.partial_bytes == 400


def test_a_file_that_was_cut_off_is_seen_and_one_that_nobody_may_see_is_not_called_missing() -> (
    None
):
    path = "registry.ollama.ai/library/tale/7b"
    cut = store_of({path: manifest(WEIGHTS)}, {WEIGHTS: 899, "d" * 64: 10})
    unseen = store_of({path: manifest(WEIGHTS)}, {})
    assert cut is not None
    assert unseen is not None
    assert [layer.on_disk for layer in cut.models[0].cut] == [899]
    assert (unseen.models[0].cut, unseen.models[0].missing) == ((), ())


def test_a_recorded_home_is_the_same_home_on_replay(tmp_path, monkeypatch) -> None:
    folder = (
        tmp_path / ".ollama" / "models" / "manifests" / "registry.ollama.ai" / "library" / "tale"
    )
    folder.mkdir(parents=True)
    (folder / "7b").write_text(manifest(WEIGHTS))
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    asked = survey.probes_of([Ollama])
    readings = survey.read(LiveMachine(), asked)
    stores = survey.facts(readings, asked)[Ollama].stores
    assert ["~/.ollama/models", "tale:7b"] in [[one.folder, one.models[0].name] for one in stores]
    document = recorder.document(LiveMachine().identity, readings)
    assert str(tmp_path) not in json.dumps(document)
    replayed = survey.facts(survey.read(recorded.machine_of(document), asked), asked)[Ollama]
    assert "tale:7b" in [model.name for one in replayed.stores for model in one.models]
