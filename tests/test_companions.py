"""A file of its own that guesses ahead: whether it can, what it costs, and what an engine says of it."""

from dataclasses import replace

import pytest

from localai_setup.buffers import parts, read
from localai_setup.engines import _server_flags
from localai_setup.fit import companion, drafting, vocabulary
from localai_setup.fit.drafter import heads_alone, wrong_heads
from localai_setup.fit.gguf import HeaderRefusedError, parse
from localai_setup.fit.memory import estimate
from localai_setup.fit.speed import Chip, Cores, speed
from localai_setup.machine.running import drafter_log
from localai_setup.model.settings import (
    COMPANION,
    HEAD_FILE,
    MODEL,
    ServerSettings,
    StartSettings,
)

from . import gguf_files
from .companion_files import gguf, heads_file, sized

ON_CPU = ServerSettings(4096)
ON_GPU = ServerSettings(4096, gpu_layers=5)
BIG, SMALL = sized(gguf()).shape, sized(gguf(2))
HEADS = sized(heads_file(), 1)


def test_tokens_that_a_server_adds_have_to_be_the_same():
    one, other = (parse(gguf(2, **{"tokenizer.ggml.add_bos_token": adds})) for adds in (1, 0))
    assert "beginning of a text" in vocabulary.differs(one, other)
    assert not vocabulary.differs(one, parse(gguf()))


def test_tokenizers_of_two_kinds_are_told_apart():
    model, other = (parse(gguf(2, **{"tokenizer.ggml.model": kind})) for kind in ("gpt2", "llama"))
    assert vocabulary.differs(model, other) == (
        "its tokenizer is of the kind llama, and the model's is gpt2"
    )
    assert not vocabulary.differs(model, model)


#: tokens of a model and of a drafter → the number of the first that is another one
TOKENS = [
    (b"abcdefgh", b"abcdefgh", None), (b"abcdefgh", b"abcdefgh??", None), (b"abcdefgh", b"?????fgh", None),
    (b"abcdefgh", b"abcde?gh", 5), (b"abcdefgh", b"abcdefg?", 7), (b"abcdefgh", b"????efg?", 7),
]  # fmt: skip


@pytest.mark.parametrize(("model", "drafter", "at"), TOKENS)
def test_the_first_token_that_differs_is_named(model, drafter, at):
    ours, theirs = ([bytes([one]) for one in text] for text in (model, drafter))
    expected = "" if at is None else f"its token {at} is '?', and the model's is {chr(model[at])!r}"
    assert vocabulary.tokens_differ(ours, theirs) == expected


def test_a_file_without_a_vocabulary_has_no_tokens():
    with pytest.raises(HeaderRefusedError):
        vocabulary.token_texts(heads_file())


def test_heads_in_a_file_of_their_own_are_for_one_architecture_and_width():
    assert heads_alone(HEADS.shape.header, HEADS.shape.heads)
    assert not heads_alone(BIG.header, BIG.heads)
    assert "qwen35 models, and this one is llama" in wrong_heads(HEADS.shape, BIG)
    wide = sized(heads_file(hidden=512)).shape
    assert "rows of 512 numbers" in wrong_heads(wide, HEADS.shape)
    assert not wrong_heads(HEADS.shape, HEADS.shape)


def test_heads_that_share_the_models_cache_are_sized_without_layers():
    numbers = gguf_files.numbers(4, arch="gemma4-assistant")
    numbers |= {"gemma4-assistant.nextn_predict_layers": 4}
    numbers |= {"gemma4-assistant.embedding_length_out": 1024}
    header, size = gguf_files.build(numbers, gguf_files.tensor_list(4))
    found = sized(header + bytes(size), heads=4)
    assert "gemma4 models" in wrong_heads(found.shape, BIG)
    plain = estimate(BIG, ON_CPU)
    more = companion.with_drafter(plain, found, replace(ON_CPU, drafting=HEAD_FILE, draft_tokens=3))
    assert more.parts.kv == plain.parts.kv
    assert more.parts.weights > plain.parts.weights
    assert not more.exact


@pytest.mark.parametrize(
    ("settings", "asked", "drafter", "build", "who", "layers"),
    [
        (ON_GPU, "auto", SMALL, 11549, MODEL, 3),
        (ON_CPU, "auto", SMALL, 11549, "", 0),
        (ON_CPU, COMPANION, SMALL, 11549, MODEL, 0),
        (ON_GPU, "off", SMALL, 11549, "", 0),
        (ON_GPU, COMPANION, None, 11549, "", 0),
        (ON_GPU, COMPANION, SMALL, 10000, "", 0),
        (replace(ON_GPU, embeddings=True), COMPANION, SMALL, 11549, "", 0),
        (ON_GPU, COMPANION, HEADS, 11549, HEAD_FILE, 6),
    ],
    ids=["card", "processor", "asked for", "off", "no file", "old build", "vectors", "heads"],
)
def test_who_drafts_from_a_file(settings, asked, drafter, build, who, layers):
    found = drafting.chosen(BIG, settings, build, asked, drafter)
    assert (found.drafting, found.drafter_gpu_layers) == (who, layers)
    assert found.without_drafting() == settings


def test_a_drafter_costs_what_it_would_cost_alone_with_an_f16_cache():
    settings = replace(ON_CPU, kv_type_k="q8_0", kv_type_v="q8_0", drafting=MODEL, draft_tokens=3)
    plain = estimate(BIG, settings)
    alone = estimate(SMALL.shape, ON_CPU)
    both = companion.with_drafter(plain, SMALL, settings)
    assert both.total_mib == pytest.approx(plain.total_mib + alone.total_mib)
    assert both.parts.kv == pytest.approx(plain.parts.kv + alone.parts.kv)
    assert both.process_overhead_mib > plain.process_overhead_mib
    assert companion.with_drafter(plain, SMALL, ON_CPU) is plain


def test_the_speed_with_a_drafter_is_a_range_from_no_guess_that_holds_to_all():
    chip, cores = Chip("card", "nvidia", 900.0), Cores(4)
    settings = drafting.with_drafter(BIG, ON_GPU, SMALL)
    plain = speed(BIG, ON_GPU, cores, (chip,))
    found = companion.faster(plain, settings, SMALL, cores, (chip,))
    assert found.low < plain.low
    assert found.low < found.generate_tps < found.high
    assert "how many of its guesses hold" in found.basis
    on_cpu = drafting.with_drafter(BIG, ON_CPU, SMALL)
    slow = speed(BIG, ON_CPU, cores)
    gain = companion.faster(slow, on_cpu, SMALL, cores).generate_tps / slow.generate_tps
    assert gain < found.generate_tps / plain.generate_tps


@pytest.mark.parametrize(("kind", "name"), [(MODEL, "draft-simple"), (HEAD_FILE, "draft-mtp")])
def test_a_plain_server_is_told_kind_file_and_place(kind, name):
    server = ServerSettings(4096, drafting=kind, draft_tokens=3, drafter_gpu_layers=9)
    start = StartSettings(server, "/m.gguf", "m", drafter_path="/d.gguf")
    flags = _server_flags.arguments(start, 1)
    at = flags.index("--spec-type")
    expected = ["--spec-type", name, "--spec-draft-model", "/d.gguf"]
    assert flags[at : at + 8] == [*expected, "--spec-draft-ngl", "9", "--spec-draft-n-max", "3"]
    assert "--spec-type" not in _server_flags.arguments(start.without_drafting(), 1)


LOADED = """\
I load_tensors:   CPU_Mapped model buffer size =    92.10 MiB
I llama_context:        CPU  output buffer size =     0.19 MiB
I llama_kv_cache:        CPU KV buffer size =    90.00 MiB
I sched_reserve:        CPU compute buffer size =    18.64 MiB
I common_speculative_init_result: loading draft model '/models/small.gguf'
"""
DRAFTS = """\
I load_tensors:   CPU_Mapped model buffer size =    45.60 MiB
I llama_context:        CPU  output buffer size =     0.19 MiB
I llama_kv_cache:        CPU KV buffer size =    24.00 MiB
I sched_reserve:        CPU compute buffer size =    18.64 MiB
"""


def test_the_buffers_of_a_drafter_count_beside_the_models_and_once():
    found = parts(read(LOADED + DRAFTS))
    assert (found.weights, found.kv, found.compute) == pytest.approx((137.7, 114.0, 37.28))
    assert parts(read(2 * (LOADED + DRAFTS))) == found


@pytest.mark.parametrize(
    ("log", "words"),
    [
        (LOADED + DRAFTS, ""),
        ("E srv load_model: failed to load draft model", ""),
        (LOADED + "E spec common_specu: the target and draft vocabs are not compatible\n", "vocabulary"),
        (LOADED + "E srv load_model: failed to initialize speculative decoding context: no room\n", "no room"),
        (LOADED + 'GGML_ASSERT(n_embd == n && "MTP input row width must match") failed', "another model"),
        (
            LOADED + "E llama_model_load: error loading model: bad magic\n"
            "E srv load_model: failed to load draft model, '/models/small.gguf'\n",
            "bad magic",
        ),
    ],
)  # fmt: skip
def test_a_log_says_why_nobody_guesses(log, words):
    found = drafter_log.trouble(log, "/models/small.gguf")
    assert bool(found) is bool(words)
    if found:
        assert words in found.what
        assert "small.gguf" in found.what
        assert "--drafting off" in found.hint
