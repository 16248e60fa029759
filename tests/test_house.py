"""What must stay true of the code itself: layers, purity, sizes. Each is run, none is trusted.

Types are a step of their own (`python -m mypy`): they take longer than many tests.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = sorted((ROOT / "localai_setup").rglob("*.py"))
#: what is no part of the package: its tests, measurements and generators
NOT_SHIPPED = [
    p for room in ("tests", "benchmarks", "docs", ".ci") for p in (ROOT / room).rglob("*.py")
]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["importlinter.cli", "lint"],
    ],
    ids=["lint", "format", "layers"],
)
def test_the_house_rules_hold(command: list[str]) -> None:
    module, *rest = command
    if module == "importlinter.cli":
        run = [str(Path(sys.executable).parent / "lint-imports")]
    else:
        run = [sys.executable, "-m", module, *rest]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


#: where a mistake in a type is a crash in the middle of a set-up
FULLY_TYPED = (
    "steps/*.py", "planner.py", "executor.py", "diagnosis/*.py", "match/*.py", "fit/*.py", "checks/**/*.py"
)  # fmt: skip


@pytest.mark.parametrize("pattern", FULLY_TYPED)
def test_the_joints_are_typed_without_any(pattern: str) -> None:
    files = list((ROOT / "localai_setup").glob(pattern))
    assert files
    assert {str(path): names_of_any(path) for path in files if names_of_any(path)} == {}


def names_of_any(path: Path) -> list[int]:
    """Lines that use `typing.Any`."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return [n.lineno for n in nodes if isinstance(n, ast.Name) and n.id == "Any"] + [
        n.lineno for n in nodes if isinstance(n, ast.Attribute) and n.attr == "Any"
    ]


def long_functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [f.name for f in functions if body_lines(f) > MAX_FUNCTION_LINES]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring; the flags of a command are no logic."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", CODE, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE_LINES
    assert not long_functions(path)


def test_tests_and_scripts_are_small_files_too() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_bytes().splitlines()) for p in NOT_SHIPPED}
    assert len(lengths) > 100
    assert {path: lines for path, lines in lengths.items() if lines > MAX_FILE_LINES} == {}
