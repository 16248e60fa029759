"""Would the tests notice? Mutants of the code, drawn at random, each against the tests that concern it.

    python benchmarks/mutants.py --count 10 --seed 1
    python benchmarks/mutants.py --listed
    python benchmarks/mutants.py --at match/_candidate.py:114 --at machine/running/server.py:105

A mutant is one small change: a comparison turned round, `and` for `or`, a dropped `not`, another number,
None in place of a result, words left out. Each is tried in a copy of the checkout that has no neighbour
folders, so what counts is what a clone runs. Not every survivor is a fault of the tests: some change
nothing that anybody can see. Takes about half a minute for each mutant. `--listed` tries those of
`mutants.yaml`, which are found by the text of their line.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
CODE = ROOT / "localai_setup"
LISTED = Path(__file__).with_suffix(".yaml")
#: Tests of a folder, the quick first; the first failure decides. Those that import the module come before.
TESTS = {
    "match": "words candidate rooms match machines user_supplied ollama_engine repository plans",
    "fit": "words fit measured match gguf measured_speed buffers machines repository user_supplied",
    "probes": "words server_log gpus machine_texts toolkits driver_checks gpu_asleep setup_checks situations machines"
    " recordings reach fixing hanging_tools",
    "machine": "words small_machine_parts fleet_machines fleet_ansible own_files serving web pauses segments exit_codes transfer releases processes running asking api_key"
    " thinking_server examine bench pasted state redaction unpacking archives installers disk removing"
    " recordings library_calls leaks proving fetching reach repository mending hanging_tools command_line"
    " network_patients weather",
}
TURNED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE,
    ast.LtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
LIMIT_SECONDS = 900
SURVIVED, UNDECIDED = "SURVIVED", "no test within the time limit"


@dataclass(frozen=True)
class Mutant:
    """The `number`-th change that can be made to a file."""

    file: Path
    number: int
    line: int
    change: str

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(CODE)}:{self.line}"


class Changer(ast.NodeTransformer):
    """Counts every change that can be made inside functions, and makes the one that is asked for."""

    def __init__(self, requested: int = -1) -> None:
        self.requested, self.found, self.depth = requested, [], 0

    def _may(self, node: ast.AST, change: str) -> bool:
        if not self.depth:
            return False
        self.found.append((node.lineno, change))
        return len(self.found) - 1 == self.requested

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.depth += 1
        doc = node.body[0] if ast.get_docstring(node) is not None else None
        node.body = [one if one is doc else self.visit(one) for one in node.body]
        self.depth -= 1
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        for at, op in enumerate(node.ops):
            new = TURNED[type(op)]
            if self._may(node, f"{type(op).__name__} → {new.__name__}"):
                node.ops[at] = new()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        if self._may(node, f"{type(node.op).__name__} → {other.__name__}"):
            node.op = other()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        return (
            node.operand if isinstance(node.op, ast.Not) and self._may(node, "drop not") else node
        )

    def visit_Return(self, node: ast.Return) -> ast.AST:
        self.generic_visit(node)
        is_none = isinstance(node.value, ast.Constant) and node.value.value is None
        if node.value is not None and not is_none and self._may(node, "return None"):
            node.value = ast.copy_location(ast.Constant(None), node)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        value = node.value
        if isinstance(value, bool) and self._may(node, f"{value} → {not value}"):
            return ast.copy_location(ast.Constant(not value), node)
        if type(value) in (int, float) and self._may(node, f"{value} → {value + 1}"):
            return ast.copy_location(ast.Constant(value + 1), node)
        if isinstance(value, str) and " " in value and self._may(node, f"{value[:30]!r} → ''"):
            return ast.copy_location(ast.Constant(""), node)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        words = any(isinstance(one, ast.Constant) and " " in str(one.value) for one in node.values)
        if words and self._may(node, "f-string → ''"):
            return ast.copy_location(ast.Constant(""), node)
        return node


def mutants_of(file: Path) -> Iterator[Mutant]:
    changer = Changer()
    changer.visit(ast.parse(file.read_text(encoding="utf-8")))
    for number, (line, change) in enumerate(changer.found):
        yield Mutant(file, number, line, change)


def source(mutant: Mutant) -> str:
    changer = Changer(mutant.number)
    return ast.unparse(changer.visit(ast.parse(mutant.file.read_text(encoding="utf-8"))))


def related(mutant: Mutant, checkout: Path) -> list[str]:
    """Tests that import the module first, then those of its folder."""
    package, _, module = ".".join(mutant.file.relative_to(ROOT).with_suffix("").parts).rpartition(
        "."
    )
    imports = re.compile(rf"from {package} import [^\n]*\b{module}\b|{package}\.{module}\b")
    folder = checkout / "tests"
    tests = sorted(folder.rglob("test_*.py"))
    own = [test for test in tests if imports.search(test.read_text(encoding="utf-8"))]
    names = TESTS[mutant.file.relative_to(CODE).parts[0]].split()
    room = [folder / f"test_{name}.py" for name in names]
    if "ollama" in str(mutant.file.relative_to(CODE)):
        room += [test for test in tests if "ollama" in str(test.relative_to(folder))]
    files = [f"tests/{one.relative_to(folder)}" for one in dict.fromkeys([*own, *room])]
    return [file for file in files if (checkout / file).exists()]


#: Tests that fail without any mutant prove nothing.
BROKEN: set[str] = set()


def tried(mutant: Mutant) -> str:
    """The test that caught it, or `SURVIVED`; nothing is proved where the time is over."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as scratch:
        checkout = Path(scratch) / "checkout"
        keep_out = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
        shutil.copytree(ROOT, checkout, ignore=keep_out)
        target = checkout / mutant.file.relative_to(ROOT)
        complete, tests = target.read_text(encoding="utf-8"), related(mutant, checkout)
        try:
            while True:
                target.write_text(source(mutant), encoding="utf-8")
                failed = first_failure(checkout, tests)
                target.write_text(complete, encoding="utf-8")
                if failed is None or first_failure(checkout, [failed]) is None:
                    return failed or SURVIVED
                BROKEN.add(failed)
        except subprocess.TimeoutExpired:
            return UNDECIDED


def first_failure(checkout: Path, tests: list[str]) -> str | None:
    """The id of the first test that fails, None where all pass."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-m",
        "not e2e and not real",
        "-p",
        "no:cacheprovider",
    ]
    command += [f"--deselect={one}" for one in BROKEN]
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, *tests], cwd=checkout, env=environment, text=True,
                          capture_output=True, timeout=LIMIT_SECONDS)  # fmt: skip
    if done.returncode == 0:
        return None
    failed = re.findall(r"(?m)^(?:FAILED|ERROR) (.+?)(?: - .*)?$", done.stdout)
    return failed[0] if failed else tests[0]


def chosen(arguments: argparse.Namespace) -> list[Mutant]:
    if arguments.listed:
        return [listed(**one) for one in yaml.safe_load(LISTED.read_text(encoding="utf-8"))]
    if arguments.at:
        return [one for place in arguments.at for one in at(place)]
    files = [f for room in arguments.rooms for f in sorted((CODE / room).rglob("*.py"))]
    everything = [mutant for file in files for mutant in mutants_of(file)]
    return random.Random(arguments.seed).sample(everything, arguments.count)


def at(place: str) -> list[Mutant]:
    """`match/_candidate.py:114`, or `…:114:And → Or` for one of several changes of a line."""
    name, line, *change = place.split(":", 2)
    found = [one for one in mutants_of(CODE / name) if one.line == int(line)]
    return [one for one in found if not change or one.change == change[0]] or sys.exit(
        f"{place}: the changes here are {[one.change for one in found]}"
    )


def listed(file: str, line: str, change: str) -> Mutant:
    """The mutant of the one line that reads so; ends the run where there is none, or several."""
    lines = (CODE / file).read_text(encoding="utf-8").splitlines()
    match [number for number, text in enumerate(lines, 1) if text.strip() == line]:
        case [number]:
            return at(f"{file}:{number}:{change}")[0]
        case numbers:
            return sys.exit(f"{file}: {len(numbers)} lines read {line!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rooms", nargs="+", choices=TESTS, default=list(TESTS))
    parser.add_argument("--listed", action="store_true", help="those of mutants.yaml")
    parser.add_argument("--at", action="append", metavar="FILE:LINE[:CHANGE]")
    survived, mutants = 0, chosen(parser.parse_args())
    print("| where | change | caught by | seconds |\n|---|---|---|---|")
    for mutant in mutants:
        began = time.monotonic()
        verdict = tried(mutant)
        survived += verdict in (SURVIVED, UNDECIDED)
        took = time.monotonic() - began
        print(f"| {mutant.place} | {mutant.change} | {verdict} | {took:.0f} |", flush=True)
    print(f"\n{len(mutants) - survived} of {len(mutants)} caught")


if __name__ == "__main__":
    main()
