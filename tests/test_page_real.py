"""Our page in a real browser: it answers, and axe-core finds nothing, in light, dark and on a phone."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from . import browser

pytestmark = [
    pytest.mark.real,
    pytest.mark.e2e,
    pytest.mark.network,
    pytest.mark.skipif(browser.CHROMIUM is None, reason="no chromium is installed"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="no npm is installed"),
]
PACKAGES = ("axe-core@4", "puppeteer-core@24")


@pytest.mark.timeout(600)
def test_the_page_answers_and_is_accessible(set_up, tmp_path):
    shutil.copy(Path(__file__).with_name("axe_page.js"), tmp_path)
    subprocess.run(["npm", "install", "--silent", *PACKAGES], cwd=tmp_path, check=True, timeout=240)
    page = set_up.start("open", "--own-page", "--no-browser")
    try:
        link = page.stdout.readline().strip()
        done = subprocess.run(
            ["node", "axe_page.js", link, ".", browser.CHROMIUM],
            cwd=tmp_path, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    finally:
        page.terminate()
        page.wait(timeout=30)
    assert done.returncode == 0, done.stderr
    for look in json.loads(done.stdout):
        assert look["violations"] == look["errors"] == look["outside"] == [], look
        assert not look["sideways"]
        assert "#" not in look["address"]
