"""What `windows_wine.sh --tests` says in the end, of real runs of pytest over made-up tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUMS = Path(__file__).parent / "windows" / "sums.py"
#: share → its tests
TESTS = {
    "share-00": """
import os, pytest
def test_well(): pass
@pytest.mark.xfail(reason="wine names nobody")
def test_listed(): assert 0
@pytest.mark.xfail(reason="wine names nobody either")
def test_listed_and_well(): pass
@pytest.mark.skip(reason="POSIX")
def test_of_another_system(): pass
def test_in_haste(): assert os.environ["AGAIN"]
""",
    "share-01": """
import pytest
def test_broken(): assert 0
@pytest.fixture
def no(): 0 / 0
def test_none(no): pass
""",
    "share-02": "def test_that_hangs(): pass",
}


def tried(folder, share, suffix, *more, again=""):
    """One share as the script runs it, with its report and its output."""
    command = [sys.executable, "-m", "pytest", *(folder / share).read_text().split(), "-rfEX",
               "-o", f"cache_dir={share}.cache", f"--junitxml={share}{suffix}.xml", *more]  # fmt: skip
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "AGAIN": again}
    done = subprocess.run(command, cwd=folder, capture_output=True, env=environment)
    (folder / f"{share}{suffix}.log").write_bytes(done.stdout)


def summed(*arguments):
    done = subprocess.run([sys.executable, SUMS, *arguments], capture_output=True, text=True)
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("told")
    (folder / "tests").mkdir()
    for share, tests in TESTS.items():
        file = f"tests/test_of_{share.replace('-', '_')}.py"
        (folder / file).write_text(tests)
        (folder / share).write_text(f"{file}\n")
    tried(folder, "share-00", "")
    tried(folder, "share-01", "")
    assert summed("failed", folder) == (0, [str(folder / one) for one in ("share-00", "share-01")])
    tried(folder, "share-00", ".again", "--last-failed", again="yes")
    return folder


def test_what_passes_when_run_again_and_what_is_listed_are_told_and_not_red(reported, tmp_path):
    for one in reported.glob("share-00*"):
        if one.is_file():
            (tmp_path / one.name).write_bytes(one.read_bytes())
    code, lines = summed("all", tmp_path, "abc, 5 min")
    assert code == 0
    assert lines[1].startswith("failed once") and lines[1].endswith("test_in_haste")
    assert lines[2].startswith("passed, though listed") and "test_listed_and_well" in lines[2]
    assert lines[3:] == [
        "Windows as wine shows it, abc, 5 min: 1 files, 3 tests passed (1 of them when run again), "
        "0 failed, 1 listed as wine's, 1 of those listed passed, 1 skipped, 0 parts without an end"
    ]


def test_what_does_not_pass_again_and_what_has_no_end_is_red(reported):
    code, lines = summed("all", reported, "abc")
    assert code == 1
    red = [one.split()[-1] for one in lines if one.startswith("FAILED TWICE")]
    assert red == ["test_broken", "test_none"]
    assert "CAME TO NO END tests/test_of_share_02.py" in lines
    assert ": 3 files, " in lines[-1] and ", 2 failed, " in lines[-1]
    assert lines[-1].endswith("1 parts without an end")
