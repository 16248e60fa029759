"""One unit for sizes on everything that is shown, and one place where it is written."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from localai_setup.model.sizes import mib_words, rate_words, size_words, gigabyte_words

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "localai_setup"
MB, GB = 1024**2, 1024**3
#: what exact people write, and no screen of ours
OTHERS = re.compile(r"[KMGT]iB\b")
#: a size that is put together elsewhere; bandwidth of memory is told as its makers do
OWN_UNIT = re.compile(r"\A ?[KMGT]B\b(?!/s)")
#: these hold patterns or lines of other programs' output
READERS = {
    "buffers.py", "model/textvalue.py", "machine/ollama/server_log.py", "probes/runtimes.py",
    "probes/server_log.py", "sightings/nvidia_smi_table.py",
    "checks/memory/amd_apu_memory_overcounted.py",
}  # fmt: skip
#: parts of a problem's page that quote other programs
QUOTING = {"fires", "reports", "quiet", "signs", "complaints"}


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KB"), (MB - 1, "1024 KB"), (MB, "1 MB"),
        (98_600_000, "94 MB"), (GB - MB, "1023 MB"), (GB - 1, "1.0 GB"), (5_680_522_464, "5.3 GB"),
        (16 * GB, "16.0 GB"), (2048 * GB, "2048.0 GB"),
    ],
)  # fmt: skip
def test_a_size_in_words(count, words):
    assert size_words(count) == words


def test_what_systems_count_in_mib_reads_the_same():
    assert [mib_words(one) for one in (0, 153, 1023, 16384)] == ["0 MB", "153 MB", "1023 MB", "16.0 GB"]  # fmt: skip
    assert mib_words(5743, 2) == "5.61 GB" and gigabyte_words(31_900) == "31 GB"
    assert [rate_words(one) for one in (500e3, 12.5e6)] == ["488 KB/s", "11.9 MB/s"]


def texts(tree):
    """String literals that are no documentation, with whether a value stands before them."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    after_value = {
        id(right)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for left, right in zip(node.values, node.values[1:], strict=False)
        if isinstance(left, ast.FormattedValue)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in documented:
                yield node.lineno, node.value, id(node) in after_value


def strays(source):
    """(line, text) of sizes that are written otherwise than by `model/sizes.py`."""
    return [
        (line, text)
        for line, text, after_value in texts(ast.parse(source))
        if OTHERS.search(text) or (after_value and OWN_UNIT.search(text))
    ]


def test_no_other_place_writes_a_size():
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        if name != "model/sizes.py" and name not in READERS:
            found[name] = strays(file.read_text(encoding="utf-8"))
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    ['f"{x / 1e9:.1f} GB free"', 'f"{x:.0f} MiB"', '"16 GiB of memory"', 'f"{x}MB are read"'],
)
def test_another_spelling_is_found(line):
    assert strays(f"words = {line}")


def test_bandwidth_and_documentation_are_no_sizes():
    assert not strays('def f():\n    """In GiB."""\n    return f"{x:.0f} GB/s"\n')


@pytest.mark.parametrize("folder", ["stories", "machines"])
def test_accepted_screens_have_one_unit(folder):
    files = [*(ROOT / "tests" / folder).rglob("*.txt")]
    assert files
    for file in files:
        assert not OTHERS.findall(file.read_text(encoding="utf-8")), file


def prose(value):
    """The texts of a page that are localai's own."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in QUOTING:
                yield from prose(one)
    elif isinstance(value, list):
        for one in value:
            yield from prose(one)
    elif isinstance(value, str):
        yield value


def test_pages_of_problems_have_one_unit():
    for file in sorted((PACKAGE / "problems").rglob("*.yaml")):
        page = yaml.safe_load(file.read_text(encoding="utf-8"))
        assert not [one for one in prose(page) if OTHERS.search(one)], file
