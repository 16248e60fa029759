"""Real patients: what was set up is broken on purpose, the doctor names it, `--fix` mends it."""

import os
import shutil
import signal
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.network]


def found(localai, *flags):
    return [one["id"] for one in localai.json("doctor", *flags)["findings"]]


def model(localai):
    return Path(localai.json("status")["model_file"])


def engine(localai):
    return next((localai.home / "local ai ü" / "data" / "engines").iterdir())


def truncated(localai):
    os.truncate(model(localai), 1_000_000)


def one_byte_flipped(localai):
    with model(localai).open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)
        file.seek(50_000_000)
        file.write(bytes([byte[0] ^ 1]))


def a_web_page(localai):
    model(localai).write_text("<!DOCTYPE html><html><body>Please log in</body></html>")


def gone(localai):
    model(localai).unlink()


def half_an_engine(localai):
    package = next(engine(localai).glob("lib/python*/site-packages/xllamacpp"))
    for file in package.glob("*.so"):
        file.unlink()


def killed(localai):
    os.kill(localai.json("status")["pid"], signal.SIGKILL)


def stopped(localai):
    os.kill(localai.json("status")["pid"], signal.SIGSTOP)


PATIENTS = {
    truncated: "setup-model-damaged",
    one_byte_flipped: "setup-model-damaged",
    a_web_page: "setup-model-damaged",
    gone: "setup-model-damaged",
    half_an_engine: "setup-engine-broken",
    killed: "setup-server-stopped",
    stopped: "setup-server-stopped",
}


@pytest.mark.parametrize("hurt", PATIENTS, ids=lambda f: f.__name__)
def test_named_and_mended(set_up, hurt):
    set_up("up")
    assert found(set_up) == []
    hurt(set_up)
    assert PATIENTS[hurt] in found(set_up)
    done = set_up("doctor", "--fix")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Repaired" in done.stderr
    assert found(set_up, "--deep") == []
    assert set_up("chat", "Say hello.").stdout.strip()


def test_a_damaged_state_is_set_aside_and_init_goes_on(set_up):
    state = set_up.home / "local ai ü" / "state" / "state.json"
    good = state.read_text()
    state.write_text(good[: len(good) // 2])
    done = set_up("init", "--yes", "--for", "starter")
    assert done.returncode == 0, done.stderr
    assert "set aside" in done.stderr
    assert list(state.parent.glob("state.json.damaged-*"))


def test_a_recording_gives_the_findings_of_the_live_run(set_up, tmp_path):
    file = tmp_path / "r.json"
    assert set_up("record", str(file)).returncode == 0
    live, replayed = set_up.json("doctor"), set_up.json("doctor", "--replay", str(file))
    assert live["findings"] == replayed["findings"]
    assert live["passed"] == replayed["passed"]


def test_a_read_only_folder_is_named(localai):
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    localai.home.chmod(0o500)
    done = localai("init", "--yes", "--for", "starter")
    localai.home.chmod(0o700)
    assert done.returncode == 1
    assert "error:" in done.stderr


def test_a_folder_that_is_a_file_is_told_in_words(localai):
    (localai.home / "local ai ü").write_text("in the way")
    done = localai("init", "--yes", "--for", "starter")
    (localai.home / "local ai ü").unlink()
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith(("hint:", "error:"))


def test_a_full_disk_is_told_before_the_first_byte(localai, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    import subprocess

    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(small)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs privileges that are not there")
    try:
        localai.extra = {"LOCALAI_HOME": str(small / "localai")}
        done = localai("init", "--yes", "--for", "starter")
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "space" in done.stderr or "full" in done.stderr or "free" in done.stderr
    finally:
        subprocess.run(["umount", str(small)], check=False)
        shutil.rmtree(small, ignore_errors=True)
