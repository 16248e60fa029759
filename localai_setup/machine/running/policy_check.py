"""What is set up, held against a company's policy, which may have come or changed since."""

from __future__ import annotations

from collections.abc import Iterator

from ...model.errors import LocalaiError
from ...model.policy import source
from ...model.setup import SetUp
from ..keeping import policy_files

FETCHES = ("fetch-model", "use-model")


def against_policy(setup: SetUp) -> str | None:
    """By which policy the model may not be used, and why; None where it may."""
    try:
        found = policy_files.policies()
    except LocalaiError as error:
        return error.what
    for file, policy in found:
        reasons = [policy.forbids(setup.model, setup.licence)]
        reasons += [policy.forbids_source(one) for one in _sources(setup)]
        if why := next(filter(None, reasons), ""):
            return f"{setup.model} {why} ({file})"
    return None


def _sources(setup: SetUp) -> Iterator[str]:
    """Of the saved plan as it is: to make its steps would import all that they need."""
    for step in setup.steps:
        if step.get("id") in FETCHES:
            file = step["file"]
            package = file.get("package") or {}
            yield source(file.get("repository", ""), package.get("name", ""))
