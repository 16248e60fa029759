"""The workflow files run what is run here before every change: `.ci/run`, README's commands, its Pythons."""

import re
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.quick
ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
CI = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def jobs(name):
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))[
        "jobs"
    ]


def commands(job):
    return [
        line.strip() for step in job["steps"] if "run" in step for line in step["run"].splitlines()
    ]


def test_the_script_that_is_run_here_is_run_there_whole_and_as_root():
    """Stages that need root say that they were skipped elsewhere, and end well."""
    [command] = commands(jobs("tests.yml")["everything"])
    assert command == 'sudo --preserve-env env "PATH=$PATH" .ci/run'
    for script in ("fresh_machine.sh bookworm", "old_pip.sh", "pythons.sh", "windows_wine.sh"):
        assert f"tests/{script}" in CI


def test_the_tests_are_run_as_readme_says_on_three_systems_with_every_python():
    job = jobs("tests.yml")["tests"]
    readme = re.search(r"-m (pytest .*)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)[1]
    assert f"python -m {readme}" in commands(job)
    assert {one.split("-")[0] for one in job["strategy"]["matrix"]["os"]} == {
        "ubuntu",
        "macos",
        "windows",
    }
    pythons = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text("utf-8"))
    assert job["strategy"]["matrix"]["python"] == pythons


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_every_script_that_a_workflow_names_is_there(file):
    named = {
        path
        for job in jobs(file.name).values()
        for command in commands(job)
        for path in re.findall(r"(?:tests|\.ci)/[\w./-]+", command)
    }
    assert named
    assert not [one for one in named if not (ROOT / one).exists()]


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_every_job_has_an_end_and_keeps_no_password(file):
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert document["permissions"] == {"contents": "read"}
    for job in document["jobs"].values():
        assert job["timeout-minutes"] <= 60
        checkouts = [
            one for one in job["steps"] if one.get("uses", "").startswith("actions/checkout")
        ]
        assert all(one["with"] == {"persist-credentials": False} for one in checkouts)
