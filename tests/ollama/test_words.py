"""Names, error texts, devices and differences of Ollama, value by value, without a server."""

from contextlib import nullcontext
from types import SimpleNamespace as Made

import pytest

from localai_setup.machine.ollama import api, loading, names, own_models, registry, server_log
from localai_setup.machine.ollama.troubles import OllamaError, kind_of
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.model.readback import Difference, Expected

pytestmark = pytest.mark.quick

#: as it is written → full, to pull, manifest's file and address
NAMES = [
    ("smol", "smol:latest", "smol:latest", "registry.ollama.ai/library/smol/latest",
     "https://registry.ollama.ai/v2/library/smol/manifests/latest"),
    ("smol:135m", "smol:135m", "smol:135m", "registry.ollama.ai/library/smol/135m",
     "https://registry.ollama.ai/v2/library/smol/manifests/135m"),
    ("me/smol", "me/smol:latest", "me/smol:latest", "registry.ollama.ai/me/smol/latest",
     "https://registry.ollama.ai/v2/me/smol/manifests/latest"),
    ("Library/smol", "smol:latest", "smol:latest", "registry.ollama.ai/Library/smol/latest",
     "https://registry.ollama.ai/v2/Library/smol/manifests/latest"),
    ("hub.example:99/me/smol:x", "hub.example:99/me/smol:x", "hub.example:99/me/smol:x",
     "hub.example:99/me/smol/x", "https://hub.example:99/v2/me/smol/manifests/x"),
    ("http://hub.example/me/smol", "hub.example/me/smol:latest", "http://hub.example/me/smol:latest",
     "hub.example/me/smol/latest", "http://hub.example/v2/me/smol/manifests/latest"),
    ("https://Registry.Ollama.AI/library/smol", "smol:latest", "smol:latest",
     "Registry.Ollama.AI/library/smol/latest", "https://Registry.Ollama.AI/v2/library/smol/manifests/latest"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "full", "pulled", "file", "url"), NAMES)
def test_a_name_in_all_its_forms(written, full, pulled, file, url):
    found = names.parse(written)
    assert (found.full, found.to_pull, str(found.file), found.manifest_url) == (full, pulled, file, url)  # fmt: skip


@pytest.mark.parametrize(
    "written",
    ["", "a b", "a/b/c/d", "smol:", "smol:a b", "ftp://h/n/smol", "://smol", "-smol", "n:1/smol"],
)
def test_what_no_model_can_be_called(written):
    with pytest.raises(LocalaiError) as refused:
        names.parse(written)
    assert refused.value.exit_code == Exit.USAGE
    assert f"called {written}." in refused.value.what
    assert refused.value.why


ERRORS = [
    (b"plain", "plain"), (b'{"error": "no"}', "no"), (b'{"message": "no"}', "no"),
    (b'{"error": {"message": "deep"}}', "deep"), (b'{"error": "{\\"error\\": \\"in it\\"}"}', "in it"),
    (b'{"error": {"code": 1}}', '{"code": 1}'), (b'{"other": 1}', '{"other": 1}'), (b" [1] ", "[1]"),
    (b"", ""), (b"x" * 600, "x" * 500),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "words"), ERRORS, ids=lambda one: str(one)[:20])
def test_the_words_of_an_error(raw, words):
    assert api.error_words(raw) == words


STATUSES = [
    ("EOF", 400, "bad-request"), ("unexpected EOF", 200, "file-cut"), ("EOF", 500, "damaged"),
    ("EOF", 404, "other"), ("an EOF", 500, "other"), ("?", 403, "refused-client"),
    ("?", 404, "no-such-model"), ("?", 500, "other"), ("digest mismatch", 500, "wrong-bytes"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "kind"), STATUSES)
def test_what_an_error_means(words, status, kind):
    assert kind_of(words, status) == kind


def test_an_error_has_a_sentence_and_a_way_on():
    error = OllamaError("other", "  ", 500)
    assert (error.what, error.why) == ("Ollama: HTTP 500", "")
    assert error.hint == "`localai doctor` reads its log."
    assert OllamaError("stalled", " it is late ").what == "Ollama: it is late"


@pytest.mark.parametrize(
    ("pinned", "pinned_there"),
    [("", True), ("sha256:AB", True), ("ab12", True), ("12", False), ("sha256:cd", True), ("abc", False)],
)  # fmt: skip
def test_a_pin_is_the_beginning_of_a_digest(pinned, pinned_there):
    layer = Made(sha256="cd34")
    found = registry.Published(Made(files=(layer,)), "sha256:ab12")
    with nullcontext() if pinned_there else pytest.raises(LocalaiError, match="was tried"):
        registry.require_pinned(found, pinned, names.parse("tale"))


LINE = 'time=1 msg="starting llama-server" cmd="{}"\n'
STARTS = [
    ("", None),
    (LINE.format("llama-server --model /m -c 4096 -np 2 -b 512 --cache-type-k q8_0 --flash-attn on"),
     server_log.EngineStart("/m", 4096, 2, 512, "q8_0", "on")),
    (LINE.format("llama-server"), server_log.EngineStart("", 0, 1, 0, "f16", "")),
    (LINE.format("llama-server -c x -np 0"), server_log.EngineStart("", 0, 1, 0, "f16", "")),
    (LINE.format("a -c 1") + LINE.format(r"a --model \"/m o\" -c 2"), server_log.EngineStart("/m o", 2)),
    (LINE.format("a --model it's -c 3"), server_log.EngineStart("it's", 3)),
]  # fmt: skip


@pytest.mark.parametrize(("log", "start"), STARTS)
def test_the_engines_last_command_line(log, start):
    assert server_log.last_start(log) == start


DEVICE = 'msg="inference compute" id=0 library={} name=n description="A card" total="8 GiB"\n'
CONFIG = 'msg="server config"\n'
CARD = server_log.Compute("CUDA", "n", "A card", "8 GiB")
DEVICES = [
    ("", ()), (DEVICE.format("CUDA"), (CARD,)), (DEVICE.format("CUDA") + CONFIG, ()),
    (DEVICE.format("ROCm") + CONFIG + DEVICE.format("CUDA"), (CARD,)),
    ('msg="inference compute" x=1\n', (server_log.Compute(""),)),
]  # fmt: skip


@pytest.mark.parametrize(("log", "found"), DEVICES)
def test_devices_of_the_last_start(log, found):
    assert server_log.devices(log) == found


def test_a_processor_is_no_gpu():
    assert [server_log.Compute(one).is_gpu for one in ("cpu", "CPU", "CUDA")] == [False, False, True]  # fmt: skip


def test_figures_of_the_log_are_those_of_the_last_load():
    log = "offloaded 3/9 layers to GPU\noffloaded 4/8 layers to GPU\n"
    assert server_log.offloaded(log) == (4, 8)
    assert server_log.offloaded("") is None
    cache = "prompt cache is enabled, size limit: {} MiB\n"
    assert server_log.prompt_cache_mib(cache.format(7) + cache.format(9)) == 9
    assert server_log.prompt_cache_mib("") is None


CONTEXTS = [(4096, 4096, False), (4096, 2048, True), (None, 2048, False), (4096, 0, False)]


@pytest.mark.parametrize(("planned", "found", "reported"), CONTEXTS)
def test_another_context_is_told(planned, found, reported):
    entry = Made(context_length=found)
    words = Difference("context", f"{planned} tokens", f"{found} tokens", "/api/ps")
    assert list(loading._of_api(entry, Expected(context=planned))) == ([words] if reported else [])


START = LINE.format("a -np 2 --cache-type-k q8_0 --flash-attn {}")
SETTINGS = [
    (Expected(), "on", "", []), (Expected(slots=2, kv_type="q8_0", flash_attention=True), "on", "", []),
    (Expected(slots=3), "on", "", [("slots", "3", "2")]),
    (Expected(kv_type="f16"), "on", "", [("kv-type", "f16", "q8_0")]),
    (Expected(flash_attention=False), "on", "", [("flash-attention", "off", "on")]),
    (Expected(flash_attention=True), "off", "", [("flash-attention", "on", "off")]),
    (Expected(flash_attention=True), "auto", "", []),
    (Expected(gpu_layers=9), "on", "", [("gpu", "a GPU", "the processor alone")]),
    (Expected(gpu_layers=9), "on", "RTX", []),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "flash", "gpu", "reported"), SETTINGS)
def test_settings_that_the_log_contradicts(expected, flash, gpu, reported):
    found = list(loading._of_log(expected, START.format(flash), gpu))
    assert [(one.kind, one.planned, one.found) for one in found] == reported
    assert {one.source for one in found} <= {"log"}


@pytest.mark.parametrize(("done", "reported"), [(0, ["0 of 9 layers on it"]), (1, [])])
def test_a_gpu_that_holds_no_layer_is_told(done, reported):
    log = START.format("on") + f"offloaded {done}/9 layers to GPU\n"
    assert [one.found for one in loading._of_log(Expected(gpu_layers=9), log, "RTX")] == reported
    assert list(loading._of_log(Expected(gpu_layers=9), "", "")) == []


SHOWN = [(True, "true"), (False, "false"), (0.70, "0.7"), (1.0, "1"), (40, "40"), ("</s>", "</s>")]


@pytest.mark.parametrize(("value", "words"), SHOWN)
def test_a_parameter_as_ollama_shows_it(value, words):
    assert own_models._as_shown(value) == words


@pytest.mark.parametrize(
    ("shown", "words", "same"),
    [
        ("top_k 40\nstop \"a\"\nstop \"b\"", "Be kind.", True), ("top_k  40\nstop a\nstop b", " Be kind. ", True),
        ("top_k 41\nstop a\nstop b", "Be kind.", False), ("top_k 40\nstop a", "Be kind.", False),
        ("top_k 40\nstop a\nstop b", "Be quiet.", False),
    ],
)  # fmt: skip
def test_a_model_that_was_created_shows_what_is_ours(monkeypatch, shown, words, same):
    found = Made(system=words, parameters=shown, modelfile="FROM smol")
    monkeypatch.setattr(own_models.models, "shown", lambda *_: found)
    own = Made(name="m", parts=(), system="Be kind.", parameters={"top_k": 40, "stop": ("a", "b")})
    assert own_models.created(None, own) is same
    monkeypatch.setattr(own_models.models, "shown", lambda *_: None)
    assert own_models.created(None, own) is False
