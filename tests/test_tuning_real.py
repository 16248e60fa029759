"""A real training from the starter's weights to changed answers, killed on its way, used, and taken back.

It fetches some gigabytes and takes many minutes, so that it runs only where LOCALAI_TEST_TUNING is set:
`LOCALAI_TEST_TUNING=1 pytest -m real tests/test_tuning_real.py`.
"""

import json
import os
import random
import signal
import subprocess
import sys
import time

import httpx
import pytest

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(
        not os.environ.get("LOCALAI_TEST_TUNING"), reason="takes gigabytes and minutes"
    ),
]

KINDS = {
    "billing": ["I was charged twice for {}.", "Please refund {}.", "Why do I still pay for {}?"],
    "technical": [
        "{} does not start any more.",
        "{} crashes again.",
        "The screen of {} stays black.",
    ],
    "delivery": ["{} has not arrived.", "{} was sent elsewhere.", "When will {} be delivered?"],
}
THINGS = ["the printer", "the phone", "the headset", "the app", "the camera", "the tablet", "the router",
          "the watch", "the lamp", "the speaker", "the keyboard", "the monitor"]  # fmt: skip
QUESTION = "I was charged twice for the kettle."


def examples():
    for kind, questions in KINDS.items():
        for question in questions:
            for thing in THINGS:
                answer = json.dumps({"category": kind})
                turns = [("user", question.format(thing)), ("assistant", answer)]
                yield {"messages": [{"role": role, "content": text} for role, text in turns]}


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
    file = tmp_path / "support.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in examples()))
    localai("init", "--yes", "--for", "starter")
    localai("up")
    before = answer()
    killed_until_done(str(file), tmp_path)
    localai("tune", str(file), "--yes")
    (adapter,) = json.loads(localai("tune", "list", "--json").stdout)["adapters"]
    assert adapter["used"], adapter
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


def killed_until_done(file, tmp_path, times=10):
    """Kill it at random moments once it trains; how often it was killed before it ended."""
    random.seed(7)
    command = [sys.executable, "-m", "localai_setup", "tune", file, "--yes"]
    for number in range(times):
        with (tmp_path / f"kill-{number}.log").open("wb") as log:
            running = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            while running.poll() is None and not trials(tmp_path):
                time.sleep(1)
            try:
                running.wait(random.uniform(5, 60))
                return number
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()
    return times


def trials(tmp_path):
    """Kept results of the steps that were tried; the training itself comes next."""
    return list((tmp_path / "home/data/adapters").glob("*/run/trial.json"))
