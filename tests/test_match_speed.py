"""The match stays linear in the number of models."""

import importlib.util
from pathlib import Path

from .growth import grows_at_most

HERE = Path(__file__).parent
spec = importlib.util.spec_from_file_location(
    "matching", HERE.parent / "benchmarks" / "matching.py"
)
matching = importlib.util.module_from_spec(spec)
spec.loader.exec_module(matching)


def test_ten_times_as_many_models_take_ten_times_as_long():
    shipped = matching.load_all(matching.recipe_files.texts())
    few, many = matching.many(shipped, 1000), matching.many(shipped, 10000)
    assert grows_at_most(lambda: matching.seconds(few), lambda: matching.seconds(many), 25)
    assert matching.match(matching.MACHINE, many, matching.Wish("chat")).choice
