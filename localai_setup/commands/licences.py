"""What of others is in use here, under which licence, and whether that may be used at work."""

from __future__ import annotations

from dataclasses import asdict, replace
from enum import Enum

from ..machine.keeping import acceptances
from ..model.errors import Exit, LocalaiError
from ..model.part import Part
from ..ui import jsonout, licencetext
from . import _parts
from ._options import Options
from ._recipes import load_recipes
from ._setup import saved


class Form(Enum):
    """How the list is written."""

    WORDS = "words"
    CSV = "csv"
    SBOM = "sbom"


def licences(options: Options, form: Form) -> Exit:
    """Print the parts of the set-up: in words, as `localai.licences/1`, as CSV, or as CycloneDX 1.6."""
    _one_form(options, form)
    setup = saved()
    found = _parts.of(setup, load_recipes().engines[setup.engine])
    parts = tuple(map(_with_acceptance, found))
    if options.json:
        jsonout.write({"schema": "localai.licences/1", "parts": [_document(one) for one in parts]})
    elif form is Form.CSV:
        licencetext.csv(parts)
    elif form is Form.SBOM:
        from ..ui import bill_of_materials

        bill_of_materials.write(parts)
    else:
        licencetext.words(parts)
    return Exit.OK


def _with_acceptance(part: Part) -> Part:
    """With the day on which these very terms were accepted here, where somebody had to."""
    accepted = acceptances.of(part.licence) if part.licence.needs_acceptance else None
    return replace(part, accepted_at=accepted.at) if accepted else part


def _one_form(options: Options, form: Form) -> None:
    if options.json and form is not Form.WORDS:
        raise LocalaiError(
            f"--json and --{form.value} are two forms of the same list.",
            hint="Name one of them.",
            exit_code=Exit.USAGE,
        )


def _document(part: Part) -> dict[str, object]:
    return {**asdict(part), "terms": part.licence.terms, "at_work": part.at_work}
