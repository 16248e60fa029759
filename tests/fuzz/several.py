"""As `targets`, for what serves several people or is set up on many machines, and models in parts: the file of
keys, the records of a server and its set-up, what far machines answer, and the parts of a model.
"""

import contextlib
import dataclasses
import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace

from localai_setup import state
from localai_setup.commands import fit, fleet, models, pool, serve, serve_keys, status
from localai_setup.commands._options import Options
from localai_setup.machine.fleet import ansible, ssh
from localai_setup.machine.keeping import folders, statefile, user_keys
from localai_setup.machine.keeping.user_keys import UserKey
from localai_setup.machine.running import bounded, examine
from localai_setup.machine.running.processes import Processes
from localai_setup.machine.workbench import Workbench
from localai_setup.model.errors import LocalaiError
from localai_setup.model.files import FilePart, ModelFile
from localai_setup.model.server import Running
from localai_setup.model.settings import ServerSettings
from localai_setup.steps.fetch_model import FetchModel
from localai_setup.ui import console

from .. import gguf_files
from ..test_fleet import BY_HAND, REBOOT, doctor, finding, plan, set_up
from ..test_state import DOCUMENT
from . import mutations, once
from .targets import DOCUMENTS, RECORDINGS

KEYS = {
    "schema": user_keys.SCHEMA,
    "keys": [asdict(UserKey(name, f"sk-local-{name * 9}", "2026-11-29")) for name in ("anna", "ben")],
}  # fmt: skip
HERE = Processes().named(os.getpid()).create_time
SERVER = asdict(
    Running(os.getpid(), HERE, 9, "/models/tiny.gguf", "k", "sk-local-1", "192.0.2.7", "ab")
)
SEVERAL = {
    **DOCUMENT,
    "users": 3,
    "settings": {"context": 4096, "slots": 3, "kv_unified": True},
    "alone": {**DOCUMENT, "finished": True},
    "finished": True,
}


def _replayed(chance):
    return Options(
        json=chance.random() < 0.3,
        offline=True,
        no_color=True,
        replay=RECORDINGS[0],
        verbose=chance.random() < 0.3,
    )


def keys(_home, chance):
    """`serve keys list`, `serve`, `status`, and the keys that a server is given."""
    folder = folders.folder("state")
    # in most inputs one of the three is as it was: else the first would hide the others
    for name, document in (("user-keys", KEYS), ("server", SERVER), ("state", SEVERAL)):
        text = (
            mutations.of_json(document, chance) if chance.random() < 0.6 else json.dumps(document)
        )
        (folder / f"{name}.json").write_text(text, errors="surrogatepass")
    options = _replayed(chance)
    commands = [
        lambda: serve_keys.listing(options),
        lambda: serve.serve(
            options, serve.ServeRequest(dry_run=True, users=chance.choice((None, 1, 4)))
        ),
        lambda: status.status(Options(offline=True, no_color=True, json=options.json)),
        _given,
    ]
    for command in commands:
        with contextlib.suppress(LocalaiError):
            command()


def _given():
    """Every line that a server reads is the key of one person."""
    user_keys.trouble()
    user_keys.fingerprint()
    Workbench(offline=True).servers.running()
    known = [one.key for one in user_keys.all_()]
    if file := user_keys.for_server():
        assert Path(file).read_text(encoding="utf-8").splitlines() == known
        assert all(known), "whoever sends no key has one"


APACHE = {"id": "Apache-2.0", "needs_acceptance": False, "commercial": "yes"}
ANSWERED = {
    "changed": True,
    "documents": {
        "doctor": doctor(
            finding("gpu-none", "fail", BY_HAND, REBOOT), finding("a", "info"), set_up=set_up()
        ),
        "plan": plan(),
        "licences": {"parts": [{"kind": "model", "name": "small", "licence": APACHE}]},
    },
}
FAILED = {
    "msg": "Task failed: Module failed: it is not there",
    "module_stderr": "sh: no such file\n",
}
NAMES = ("pc-1", "pc-2", "pc-3")


def _event(kind, machine, result):
    """A line of our callback, whose result is what a far machine printed."""
    about = json.dumps({"event": kind, "host": machine, "task": ansible.MODULE})
    return f'{about[:-1]}, "result": {result}}}\n'


def _results(chance):
    """Of Ansible's own it is always an object; in it stands what anybody may have written."""
    for document in (ANSWERED, FAILED):
        if chance.random() < 0.3:
            yield mutations.of_json(document, chance)
            continue
        parts = {name: mutations.of_json(one, chance) for name, one in document.items()}
        yield "{" + ", ".join(f"{json.dumps(name)}: {text}" for name, text in parts.items()) + "}"


def far_machines(home, chance):
    """`fleet ACTION`, for a person, as JSON and as a page."""
    answered, failed = _results(chance)
    lines = [
        "PLAY [all]\n",
        json.dumps({"event": "asked", "hosts": NAMES}) + "\n",
        _event("ok", NAMES[0], answered),
        _event("ok", NAMES[2], json.dumps(ANSWERED)),
        _event(chance.choice(("failed", "unreachable")), NAMES[1], failed),
    ]
    ansible.program = lambda: "ansible-playbook"
    ansible.results = lambda _job: ansible._read(SimpleNamespace(stdout=lines))
    action = chance.choice(("doctor", "plan", "init", "uninstall"))
    page = home / "page.html" if chance.random() < 0.3 else None
    request = fleet.FleetRequest(action, home / "hosts.ini", yes=True, html=page)
    fleet.fleet(_replayed(chance), request)


MODELS = ("", "", "smollm2-135m", "qwen3.6-35b-a3b", "qwen3-235b-a22b")


def pooled(_home, chance):
    """`pool`: what ssh brings from two machines, the complaint of a third."""

    def run(argv, _seconds):
        name = argv[-2]
        text = mutations.of_json(chance.choice(DOCUMENTS), chance)
        complaint = mutations.of_bytes(b"Welcome\nsh: exec: localai: not found\n", chance)
        code = chance.choice((1, 127, 255)) if name == "three" else 0
        return text.encode(errors="surrogatepass"), complaint, code

    ssh.program, ssh._round_trip_ms, bounded.run = lambda: "ssh", lambda _command: 0.5, run
    once.choose_models(chance)
    request = pool.PoolRequest(("one", "two", "three"), chance.choice(MODELS))
    options = dataclasses.replace(_replayed(chance), offline=False)
    pool.pool(options, request)


def parts(home, chance):
    """`fit` of a model in three files."""
    tensors = gguf_files.tensor_list(layers=6)
    with tempfile.TemporaryDirectory(dir=home) as folder:
        for number in range(3):
            stated = {"split.no": number, "split.count": 3, "split.tensors.count": len(tensors)}
            kept = {**(gguf_files.numbers(6) if number == 0 else {}), **stated}
            header, size = gguf_files.build(kept, tensors[number::3])
            # two of three are as they were in most inputs: else the first would hide the others
            hostile = mutations.of_bytes(header, chance) if chance.random() < 0.3 else header
            file = Path(folder) / f"tiny-0000{number + 1}-of-00003.gguf"
            file.write_bytes(hostile)
            os.truncate(file, len(header) + size)
        options = Options(offline=True, no_color=True, replay=RECORDINGS[0])
        fit.fit(options, f"{folder}/tiny-00001-of-00003.gguf", ServerSettings(4096))


NAMES_OF_PARTS = [f"Q4_K_M/Big-Q4_K_M-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
IN_PARTS = ModelFile(
    "weights", NAMES_OF_PARTS[0], 9, "a" * 64, "Q4_K_M", "acme/Big-GGUF", "b" * 40,
    parts=tuple(FilePart(name, 9, "c" * 64) for name in NAMES_OF_PARTS[1:]),
)  # fmt: skip


def records_of_parts(home, chance):
    """The saved step of a model in three files: what it would write, whether it is done, `models`."""
    bench, step = Workbench(offline=True), FetchModel(IN_PARTS)
    for path in map(Path, step.writes(bench)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"GGUF12345")
    document = {**DOCUMENT, "model_path": step.writes(bench)[0], "finished": True}
    document["steps"] = [mutated(state.step_document(step), chance)]
    (folders.folder("state") / "state.json").write_text(
        json.dumps(document), errors="surrogatepass"
    )
    setup = statefile.peek()
    if setup is None:
        return
    with contextlib.suppress(LocalaiError):
        for one in state.saved_steps(setup):
            console.say(f"{one.title} {one.done(bench)}")
            places = map(os.path.abspath, one.writes(bench))
            assert all(place.startswith(str(home)) for place in places), "it writes elsewhere"
    examine.examine()
    models.models(Options(offline=True, no_color=True, json=chance.random() < 0.3))


def mutated(document, chance):
    """A copy as `of_json` makes it, which is JSON again."""
    while True:
        with contextlib.suppress(ValueError):
            return json.loads(mutations.of_json(document, chance))


TARGETS = {
    "keys and servers of several people": keys,
    "answers of far machines": far_machines,
    "answers of a pool": pooled,
    "models in parts": parts,
    "records of models in parts": records_of_parts,
}
