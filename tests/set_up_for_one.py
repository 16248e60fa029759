"""A small model, set up for one, for tests of `localai serve`; what would be set up is only saved."""

import json
from dataclasses import replace

import pytest

from localai_setup.commands import _replacing, serve
from localai_setup.commands._options import Options
from localai_setup.machine.keeping import folders, statefile
from localai_setup.machine.running.server import Servers
from localai_setup.model.facts import Facts
from localai_setup.model.server import Running
from localai_setup.model.settings import ServerSettings
from localai_setup.probes.cpu import Cpu
from localai_setup.probes.host import Host
from localai_setup.probes.memory import Memory

from .gguf_files import build, numbers, tensor_list
from .test_schemas import check
from .test_taught import CHECK, INSTALL, START, saved

JSON, WORDS = Options(json=True), Options()
RUNNING = Running(1, 0.0, 43110, "/m.gguf")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A small model, set up for one; a machine of 2 GB; nothing of it runs."""
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path))
    folders.all_folders.cache_clear()
    header, size = build({**numbers(), "tokenizer.ggml.tokens": ["a"] * 64}, tensor_list())
    model = tmp_path / "m.gguf"
    model.write_bytes(header + bytes(size))
    setup = saved(INSTALL, START, CHECK)
    statefile.save(replace(setup, model_path=str(model), settings=ServerSettings(2048, threads=2)))
    facts = {Memory: Memory(2048.0, 1024.0), Host: Host(system="Linux"),
             Cpu: Cpu(arch="x86_64", physical_cores=2, level="x86-64-v3")}  # fmt: skip
    monkeypatch.setattr(Options, "facts", lambda _self: Facts(facts))
    monkeypatch.setattr(Servers, "running", lambda _self: None)
    yield tmp_path
    folders.all_folders.cache_clear()


@pytest.fixture
def exchanged(monkeypatch):
    """What would be set up; it is saved, and proved by nobody."""
    found = []

    def proved(before, after, _bench):
        found.append((before.users, after))
        statefile.save(after)
        return after

    monkeypatch.setattr(_replacing, "proved", proved)
    monkeypatch.setattr(serve, "opened", lambda _setup, _bench, at: replace(RUNNING, listen=at))
    return found


def document(capsys):
    found = json.loads(capsys.readouterr().out)
    check(found)
    return found
