"""The listed mutants are still there to be tried: their lines are found by their text."""

import ast
import importlib.util
import sys
from pathlib import Path

import pytest
import yaml

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "mutants.py"
spec = importlib.util.spec_from_file_location("mutants", SCRIPT)
mutants = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = mutants  # dataclasses look there
spec.loader.exec_module(mutants)
LISTED = yaml.safe_load(mutants.LISTED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", LISTED, ids=[f"{one['file']}-{one['change']}" for one in LISTED])
def test_a_listed_mutant_changes_its_file(one):
    mutant = mutants.listed(**one)
    unchanged = ast.unparse(ast.parse(mutant.file.read_text(encoding="utf-8")))
    assert mutants.source(mutant) != unchanged


def test_a_line_that_is_gone_ends_the_run_with_its_file():
    with pytest.raises(SystemExit, match="probes/cpu.py: 0 lines"):
        mutants.listed("probes/cpu.py", "no such line", "drop not")
