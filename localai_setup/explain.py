"""text → findings: the checks' SIGNATURES, the surest and most common first."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from . import catalog
from .findings import finding, in_order
from .model.finding import Finding
from .searchtext import SearchText
from .signatures import find, wanted_words
from .surroundings import Surroundings


def explain(text: str | Iterable[str], around: Surroundings) -> tuple[Finding, ...]:
    """Every known problem that the text (or its lines) shows, with fixes for the machine at hand."""
    ready = SearchText.of(text, wanted_words())
    found = []
    for name, check in problems().items():
        symptom = find(ready, getattr(check, "SIGNATURES", ()))
        if symptom:
            found.append(finding(name, check.PROBLEM, symptom, around))
    return in_order(found)


def problems() -> dict[str, ModuleType]:
    return dict(catalog.modules("checks"))
