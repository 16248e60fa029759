"""Load a model, and read back what Ollama made of it: by its API, its log, and a prompt of known size.

It lowers a context, cuts a prompt and takes another chat template without a word; and bytes in `size_vram`
prove no GPU. So every setting is looked at where it can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model.progress import Progress, Report
from ...model.readback import Difference, Expected, ReadBack
from . import models, server_log
from .api import Api
from .models import Loaded
from .troubles import OllamaError

#: A large model from a slow disk; Ollama itself gives up after 5 minutes without progress.
LOAD_SECONDS = 1800.0
#: Of one question whose answer is a single token.
COUNT_SECONDS = 300.0
_QUESTION = "Say hello."


def load(api: Api, name: str, report: Report) -> Loaded:
    """Load it as its own parameters say, and wait.

    Raises:
        OllamaError: it cannot be loaded, or is not there.

    """
    report(Progress(f"loading {name}"))
    try:
        api.post("/api/generate", {"model": name, "stream": False}, LOAD_SECONDS)
    except OllamaError as error:
        if error.kind != "unsupported":
            raise
        # a model for embeddings answers no questions
        api.post("/api/embed", {"model": name, "input": _QUESTION}, LOAD_SECONDS)
    found = _entry(api, name)
    if found is None:
        raise OllamaError("engine-died", f"{name} was loaded, and is not there any more")
    return found


def _entry(api: Api, name: str) -> Loaded | None:
    return next((one for one in models.loaded(api) if models.same_model(one.name, name)), None)


def is_loaded(api: Api, name: str, context: int | None) -> bool:
    """Whether it is in memory, as far as Ollama knows, and with this context where one is named.

    Raises:
        OllamaError: it does not answer.

    """
    entry = _entry(api, name)
    return entry is not None and context in (None, entry.context_length)


def prompt_tokens(api: Api, name: str, messages: list[dict[str, str]]) -> int:
    """How many tokens of a conversation the model was given, template and system prompt included.

    Raises:
        OllamaError: `prompt-too-long` where they do not fit; nothing is cut in silence here.

    """
    body = {"model": name, "messages": messages, "stream": False, "truncate": False,
            "shift": False, "think": False, "options": {"num_predict": 1}}  # fmt: skip
    return models.counted(api.post("/api/chat", body, COUNT_SECONDS)).prompt_eval_count


def read_back(api: Api, name: str, expected: Expected, log: str = "") -> ReadBack:
    """What it was loaded with beside what was planned. `log` is the server's, empty where unreadable.

    Raises:
        OllamaError: it is not loaded, or does not answer.

    """
    entry = _entry(api, name)
    if entry is None:
        raise OllamaError("no-such-model", f"{name} is not loaded")
    gpu = next((one.description or one.name for one in server_log.devices(log) if one.is_gpu), "")
    differences = (
        *_of_api(entry, expected),
        *_of_show(api, name, expected),
        *_of_log(expected, log, gpu),
        *_of_prompt(api, name, expected),
    )
    return ReadBack(name, entry.context_length, entry.size, gpu, differences)


def _of_api(entry: Loaded, expected: Expected) -> Iterator[Difference]:
    found = entry.context_length
    if expected.context and found and found != expected.context:
        yield Difference("context", f"{expected.context} tokens", f"{found} tokens", "/api/ps")


def _of_show(api: Api, name: str, expected: Expected) -> Iterator[Difference]:
    """The chat template that is shown: a model's own is Jinja, those of Ollama's list are Go's."""
    found = models.shown(api, name) if expected.own_template else None
    if found and found.template and "{%" not in found.template:
        words = found.template.strip().splitlines()[0][:60]
        yield Difference("template", "the model's own", words, "/api/show")


def _of_log(expected: Expected, log: str, gpu: str) -> Iterator[Difference]:
    start = server_log.last_start(log)
    if start is None:
        return
    pairs: Mapping[str, tuple[Any, Any]] = {
        "slots": (expected.slots, start.slots),
        "kv-type": (expected.kv_type or None, start.kv_type),
        "flash-attention": (_flag(expected.flash_attention), start.flash_attention or None),
    }
    for kind, (planned, found) in pairs.items():
        if planned is not None and found not in (None, "auto", planned):
            yield Difference(kind, str(planned), str(found), "log")  # type: ignore[arg-type]
    if expected.gpu_layers and not gpu:
        yield Difference("gpu", "a GPU", "the processor alone", "log")
    elif expected.gpu_layers and (share := server_log.offloaded(log)) and not share[0]:
        yield Difference("gpu", gpu, f"0 of {share[1]} layers on it", "log")


def _flag(setting: bool | None) -> str | None:
    return None if setting is None else "on" if setting else "off"


def _of_prompt(api: Api, name: str, expected: Expected) -> Iterator[Difference]:
    """A system prompt of ours makes every prompt longer by at least a token for each of its words."""
    if not expected.system:
        return
    question = {"role": "user", "content": _QUESTION}
    with_ours = prompt_tokens(api, name, [question])
    other = prompt_tokens(api, name, [{"role": "system", "content": "."}, question])
    words = len(expected.system.split())
    if with_ours - other < words // 2:
        source = "prompt_eval_count"
        planned = f"a prompt with the system prompt's {words} words"
        yield Difference("system", planned, f"{with_ours} tokens, {other} without it", source)
