"""Models of our own name: the very file, its own template, our settings; and nobody else's touched."""

import errno
import json
import os
import sys
from dataclasses import replace

import pytest

from localai_setup.machine.keeping import linking, verified
from localai_setup.machine.ollama import models, names, own_models
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.store import Store
from localai_setup.model.model_server import OwnModel


def test_a_file_becomes_a_model_without_a_second_copy(ollama, store, own, weights):
    """The story import-without-second-copy: a link and a manifest by hand work at once."""
    assert not own_models.written(store, own)
    assert own_models.write(store, own) == "hard-link"
    assert own_models.written(store, own)
    assert os.path.samefile(store.blob(own.parts[0].sha256), weights)
    found = models.shown(Api(ollama.port), own.name)
    assert found.system == own.system
    assert found.template == "{% own template %}"
    assert "num_ctx" in found.parameters
    assert own_models.write(store, own) == "there-already"


def test_what_was_known_of_the_file_is_still_known_after_the_link(store, own, weights):
    """A link changes the file's times; 20 GB are not hashed again for it."""
    verified.remember(weights, own.parts[0].sha256)
    own_models.write(store, own)
    assert verified.knows(weights, own.parts[0].sha256)
    assert verified.knows(store.blob(own.parts[0].sha256), own.parts[0].sha256)


def test_other_settings_are_another_model_of_the_same_name(ollama, store, own):
    own_models.write(store, own)
    longer = replace(own, parameters={"num_ctx": 8192})
    assert not own_models.written(store, longer)
    own_models.write(store, longer)
    assert own_models.written(store, longer)
    assert "8192" in models.shown(Api(ollama.port), own.name).parameters


def test_a_damaged_or_missing_blob_makes_it_undone(store, own, weights):
    own_models.write(store, own)
    blob = store.blob(own.parts[0].sha256)
    blob.unlink()
    assert not own_models.written(store, own)
    own_models.write(store, own)
    weights.write_bytes(b"GGUF, and changed by its owner")
    assert not own_models.written(store, own)


@pytest.mark.parametrize("left", [b"", b"{", b"[]"], ids=["empty", "cut", "no object"])
def test_a_damaged_manifest_makes_it_undone_and_is_written_anew(store, own, left):
    own_models.write(store, own)
    store.manifest_path(names.parse(own.name)).write_bytes(left)
    assert not own_models.written(store, own)
    own_models.write(store, own)
    assert own_models.written(store, own)


def test_a_base_keeps_its_layers_and_its_stop_words(ollama, store, own):
    own_models.write(store, own)
    second = OwnModel("localai-short", base=own.name, parameters={"num_ctx": 512})
    assert own_models.write(store, second) == "same-layers"
    parameters = ollama.parameters("localai-short")
    assert parameters == {"num_ctx": 512, "temperature": 0.2, "stop": ["a", "b"]}
    assert models.shown(Api(ollama.port), "localai-short").system == own.system


def refuse(*_):
    raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a permission there")
def test_another_disk_gets_a_symbolic_link(store, own, weights, monkeypatch):
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(linking, "_clone", refuse)
    assert own_models.write(store, own) == "symbolic-link"
    assert store.blob(own.parts[0].sha256).resolve() == weights.resolve()
    assert own_models.written(store, own)


def test_a_service_of_another_user_gets_no_link_that_it_cannot_follow(store, own, monkeypatch):
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(linking, "_clone", refuse)
    with pytest.raises(linking.NoLinkError):
        own_models.write(store, own, symbolic=False)
    assert not list(store.blobs.iterdir())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_what_root_writes_belongs_to_who_owns_the_folder(store, own, weights):
    """Else a service could neither replace nor delete it."""
    for path in (store.folder, store.blobs):
        os.chown(path, 12345, 12345)
    own_models.write(store, own)
    made = [one for one in store.folder.rglob("*") if not one.samefile(weights)]
    assert {one.stat().st_uid for one in made} == {12345}
    assert weights.stat().st_uid == os.geteuid()
    weights.chmod(0o600)
    with pytest.raises(linking.NoLinkError):
        own_models.write(store, own)


def test_removing_takes_ours_and_leaves_the_file_and_the_shared_blobs(ollama, store, own, weights):
    own_models.write(store, own)
    own_models.write(store, replace(own, name="other"))
    api = Api(ollama.port)
    assert own_models.remove(api, store, own.name)
    assert not own_models.remove(api, store, own.name)
    assert store.blob(own.parts[0].sha256).exists()
    assert own_models.remove(None, store, "other")
    assert not list(store.blobs.iterdir())
    assert weights.exists()
    assert not (store.folder / "manifests" / "registry.ollama.ai").exists()


def test_a_manifest_that_the_server_cannot_read_is_removed_as_a_file(ollama, store, own):
    """Exchange empty-manifest-delete: 500 EOF."""
    own_models.write(store, own)
    path = next((store.folder / "manifests").glob("*/*/*/*"))
    path.write_bytes(b"")
    assert own_models.remove(Api(ollama.port), store, own.name)
    assert not path.exists()


def test_where_the_folder_is_not_ours_the_model_is_created(ollama, own):
    """Exchange create-from-files: rewritten, with another template, and told so."""
    api, reported = Api(ollama.port), []
    assert not own_models.created(api, own)
    assert own_models.create(api, own, reported.append) == "rewritten"
    assert own_models.created(api, own)
    assert not own_models.created(api, replace(own, parameters={"num_ctx": 4096}))
    assert not own_models.created(api, replace(own, system="Another."))
    assert models.shown(api, own.name).template.startswith("{{")
    assert max(one.done for one in reported) == own.parts[0].bytes


def test_an_upload_that_is_there_already_is_not_sent_again(ollama, own):
    api = Api(ollama.port)
    own_models.create(api, own, lambda _: None)
    reported = []
    own_models.create(api, replace(own, name="second"), reported.append)
    assert not any(one.total for one in reported)


def test_a_store_says_whether_it_can_be_written_to(tmp_path):
    assert Store(tmp_path / "new" / "models").is_writable()
    (tmp_path / "file").write_text("no folder")
    assert not Store(tmp_path / "file").is_writable()


def test_manifests_that_are_broken_do_not_hide_the_others(store, own):
    own_models.write(store, own)
    broken = store.folder / "manifests" / "registry.ollama.ai" / "library" / "broken" / "latest"
    broken.parent.mkdir()
    broken.write_bytes(b'{"layers": [')
    assert [path.parent.name for path, _ in store.all_manifests()] == ["localai-smol"]
    assert json.loads(store.manifest_path(_name(own)).read_bytes())["schemaVersion"] == 2


def _name(own):
    from localai_setup.machine.ollama import names

    return names.parse(own.name)
