"""Uninstalling takes what localai wrote and leaves what lies beside it."""

import pytest

from localai_setup.machine.keeping import folders, removing


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    folders.all_folders.cache_clear()
    for path in ("data/models", "data/engines", "state", "cache", "config/recipes"):
        (tmp_path / "home" / path).mkdir(parents=True)
    for path in ("data/models/a.gguf", "state/state.json", "state/init.lock", "cache/proofs.json"):
        (tmp_path / "home" / path).write_text("x")
    yield tmp_path / "home"
    folders.all_folders.cache_clear()


def test_everything_of_ours_goes_with_its_folders(home):
    removing.remove(removing.ours(keep_models=False))
    assert not home.exists()


def test_what_others_put_there_stays_and_is_named(home):
    for path in ("data/thesis.txt", "config/settings.ini", ".bashrc"):
        (home / path).write_text("mine")
    removing.remove(removing.ours(keep_models=False))
    left = sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    assert left == [".bashrc", "config/settings.ini", "data/thesis.txt"]
    words = "\n".join(removing.left(keep_models=False))
    assert "thesis.txt" in words
    assert "settings.ini" in words


def test_models_are_kept_where_that_was_asked(home):
    removing.remove(removing.ours(keep_models=True))
    assert (home / "data/models/a.gguf").exists()
    assert not (home / "data/engines").exists()
    assert not (home / "state").exists()
