"""The fleet's report in a real browser: axe-core finds nothing, in light, dark and on a phone."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from . import browser

pytestmark = [
    pytest.mark.real,
    pytest.mark.network,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="no chromium is installed"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="no npm is installed"),
]
HERE = Path(__file__).parent
PACKAGES = ("axe-core@4", "puppeteer-core@24")
#: as long as the name of a computer may be, and nowhere to break it
LONG = "w" * 63


def report(localai, folder):
    """The page about the machines of the fixtures, of which one cannot be read."""
    machines = folder / "machines"
    machines.mkdir()
    for one in sorted(HERE.glob("machines/*/recording.json")):
        shutil.copy(one, machines / f"{one.parent.name}.json")
    shutil.copy(one, machines / f"{LONG}.json")
    (machines / "broken.json").write_text("{half", encoding="utf-8")
    page = folder / "report.html"
    localai("fleet", "report", str(machines), "--html", str(page))
    return page


@pytest.mark.timeout(600)
def test_the_report_is_accessible_and_as_wide_as_a_phone(localai, tmp_path):
    page = report(localai, tmp_path)
    assert LONG in page.read_text("utf-8")
    shutil.copy(HERE / "axe_report.js", tmp_path)
    subprocess.run(["npm", "install", "--silent", *PACKAGES], cwd=tmp_path, check=True, timeout=240)
    done = subprocess.run(
        ["node", "axe_report.js", page.as_uri(), ".", browser.CHROMIUM],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    looks = {one["name"]: one for one in json.loads(done.stdout)}
    for look in looks.values():
        assert look["violations"] == look["outside"] == [], look
        assert not look["sideways"], look
    assert looks["light"]["ink"] != looks["dark"]["ink"]
