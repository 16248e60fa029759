"""The machine itself refuses: folders, disks and memory that cannot be had are told in words."""

import os
import shutil
import subprocess
import sys

import pytest

from .test_patients import found

#: root may write anywhere by two rights of its own; without them it is as anybody
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search",
              "--inh-caps=-dac_override,-dac_read_search"]  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_a_read_only_folder_is_named(localai):
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("root may write anywhere, and setpriv is not installed")
        localai.before = AS_ANYBODY
    localai.home.chmod(0o500)
    done = localai("init", "--yes", "--for", "starter")
    localai.home.chmod(0o700)
    localai.before = []
    assert done.returncode == 1
    assert "error:" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_a_file_is_told_in_words(localai):
    (localai.home / "local ai ü").write_text("in the way")
    done = localai("init", "--yes", "--for", "starter")
    (localai.home / "local ai ü").unlink()
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith(("hint:", "error:"))


@pytest.fixture
def small_disk(localai, tmp_path):
    """A disk of 40 MB for everything of ours."""
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(small)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs privileges that are not there")
    localai.extra = {"LOCALAI_HOME": str(small / "localai")}
    yield small
    subprocess.run(["umount", str(small)], check=False)


def test_a_full_disk_is_told_before_the_first_byte(localai, small_disk):
    done = localai("init", "--yes", "--for", "starter")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "space" in done.stderr or "full" in done.stderr or "free" in done.stderr
    assert "setup-disk-full" in found(localai)


def test_a_read_only_disk_is_named(localai, small_disk):
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "setup-folder-read-only" in found(localai)
    done = localai("init", "--yes", "--for", "starter")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)


@pytest.mark.parametrize("megabytes", [140, 160, 180])
def test_the_doctor_ends_where_hardly_any_memory_may_be_had(localai, megabytes):
    """A thread that finds no memory for its start would be waited for without end."""
    if not shutil.which("prlimit"):
        pytest.skip("prlimit is not installed")
    localai.before = ["prlimit", f"--as={megabytes}000000"]
    done = localai("doctor", "--offline", timeout=60)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
