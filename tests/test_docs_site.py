"""The documentation as a site: its links lead somewhere, it asks nothing of anybody, and the page about what
localai does to a computer names what the code does.
"""

import re
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from localai_setup.machine.fetching import addresses
from localai_setup.machine.lending import pool
from localai_setup.machine.running import page_server, proving, server

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
CODE = sorted((ROOT / "localai_setup").rglob("*.py"))
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
OUTSIDE = ("http://", "https://", "mailto:")
#: `folder("state") / "answer.json"`, as the code writes it
OWN_FILE = re.compile(r'folder\("(data|config|cache|state)"\)\s*/\s*"([^"]+)"')


@cache
def text(page):
    return page.read_text(encoding="utf-8")


@cache
def anchors(page):
    """Of every heading, as the site and the usual viewers of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text(page)), re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", one.lower()).strip() for one in headings)
    return {re.sub(r"\s+", "-", one) for one in plain}


def dead_links(page):
    for link in LINK.findall(FENCED.sub("", text(page))):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if link.startswith(OUTSIDE):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def test_every_link_leads_somewhere():
    assert len(PAGES) > 300
    assert {
        str(p.relative_to(ROOT)): list(dead_links(p)) for p in PAGES if any(dead_links(p))
    } == {}


def test_a_dead_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A b\n[1](#a-b) [2](gone.md) [3](page.md#gone) [4](https://a.eu)\n")
    assert list(dead_links(page)) == ["gone.md", "page.md#gone"]


def navigated(entry):
    if isinstance(entry, str):
        yield entry
    else:
        for one in entry.values() if isinstance(entry, dict) else entry:
            yield from navigated(one)


@cache
def site():
    return yaml.safe_load(text(ROOT / "mkdocs.yml"))


def test_the_menu_has_every_page_that_is_written_by_hand():
    found = set(navigated(site()["nav"]))
    assert {one for one in found if not (DOCS / one).is_file()} == set()
    by_hand = [p for name in ("guides", "concepts") for p in (DOCS / name).glob("*.md")]
    missing = {p.relative_to(DOCS).as_posix() for p in by_hand} - found
    assert missing == set(), "put it into the menu (nav) of mkdocs.yml"


def test_the_theme_fetches_nothing():
    assert site()["theme"]["font"] is False
    assert not {"repo_url", "extra_css", "extra_javascript", "extra"} & site().keys()


def test_the_page_about_this_computer_names_every_file_of_the_code():
    page = text(DOCS / "concepts/on-your-computer.md")
    written = {"/".join(found) for code in CODE for found in OWN_FILE.findall(text(code))}
    assert len(written) > 20
    missing = {one for one in written if f"`{one}`" not in page}
    assert missing == set(), "say what it is in docs/concepts/on-your-computer.md"


def test_the_page_about_this_computer_names_every_port_and_place():
    page = text(DOCS / "concepts/on-your-computer.md")
    ports = {server.FIRST_PORT, page_server.FIRST_PORT, proving.FIRST_PORT, pool.FIRST_PORT}
    in_code = {
        int(port) for code in CODE for port in re.findall(r"^FIRST_PORT = (\d+)", text(code), re.M)
    }
    assert ports == in_code
    hosts = {one.removeprefix("https://") for one in (addresses.HUB, addresses.RELEASES)}
    assert {str(one) for one in {*ports, *hosts} if str(one) not in page} == set()


@pytest.mark.real
@pytest.mark.skipif(
    not find_spec("material"), reason="`pip install -e '.[docs]'` brings what it needs"
)
def test_the_site_is_built_strictly_and_asks_nothing_of_anybody(tmp_path):
    run = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = [*tmp_path.rglob("*.html")]
    assert len(pages) > 300
    fetched = re.compile(r'<(?:script|img|iframe)[^>]* src="?https?:|<link[^>]* href="?https?:')
    assert {p.name for p in pages if fetched.search(p.read_text("utf-8"))} == set()
