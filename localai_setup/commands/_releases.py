"""Where the release archives cannot be had (a company's mirror has packages only): what can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..machine.fetching import archives, hub
from ..machine.workbench import Workbench
from ..model.errors import LocalaiError
from ..model.plan import Choice, Match
from ..ui import console
from ._wanted import Wanted


def had(found: Match, wanted: Wanted, bench: Workbench, from_index: Callable[[], Match]) -> Match:
    """The match as it is where its build can be had, else `from_index`: one with the package index alone.

    Raises:
        LocalaiError: an engine or model was asked for by name, or the index has no build either.

    """
    if found.choice is None or _is_at_hand(found.choice, bench):
        return found
    silent = "--offline was given" if bench.offline else f"{archives.releases()} does not answer"
    away = f"The releases of llama.cpp cannot be reached ({silent})"
    again = from_index()
    if again.choice is None or wanted.model or wanted.engine:
        raise LocalaiError(
            f"{away}.",
            f"The build for this machine, {found.choice.build}, comes from there.",
            f"Name a mirror with the same paths in {archives.MIRROR_VARIABLE}, or check the network.",
        )
    why = f"{away}, so the engine is taken from the package index."
    console.say(why)
    idle = f"A GPU stays idle. {why}" if found.choice.settings.gpu_layers else None
    choice = again.choice
    if not choice.settings.gpu_layers:
        choice = replace(choice, why_no_gpu=idle or choice.why_no_gpu)
    return replace(again, choice=replace(choice, notes=(*choice.notes, why)))


def _is_at_hand(choice: Choice, bench: Workbench) -> bool:
    """Whether nothing of its engine has to come from the releases, or they answer."""
    build = choice.source
    if choice.found_program or build is None or build.package:
        return True
    if bench.archives.is_whole(build.id, build.archives):
        return True
    return not bench.offline and hub.answers(archives.releases())
