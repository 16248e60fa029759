"""A model on the hub is sized by a few ranges of its file, or refused in plain words."""

import json

import pytest

from localai_setup.commands._options import Options
from localai_setup.commands.fit import fit as command
from localai_setup.machine.fetching import repository
from localai_setup.machine.fetching.hub import allowed
from localai_setup.model.settings import ServerSettings
from localai_setup.machine.fetching.repository import open_model
from localai_setup.model.errors import LocalaiError

from .far_hub import FarFile, FarHub
from .gguf_files import build, numbers, tensor_list

NAME = "acme/tiny"


def header(vocab=500, tensors=None, **extra):
    reported = numbers() | {
        "tokenizer.ggml.tokens": [f"tok{at}" for at in range(vocab)],
        "tokenizer.ggml.merges": [f"t{at} k{at}" for at in range(vocab)],
        **extra,
    }
    return build(reported, tensors or tensor_list())


def far_file(vocab=500, **extra):
    begin, size = header(vocab, **extra)
    return FarFile(begin, len(begin) + size)


@pytest.fixture
def hub(monkeypatch, tmp_path):
    made = FarHub({"tiny-Q4_K_M.gguf": far_file()}).start()
    monkeypatch.setenv("HF_ENDPOINT", made.address)
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    yield made
    made.server.shutdown()


def big_file(vocab=250_000):
    """About ten gigabytes behind a header with a large vocabulary."""
    tensors = [("token_embd.weight", (4096, vocab)), ("output_norm.weight", (4096 * 64,))]
    for at in range(32):
        tensors += [
            (f"blk.{at}.ffn_{name}.weight", (4096, 43_000)) for name in ("up", "gate", "down")
        ]
    begin, size = header(vocab, tensors)
    return FarFile(begin, len(begin) + size)


def test_ten_gigabytes_cost_a_few_requests_and_a_few_mebibytes(hub):
    file = big_file()
    assert file.size > 9 << 30
    assert len(file.begin) > 8 << 20
    hub.files, hub.latency = {"tiny-Q4_K_M.gguf": file}, 0.05
    open_model(NAME)  # the first time pays for imports
    hub.requests, hub.sent = [], 0
    found = open_model(NAME)
    assert len(found.header.tensors) == 98
    assert hub.sent < 2 << 20
    assert len(hub.requests) < 16


def test_redirects_are_followed_once_and_the_token_stays_at_home(hub):
    store = FarHub(hub.files, elsewhere="").start()
    hub.files = {"tiny-Q4_K_M.gguf": far_file(60_000)}
    store.files = hub.files
    hub.elsewhere = store.address.replace("127.0.0.1", "localhost")
    try:
        assert open_model(NAME).chosen.quantization == "Q4_K_M"
    finally:
        store.server.shutdown()
    assert len([one for one in hub.requests if "/resolve/" in one]) == 1
    assert len(store.requests) > 3
    assert hub.tokens[-1] == "Bearer hf_secret"
    assert set(store.tokens) == {None}


def test_another_port_of_the_same_host_gets_no_token(hub):
    store = FarHub({"tiny-Q4_K_M.gguf": far_file(60_000)}).start()
    hub.files, hub.elsewhere = store.files, store.address
    try:
        open_model(NAME)
    finally:
        store.server.shutdown()
    assert len(store.tokens) > 3
    assert set(store.tokens) == {None}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HF_ENDPOINT", "http://127.0.0.1:9", "could not be asked"),
        ("HF_ENDPOINT", "http://[half", "could not be asked"),
        ("HF_ENDPOINT", "ftp://127.0.0.1", "could not be asked"),
        ("HF_HUB_OFFLINE", "1", "HF_HUB_OFFLINE"),
        ("HTTP_PROXY", "http://127.0.0.1:9", "could not be asked"),
        ("ALL_PROXY", "socks5://127.0.0.1:9", "could not be asked"),
        ("HTTP_PROXY", "nonsense://x", "proxy settings"),
        ("SSL_CERT_FILE", "/nowhere.pem", "/nowhere.pem"),
    ],
)
def test_a_network_that_cannot_be_used_is_named(hub, monkeypatch, name, value, words):
    if name == "ALL_PROXY":
        monkeypatch.delenv("HTTP_PROXY", raising=False)
        monkeypatch.delenv("http_proxy", raising=False)
    for lifted in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(lifted, raising=False)
    monkeypatch.setenv(name, value)
    assert words in refusal(hub)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://hub.example/x", True),
        ("http://127.0.0.1:1/x", True),
        ("http://hub.example/x", False),
    ],
)
def test_a_login_does_not_cross_a_network_in_the_clear(url, kept):
    assert bool(allowed(url, {"Authorization": "Bearer x"})) == kept


@pytest.mark.parametrize("body", ["[" * 100_000, "[]", "3", '{"sha": 3}', '{"siblings": {"a": 1}}'])
def test_an_answer_that_is_no_listing_is_refused(hub, body):
    hub.listing = body
    assert "not as a hub does" in refusal(hub)


def test_a_listing_without_end_is_given_up(hub, monkeypatch):
    monkeypatch.setattr(repository, "LISTING_BYTES", 100_000)
    hub.listing = '{"sha": "' + "x" * 1_000_000
    assert "not as a hub does" in refusal(hub)


def refusal(hub, name=NAME):
    with pytest.raises(LocalaiError) as caught:
        open_model(name)
    error = caught.value
    return f"{error.what} {error.why} {error.hint}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ranges": False}, "does not give parts of a file"),
        ({"html": True}, "web page came instead"),
        ({"cut": True}, "could not be read"),
        ({"etags": ['"one"', '"two"']}, "changed while it was read"),
        ({"status": {"list": 401}}, "no access"),
        ({"status": {"list": 403}}, "no access"),
        ({"status": {"list": 429}}, "too many requests"),
        ({"status": {"file": 401}}, "asks for a login"),
        ({"status": {"file": 403}}, "no access"),
        ({"status": {"file": 404}}, "not there any more"),
        ({"status": {"file": 503}}, "could not be read"),
        ({"files": {}}, "has no GGUF file"),
        ({"files": {"mmproj-F16.gguf": FarFile(b"", 9)}}, "has no GGUF file"),
        ({"files": {"tiny-Q4_K_M.gguf": FarFile(b"PK\3\4", 9000)}}, "letters GGUF"),
    ],
)
def test_what_goes_wrong_is_said(hub, changes, words):
    if "etags" in changes:
        hub.files = {"tiny-Q4_K_M.gguf": far_file(60_000)}
    for name, value in changes.items():
        setattr(hub, name, value)
    assert words in refusal(hub)


def test_a_size_that_is_not_the_files_is_a_lie(hub):
    hub.files["tiny-Q4_K_M.gguf"].stated = hub.files["tiny-Q4_K_M.gguf"].size + 4096
    assert "has" in refusal(hub)


def test_a_file_cut_short_on_the_hub_is_refused(hub):
    hub.files["tiny-Q4_K_M.gguf"].size -= 5000
    assert "cut short" in refusal(hub)


def test_a_quantization_that_is_not_there_lists_those_that_are(hub):
    assert "it has Q4_K_M" in refusal(hub, f"{NAME}:Q9_X")


def test_the_parts_of_a_split_model_are_read_each(hub):
    tensors = tensor_list()
    hub.files = {}
    for at in range(2):
        reported = {"split.count": 2, "split.no": at}
        begin, size = build((numbers() if not at else {}) | reported, tensors[at::2])
        hub.files[f"tiny-Q8_0-0000{at + 1}-of-00002.gguf"] = FarFile(begin, len(begin) + size)
    assert len(open_model(NAME).header.tensors) == len(tensors)
    del hub.files["tiny-Q8_0-00002-of-00002.gguf"]
    assert "complete model" in refusal(hub)


def fit(capsys, name, **flags):
    command(Options(json=True, **flags), name, ServerSettings(context=4096))
    return json.loads(capsys.readouterr().out)


def test_fit_answers_for_a_name_on_the_hub(hub, capsys):
    found = fit(capsys, f"{NAME}:q4_k_m")
    assert found["model"] == "acme/tiny:Q4_K_M"
    assert found["memory"]["total_mib"] > 0
    assert 0 < found["received_bytes"] < 1 << 20


def test_offline_asks_nobody(hub, capsys):
    with pytest.raises(LocalaiError, match="--offline forbids that"):
        fit(capsys, NAME, offline=True)
    assert not hub.requests


@pytest.mark.parametrize("name", ["nothing-of-this-name", "a/b/c", "../../nowhere", "/", ""])
def test_what_is_no_model_at_all_is_said(name, capsys):
    with pytest.raises(LocalaiError, match="There is no file"):
        fit(capsys, name)


def test_a_recipes_model_is_sized_by_its_facts(capsys, tmp_path, monkeypatch):
    found = fit(capsys, "qwen3.5-4b")
    assert not found["exact"]
    memory = found["memory"]
    assert memory["low_mib"] < memory["total_mib"] < memory["high_mib"]
