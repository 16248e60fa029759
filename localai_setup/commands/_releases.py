"""Where the release archives cannot be had (a company's mirror has packages only): what can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .. import engines
from ..machine.fetching import addresses
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.plan import Choice, Match
from ._origins import Origins
from ._request import Request

#: the steps that unpack release archives
FROM_RELEASES = frozenset({"install-archive", "install-model-server"})


def reachable(
    found: Match,
    request: Request,
    bench: Workbench,
    origins: Origins,
    from_index: Callable[[], Match],
) -> Match:
    """The match as it is where its build can be had, else `from_index`: one with the package index alone,
    which a note of the choice tells. Every use is matched before one is chosen, so nothing is said here.

    Raises:
        LocalaiError: an engine or model was asked for by name and GPUs would idle, or the index has no
            build either.

    """
    if (
        found.choice is None
        or not _comes_from_releases(found.choice, bench)
        or not origins.releases
    ):
        return found
    away = f"The releases of {engines.get(found.choice.engine).NAME} cannot be reached ({origins.releases})"
    again = from_index()
    named = bool(request.model or request.engine) and found.choice.settings.gpu_layers > 0
    if again.choice is None or named:
        raise LocalaiError(
            f"{away}.",
            f"The build for this machine, {found.choice.build}, comes from there.",
            f"Name a mirror with the same paths in {addresses.RELEASES_VARIABLE}, or check the network.",
        )
    why = f"{away}, so the engine is taken from the package index."
    idle = f"A GPU stays idle. {why}" if found.choice.settings.gpu_layers else None
    choice = again.choice
    if not choice.settings.gpu_layers:
        choice = replace(choice, why_no_gpu=idle or choice.why_no_gpu)
    return replace(again, choice=replace(choice, notes=(*choice.notes, why)))


def _comes_from_releases(choice: Choice, bench: Workbench) -> bool:
    """Whether its engine has to be fetched from there."""
    steps = engines.get(choice.engine).steps(choice, bench)
    return any(one.id in FROM_RELEASES and not one.done(bench) for one in steps)
