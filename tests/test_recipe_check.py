"""`localai recipes check`: what the hub says of each pin, in words, JSON and exit codes."""

import hashlib
import json

import pytest

from localai_setup.commands import _pins
from localai_setup.machine.fetching import listings
from localai_setup.machine.keeping import recipe_files
from localai_setup.model.errors import LocalaiError
from localai_setup.recipes.loading import load
from localai_setup.ui import pintext

from . import hub_server

DATA, OTHER = b"the weights", b"other weights"
NEWER = "2" * 40


@pytest.fixture(autouse=True)
def hub(monkeypatch):
    with hub_server.running() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setenv("HF_HOME", "/nonexistent")
        hub.add("me/it-GGUF", {"it.gguf": DATA, "README.md": b"#"})
        yield hub


def recipe():
    """A model whose one file the hub has."""
    model = (recipe_files.shipped_folder() / "models" / "phi-4-mini.yaml").read_text("utf-8")
    head = model.partition("\nfiles:\n")[0].replace("id: phi-4-mini", "id: it")
    return (
        f"{head}\nfiles:\n- role: weights\n  repository: me/it-GGUF\n"
        f"  revision: '{hub_server.REVISION}'\n  file: it.gguf\n  quantization: Q4_K_M\n"
        f"  bytes: {len(DATA)}\n  sha256: {hashlib.sha256(DATA).hexdigest()}\n"
    )


def check():
    """The one result, and the words for it."""
    checks = _pins.check([load("it.yaml", recipe())])
    return checks[0], "\n".join(pintext.lines("HUB", checks, 0, verbose=False))


def test_what_holds_is_counted():
    found, words = check()
    assert (found.state, found.newest_revision) == ("holds", "")
    assert words == "1 pinned files at HUB: 1 hold; 0 with a newer revision."


#: what happened at the hub → state, words, what the newest revision has of the file
CASES = {
    "a newer revision with the same file": (
        lambda hub: hub.heads.update({"me/it-GGUF": (NEWER, {"it.gguf": DATA})}),
        ("holds", "is at 2222222 now, with the same file", "same"),
    ),
    "a newer revision with another file": (
        lambda hub: hub.heads.update({"me/it-GGUF": (NEWER, {"it.gguf": OTHER})}),
        ("holds", "with another file of this name", "other"),
    ),
    "renamed in the newest revision": (
        lambda hub: hub.heads.update({"me/it-GGUF": (NEWER, {"IT.gguf": DATA})}),
        ("holds", "without this file", "gone"),
    ),
    "other bytes under the pinned revision": (
        lambda hub: hub.repositories["me/it-GGUF"].update({"it.gguf": OTHER}),
        ("altered", "it has 13 bytes, not 11", ""),
    ),
    "another hash of the same size": (
        lambda hub: hub.repositories["me/it-GGUF"].update({"it.gguf": DATA[::-1]}),
        ("altered", "its sha256 is", ""),
    ),
    "the file is gone": (
        lambda hub: hub.repositories["me/it-GGUF"].pop("it.gguf"),
        ("gone", "revision 1111111 has no such file", ""),
    ),
    "the repository is gone": (
        lambda hub: hub.repositories.pop("me/it-GGUF"),
        ("gone", "there is no revision 1111111", ""),
    ),
    "too many requests": (
        lambda hub: hub.faults.update({"me/it-GGUF": (429, b"slow down")}),
        ("unknown", "too many requests", ""),
    ),
    "a login page": (
        lambda hub: hub.faults.update({"me/it-GGUF": (200, b"<html>log in</html>")}),
        ("unknown", "does not answer as a hub does", ""),
    ),
    "a listing of nonsense": (
        lambda hub: hub.faults.update(
            {"me/it-GGUF": (200, json.dumps({"sha": "1" * 40, "siblings": [7, {}]}).encode())}
        ),
        ("gone", "has no such file", ""),
    ),
    "neither size nor hash": (
        lambda hub: hub.faults.update(
            {
                "me/it-GGUF": (
                    200,
                    b'{"sha": "' + b"1" * 40 + b'", "siblings": [{"rfilename": "it.gguf"}]}',
                )
            }
        ),
        ("unknown", "neither size nor hash", ""),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_the_hub_says_is_judged_and_told(hub, name):
    happen, (state, reported, newest) = CASES[name]
    happen(hub)
    found, words = check()
    assert (found.state, found.newest_file) == (state, newest)
    assert reported in words


def test_an_answer_without_an_end_is_left(hub, monkeypatch):
    monkeypatch.setattr(listings, "MAX_BODY_BYTES", 1000)
    hub.faults["me/it-GGUF"] = (200, b"[" * 5000)
    assert "the answer is longer than" in check()[1]


def test_a_hub_that_is_not_there_is_one_sentence(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(LocalaiError, match="cannot be reached, so whether the pins hold"):
        check()


def test_the_command_says_so_in_words_json_and_exit_code(hub, localai):
    own = localai.home / "local ai ü" / "config" / "recipes"
    own.mkdir(parents=True)
    (own / "it.yaml").write_text(recipe(), encoding="utf-8")
    localai.extra["HF_ENDPOINT"] = hub.address
    assert localai("recipes", "check", "it").returncode == 0
    hub.repositories["me/it-GGUF"]["it.gguf"] = OTHER
    done = localai("recipes", "check", "it", "--json")
    reported = json.loads(done.stdout)
    assert (done.returncode, reported["schema"]) == (1, "localai.recipes-check/1")
    assert reported["pins"][0]["state"] == "altered"
    offline = localai("recipes", "check", "it", "--offline")
    assert (offline.returncode, "--offline forbids it" in offline.stderr) == (2, True)
    other = localai("recipes", "check", "itt")
    assert (other.returncode, "Did you mean `it`?" in other.stderr) == (2, True)
