"""The sampling that holds with a choice, or with what is set up."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..machine.running import filesampling
from ..machine.workbench import Workbench
from ..model.plan import Choice
from ..model.setup import SetUp
from ..sampling import Effective


def of_choice(choice: Choice, bench: Workbench) -> Effective:
    """With the file's own values where it is here already."""
    return filesampling.effective(choice.sampling, Path(bench.downloads.target(choice.weights)))


def of_setup(setup: SetUp) -> Effective:
    return filesampling.effective(setup.sampling, Path(setup.model_path))


def document(found: Effective) -> dict[str, Any]:
    """What is not named in `values` is the engine's own. `recipe` says who published the values that
    are not the file's, and for which way of answering; null where there are none. A file that is not
    here yet (`file_read` is false) may carry values that win.
    """
    stated = asdict(found.recipe) if found.recipe else {}
    recipe = {name: stated[name] for name in ("when", "source", "date") if name in stated}
    return {
        "values": dict(found.values),
        "from_file": list(found.from_file),
        "file_read": found.file_read,
        "recipe": recipe or None,
    }
