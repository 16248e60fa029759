"""Each rule of the house is seen to fail on purpose, so that none of them is asleep."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .test_house import MAX_FUNCTION_LINES, ROOT, long_functions


def ruff(code, name):
    return subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", str(ROOT / name), "-"],
        input=code,
        capture_output=True,
        text=True,
        cwd=ROOT,
    ).stdout


@pytest.mark.parametrize(
    ("code", "name", "rule"),
    [
        ("import subprocess\n\nsubprocess.run(['x'])\n", "localai_setup/probes/x.py", "TID251"),
        ("import os\n\nX = os.environ['A']\n", "localai_setup/checks/x.py", "TID251"),
        ("print('x')\n", "localai_setup/steps/x.py", "T201"),
        ("import httpx\n", "localai_setup/machine/x.py", "TID253"),
    ],
)
def test_lint_bites(code, name, rule):
    assert rule in ruff(code, name)


def test_types_bite(tmp_path):
    (tmp_path / "x.py").write_text("def f(x):\n    return x\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", str(tmp_path / "x.py")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 1


def test_layers_bite(tmp_path):
    shutil.copytree(ROOT / "localai_setup", tmp_path / "localai_setup")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "localai_setup" / "model" / "errors.py").open("a") as file:
        file.write("\nfrom ..machine import live\n")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": "", "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 1
    assert "model" in done.stdout


def test_sizes_bite(tmp_path):
    long = tmp_path / "long.py"
    long.write_text("def f():\n" + "    x = 1\n" * (MAX_FUNCTION_LINES + 1))
    assert long_functions(long) == ["f"]
