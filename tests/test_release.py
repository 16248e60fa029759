"""What is released holds what it needs and nothing else; the forms of the repository can be read."""

import importlib.util
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from localai_setup.problems.compiled import loaded

from .known import PROBLEMS

ROOT = Path(__file__).parent.parent
FORMS = sorted((ROOT / ".github").rglob("*.yml"))
SPEC = importlib.util.spec_from_file_location("check_release", ROOT / ".ci" / "check_release.py")
release = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(release)
INFORMATION = f"localai_setup-{release.version()}.dist-info"


def wheel(folder, *, without=(), extra=()):
    names = {*release.expected(), *(f"{INFORMATION}/{one}" for one in
             ("METADATA", "entry_points.txt", "licenses/LICENSE"))}  # fmt: skip
    path = folder / f"localai_setup-{release.version()}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        for name in sorted(names - set(without)) + list(extra):
            made.writestr(name, "")
    (folder / "localai_setup.tar.gz").write_bytes(b"")
    return path


def test_a_wheel_with_all_and_nothing_else_is_ready(tmp_path, capsys):
    wheel(tmp_path)
    assert release.main(str(tmp_path)) == 0
    assert "is ready" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"without": ["localai_setup/recipes/shipped/uses/chat.yaml"]}, "chat.yaml is missing"),
        ({"without": ["localai_setup/py.typed"]}, "py.typed is missing"),
        ({"without": [f"{INFORMATION}/licenses/LICENSE"]}, "LICENSE is missing"),
        ({"extra": ["tests/test_x.py"]}, "tests/test_x.py does not belong"),
        ({"extra": ["localai_setup/secret.env"]}, "secret.env does not belong"),
    ],
)
def test_a_wheel_that_lacks_or_brings_something_is_not(tmp_path, capsys, change, words):
    wheel(tmp_path, **change)
    assert release.main(str(tmp_path)) == 1
    assert words in capsys.readouterr().out


def test_a_release_is_one_wheel_and_one_archive_of_the_tagged_version(tmp_path, capsys):
    assert release.main(str(tmp_path)) == 1
    assert "0 wheels" in capsys.readouterr().out
    assert "is not v" in " ".join(release.tag_faults("v99.0"))


def sources():
    """What belongs to the checkout; None where this is none."""
    shown = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    return shown.stdout.decode().split("\0") if shown.returncode == 0 else None


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel, built once in a copy: what a build writes beside the sources stays out of the working tree."""
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this environment has no pip")
    folder, names = tmp_path_factory.mktemp("wheel"), sources()
    if names is None:
        shutil.copytree(
            ROOT, folder / "copy", ignore=shutil.ignore_patterns(".venv", "__pycache__")
        )
    for name in filter(None, names or ()):
        target = folder / "copy" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, "./copy"]
    subprocess.run(command, cwd=folder, check=True)
    return next(folder.glob("*.whl"))


@pytest.mark.e2e
@pytest.mark.network
def test_the_wheel_that_is_built_here_is_ready(built):
    if sources() is None:
        pytest.skip("not a checkout")
    assert release.wheel_faults(built) == []


@pytest.mark.network
def test_a_wheel_has_the_compiled_pages_instead_of_the_pages(built):
    with zipfile.ZipFile(built) as file:
        names = file.namelist()
        text = file.read("localai_setup/data/problems.json").decode()
    assert loaded(text) == PROBLEMS
    pages = [name for name in names if re.fullmatch(r"localai_setup/problems/.*\.yaml", name)]
    assert sorted(pages) == [
        f"localai_setup/problems/{one}.yaml"
        for one in ("complaints", "concepts", "languages", "remedies")
    ]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_every_form_and_workflow_is_yaml(path):
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


def test_the_form_for_trouble_asks_for_the_report():
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE/trouble.yml").read_text("utf-8"))
    needed = {one["id"] for one in form["body"] if one.get("validations", {}).get("required")}
    assert {"happened", "report"} <= needed
    asked = next(one["attributes"]["label"] for one in form["body"] if one.get("id") == "report")
    assert re.search(r"localai doctor --report \w+\.html", asked)
