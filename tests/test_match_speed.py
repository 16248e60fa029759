"""The match stays linear: loose limits, so that a busy machine does not fail them."""

import importlib.util
from pathlib import Path

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location(
    "matching", HERE.parent / "benchmarks" / "matching.py"
)
matching = importlib.util.module_from_spec(spec)
spec.loader.exec_module(matching)


def test_ten_thousand_models_are_a_matter_of_seconds():
    shipped = matching.load_all(matching.recipe_files.texts())
    many = matching.many(shipped, 10000)
    assert min(matching.seconds(many) for _ in range(2)) < 6
    assert matching.match(matching.MACHINE, many, matching.Wish("chat")).choice
