"""The shipped problems and their pages, read once for all tests."""

from __future__ import annotations

from localai_setup.machine.keeping.problem_files import PAGES as FOLDER
from localai_setup.machine.keeping.problem_files import shipped_problems
from localai_setup.model.known import KnownProblems
from localai_setup.problems.page import Page
from localai_setup.recipes.schema import build
from localai_setup.recipes.strict_yaml import parse

KNOWN = KnownProblems(shipped_problems())
PROBLEMS = KNOWN.by_id
#: The pages of a checkout; a wheel has none, and brings no tests either. Whether their expressions can
#: be searched for was checked when the problems above were made of them.
PAGES: dict[str, Page] = {
    path.stem: build(Page, parse(path.read_text(encoding="utf-8")))
    for path in sorted(FOLDER.glob("*/*.yaml"), key=lambda path: path.stem)
}
