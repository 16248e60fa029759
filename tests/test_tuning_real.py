"""A real training from the starter's weights to changed answers, killed on its way, used, and taken back.

Killed ten times: each time at a random moment of another part of the work, which is waited for, so that all
parts are met; the program itself, the trainer alone, or both with all that they started.

It fetches some gigabytes and takes many minutes, so that it runs only where LOCALAI_TEST_TUNING is set:
`LOCALAI_TEST_TUNING=1 pytest -m real tests/test_tuning_real.py`.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        not os.environ.get("LOCALAI_TEST_TUNING"), reason="takes gigabytes and minutes"
    ),
]

#: made-up messages of customers with their category, which the guide offers to try with
EXAMPLES = Path(__file__).parent.parent / "docs" / "guides" / "support.jsonl"
QUESTION = "I was charged twice for the kettle."


def localai(*arguments, check=True):
    done = subprocess.run(
        [sys.executable, "-m", "localai_setup", *arguments],
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def test_a_model_learns_is_killed_meanwhile_and_forgets_again(monkeypatch, tmp_path):
    monkeypatch.setenv("LOCALAI_HOME", str(tmp_path / "home"))
    file = Path(shutil.copy(EXAMPLES, tmp_path))
    localai("init", "--yes", "--for", "starter")
    localai("up")
    before = answer()
    killed_ten_times(["tune", str(file), "--yes"], tmp_path)
    localai("tune", str(file), "--yes")
    (adapter,) = json.loads(localai("tune", "list", "--json").stdout)["adapters"]
    lost = [one["use"] for one in adapter["uses"] if one["was_right"] and not one["is_right"]]
    print(f"lost: {lost}")
    assert adapter["used"] is not bool(lost), adapter
    localai("tune", "use", "support")
    assert adapter["before"]["exact"] < adapter["after"]["exact"]
    assert json.loads(answer()) == {"category": "billing"}
    assert json.loads(localai("doctor", "--json").stdout)["findings"] is not None
    localai("tune", "remove", "support", "--yes")
    assert answer() == before
    assert not json.loads(localai("tune", "list", "--json").stdout)["adapters"]
    localai("uninstall", "--yes")
    assert not (tmp_path / "home").exists()


def answer():
    """The model's, always the same to the same question; `chat` draws its words by lot."""
    status = json.loads(localai("status", "--json").stdout)
    body = {
        "messages": [{"role": "user", "content": QUESTION}],
        "temperature": 0,
        "max_tokens": 40,
    }
    headers = {"Authorization": f"Bearer {status['api_key']}"}
    found = httpx.post(
        f"{status['address']}/chat/completions", json=body, headers=headers, timeout=300
    )
    return found.json()["choices"][0]["message"]["content"]


#: of 97 examples, 4 at a time, twice; the adapter is written after the last of them
STEPS = 50
#: (what is killed, the part of the work, up to so many seconds after it began). A part of None begins at once.
KILLS = [
    ("all", None, 4),
    ("command", "trainers/*.growing-*", 20),
    ("command", "adapters/support/run/settings.json", 10),
    ("trainer", "adapters/support/run/settings.json", 10),
    ("command", "adapters/support/run/trial.json", 15),
    ("trainer", "adapters/support/run/checkpoints/*", 10),
    ("all", "adapters/support/run/checkpoints/*", 0.5),
    ("command", "adapters/support/run/checkpoints/*", 10),
    ("command", f"adapters/support/run/checkpoints/checkpoint-{STEPS}/trainer_state.json", 2),
    ("command", "adapters/support/adapter.gguf", 5),
]


def killed_ten_times(arguments, tmp_path):
    """Start it, kill it at its moment, start it again; every kill meets it at work."""
    seed = int(os.environ.get("LOCALAI_TEST_SEED", time.time()))
    moments = random.Random(seed)
    print(f"LOCALAI_TEST_SEED={seed}")
    for number, (what, part, spread) in enumerate(KILLS):
        before = met(tmp_path, part)
        with (tmp_path / f"kill-{number}.log").open("wb") as log:
            running = psutil.Popen(
                [sys.executable, "-m", "localai_setup", *arguments],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while running.poll() is None and part and not met(tmp_path, part) - before:
            time.sleep(0.01)
        delay = moments.uniform(0, spread)
        time.sleep(delay)
        assert running.poll() is None, f"{part}: it had ended before it was killed"
        print(f"{what} killed {delay:.2f} s after {part or 'the start'}")
        kill(what, running)


def met(tmp_path, part):
    """The files of a part of the work; one that is written anew is another one."""
    found = (tmp_path / "home/data").glob(part) if part else ()
    return {(str(one), one.stat().st_mtime_ns) for one in found if one.exists()}


def kill(what, running):
    """A trainer that is left alone has to end by itself, and so does the program that has lost its trainer."""
    while not (trainers := trainers_of(running)) and what == "trainer":
        time.sleep(0.01)
    if what == "all":
        os.killpg(running.pid, signal.SIGKILL)
    else:
        for one in trainers if what == "trainer" else [running]:
            one.kill()
    code = running.wait(60)
    assert code == (1 if what == "trainer" else -signal.SIGKILL), code
    assert not psutil.wait_procs(trainers, timeout=30)[1]


def trainers_of(running):
    """What it has started of the trainer's environment."""
    return [one for one in running.children(recursive=True) if "adapters" in command_line(one)]


def command_line(process):
    """Empty where it has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
