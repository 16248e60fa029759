"""A model's file with its adapter in it: what the arithmetic gives, and the fields and tensors that stay."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from localai_setup.cli import tuning
from localai_setup.commands._other_base import Consent
from localai_setup.commands import merge as command
from localai_setup.commands._options import Options
from localai_setup.machine.keeping.gguf_file import read_header
from localai_setup.machine.tuning.trainer import DiedError
from localai_setup.model.errors import Exit, LocalaiError
from localai_setup.trainers import _merge
from localai_setup.tuning import merging

pytestmark = pytest.mark.quick

gguf = pytest.importorskip("gguf")
np = pytest.importorskip("numpy")
Q4, Q8 = gguf.GGMLQuantizationType.Q4_1, gguf.GGMLQuantizationType.Q8_0
#: rank 2, alpha 6: what the matrices give is added three times
RANK, ALPHA = 2, 6.0
DRAWN = np.random.default_rng(1)


def drawn(*shape):
    return DRAWN.standard_normal(shape).astype(np.float32)


QUERY, NARROW, NORM = drawn(48, 64), drawn(5, 20), drawn(64)
PAIRS = {
    "blk.0.attn_q.weight": (drawn(RANK, 64), drawn(48, RANK)),
    "blk.0.ffn_up.weight": (drawn(RANK, 20), drawn(5, RANK)),
}


def written(path, tensors, fields):
    writer = gguf.GGUFWriter(str(path), "llama")
    fields(writer)
    for name, (data, kind) in tensors.items():
        stored = gguf.quants.quantize(data, kind) if kind else data
        writer.add_tensor(name, stored, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def of_base(writer):
    writer.add_string("general.name", "Small")
    writer.add_uint32("llama.block_count", 1)
    writer.add_array("tokenizer.ggml.tokens", ["a", "b", "ü"])


def of_adapter(writer):
    writer.add_type("adapter")
    writer.add_float32("adapter.lora.alpha", ALPHA)


@pytest.fixture
def files(tmp_path, monkeypatch):
    base, adapter, target = (tmp_path / f"{name}.gguf" for name in ("base", "adapter", "target"))
    weights = {
        "blk.0.attn_q.weight": (QUERY, Q4),
        "blk.0.ffn_up.weight": (NARROW, None),
        "blk.0.attn_k.weight": (QUERY, Q4),
        "blk.0.attn_norm.weight": (NORM, None),
    }
    written(base, weights, of_base)
    matrices = {
        f"{name}.lora_{side}": (matrix, None)
        for name, pair in PAIRS.items()
        for side, matrix in zip("ab", pair, strict=True)
    }
    written(adapter, matrices, of_adapter)
    settings = tmp_path / "settings.json"
    paths = {"base": str(base), "adapter": str(adapter), "target": str(target)}
    settings.write_text(json.dumps(paths))
    monkeypatch.setattr(sys, "argv", ["_merge", str(settings)])
    monkeypatch.setattr(_merge, "end_with_parent", lambda: None)  # it would end these tests
    return base, target


def tensors_of(path):
    return {one.name: one for one in gguf.GGUFReader(str(path)).tensors}


#: tensor → how it is written, and into how many parts its largest value is divided: the half of a step of
#: 127 up or down; the half of the last of 11 bits
CHANGED = {
    "blk.0.attn_q.weight": (Q8, 250),
    "blk.0.ffn_up.weight": (gguf.GGMLQuantizationType.F16, 2000),
}


def test_what_the_adapter_adds_is_in_the_weights(files, capsys):
    _merge.main()
    before, after = map(tensors_of, files)
    assert list(before) == list(after)
    for name, (kind, parts) in CHANGED.items():
        a, b = PAIRS[name]
        old = gguf.quants.dequantize(before[name].data, before[name].tensor_type)
        new = gguf.quants.dequantize(after[name].data, after[name].tensor_type)
        assert after[name].tensor_type == kind
        expected = old + ALPHA / RANK * b @ a
        assert np.abs(new - expected).max() < np.abs(expected).max() / parts
        assert np.abs(new - old).max() > 1
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["event"] == "done"


def test_everything_else_is_as_it_was(files):
    _merge.main()
    before, after = map(tensors_of, files)
    for name in before.keys() - CHANGED.keys():
        assert before[name].tensor_type == after[name].tensor_type
        assert (before[name].data == after[name].data).all()
    fields = [gguf.GGUFReader(str(one)).fields for one in files]
    for name in ("general.name", "llama.block_count", "tokenizer.ggml.tokens"):
        assert fields[0][name].contents() == fields[1][name].contents()


def test_an_adapter_of_another_model_makes_no_file(files, monkeypatch):
    monkeypatch.setitem(PAIRS, "blk.9.attn_q.weight", PAIRS["blk.0.attn_q.weight"])
    monkeypatch.setattr(_merge, "pairs_of", lambda _: dict.fromkeys(PAIRS))
    with pytest.raises(SystemExit, match=r"blk\.9"):
        _merge.main()
    assert not files[1].exists()


class Dying:
    """A trainer that has begun the file when it ends."""

    def __init__(self, *_):
        pass

    def is_installed(self):
        return True

    def install(self, _):
        pass

    def events(self, settings, folder):
        Path(settings["target"] + ".growing").write_bytes(b"a part")
        raise DiedError("exit code 1", "OSError: No space left on device", folder / "trainer.log")
        yield


def test_a_merge_that_ends_early_leaves_no_part_and_speaks_of_no_training(tmp_path, monkeypatch):
    monkeypatch.setattr(command.adapters, "folder", lambda _: tmp_path)
    setup = SimpleNamespace(model_path="base.gguf")
    with pytest.raises(LocalaiError, match="No space left") as reported:
        command._write(setup, "mine", tmp_path / "to.gguf", Dying())
    assert "training" not in f"{reported.value.what} {reported.value.why} {reported.value.hint}"
    assert not list(tmp_path.glob("*.gguf*"))


def test_the_size_that_is_told_is_that_of_the_file(files):
    base, target = files
    adapter = base.with_name("adapter.gguf")
    stated = merging.bytes_with(read_header(base), read_header(adapter), base.stat().st_size)
    _merge.main()
    grown = target.stat().st_size - base.stat().st_size
    assert grown > 1000
    # GGUF fills each tensor up to 32 bytes, and the writer adds a field of its own
    assert abs(stated - target.stat().st_size) < 32 * len(tensors_of(base)) + 64


class Setting:
    """A model and an adapter that are there; what would be written is kept in `written`."""

    def __init__(self, files, monkeypatch, is_here=True):
        base, self.target = files
        self.written = []
        setup = SimpleNamespace(
            model="small", model_path=str(base), model_bytes=base.stat().st_size, model_sha256="a"
        )
        trainer = SimpleNamespace(
            recipe=SimpleNamespace(
                download_bytes={"linux": 3_221_225_472}, fetching_bytes=lambda _: 9_663_676_416
            ),
            system="linux",
            is_installed=lambda: is_here,
        )
        monkeypatch.setattr(command, "Lock", lambda *_: nullcontext())
        monkeypatch.setattr(command, "saved", lambda: setup)
        monkeypatch.setattr(command, "_trainer", lambda _: trainer)
        monkeypatch.setattr(command.adapters, "required", lambda _: None)
        monkeypatch.setattr(command.adapters, "file", lambda name: base.with_name(f"{name}.gguf"))
        monkeypatch.setattr(command.tuned, "require_usable", lambda *_: None)
        monkeypatch.setattr(command, "_tell", lambda *_: None)
        monkeypatch.setattr(command, "_write", self.write)

    def write(self, _setup, _name, target, _trainer):
        self.written.append(target)
        target.write_bytes(b"GGUF")

    def merge(self, **consent):
        return command.merge(Options(), "adapter", str(self.target), Consent(**consent))


@pytest.mark.parametrize("is_here", [False, True])
def test_what_is_written_and_fetched_is_told_and_asked(is_here, files, monkeypatch, capsys):
    setting = Setting(files, monkeypatch, is_here)
    with pytest.raises(LocalaiError) as refused:
        setting.merge()
    assert refused.value.exit_code == Exit.NEEDS_YES
    assert "--yes" in f"{refused.value.what} {refused.value.why} {refused.value.hint}"
    assert not setting.written
    shown = capsys.readouterr().err
    assert "target.gguf would be small as adapter taught it, " in " ".join(shown.split())
    assert ("about 3.0 GB" in shown) is not is_here


def test_a_yes_writes_it_and_a_plan_does_not(files, monkeypatch):
    setting = Setting(files, monkeypatch)
    assert setting.merge(dry_run=True, yes=True) == Exit.OK
    assert not setting.written
    assert setting.merge(yes=True) == Exit.OK
    assert setting.written == [setting.target]


@pytest.mark.parametrize(("answer", "count"), [("no", 0), ("yes", 1)])
def test_somebody_at_a_terminal_decides(answer, count, files, monkeypatch):
    setting = Setting(files, monkeypatch)
    asker = SimpleNamespace(choose=lambda _: answer)
    monkeypatch.setattr(command.conversation, "asker_of", lambda yes: asker)
    assert setting.merge() == Exit.OK
    assert len(setting.written) == count


@pytest.mark.parametrize("action", [["off"], ["use", "a"], ["remove", "a"]])
def test_what_has_no_plan_is_not_done_where_a_plan_is_asked_for(action):
    found = CliRunner().invoke(tuning.app, [*action, "--dry-run"])
    assert found.exit_code == Exit.USAGE
    assert "--dry-run" in found.output
