"""No model, or no engine, for this machine: the errors that say why."""

from __future__ import annotations

from .. import engines
from ..model.errors import Exit, LocalaiError
from ..model.plan import Match, RefusedModel


class NothingFitsError(LocalaiError):
    """Why every model was refused, the nearest first; `match` is what a script is told."""

    def __init__(self, match: Match) -> None:
        nearest = match.refused[0] if match.refused else None
        super().__init__(*_why_nothing_fits(nearest), Exit.NOTHING_FITS)
        self.match = match


def _why_nothing_fits(nearest: RefusedModel | None) -> tuple[str, str, str]:
    """What, why and hint."""
    why = f"The nearest is {nearest.model}: it {nearest.reason}." if nearest else ""
    if nearest and nearest.kind == "unfit-for-use":
        return (
            f"{nearest.model} {nearest.reason}.",
            "On no machine would it serve this use; nothing was fetched.",
            "`localai recipes list` shows which models serve which use.",
        )
    if nearest and nearest.kind == "memory-unknown":
        return (
            "Whether a model fits this machine cannot be told.",
            why,
            "See `localai detect`, or try a tiny model with `localai init --for starter`.",
        )
    if nearest and nearest.kind == "not-runnable":
        return (
            "No model that was asked for runs here.",
            why,
            "Without `--engine` every engine is tried; `localai recipes list` shows other models.",
        )
    if nearest and nearest.kind == "too-slow":
        anyway = f"`localai init --model {nearest.model}` takes it all the same"
        return (
            "No model is fast enough on this machine for this use.",
            why,
            f"{anyway}; `localai advise` says which machine would do.",
        )
    return (
        "No model fits this machine.",
        why,
        "Close other programs, or prove the set-up with `localai init --for starter`.",
    )


class NoEngineError(NothingFitsError):
    """No build of an engine runs on this machine, so that no model can; `engine` is its id.

    `failed` is how a program of the user's own failed, empty where there is none.
    """

    def __init__(self, engine: str, reason: str, failed: str = "") -> None:
        super().__init__(Match(None, (), (RefusedModel(engine, "not-runnable", reason),)))
        self.what, self.why, self.hint = reason, "Nothing was fetched.", _own_program(engine)
        if failed:
            self.why = f"{failed}, so it cannot be used either. Nothing was fetched."
            self.hint = f"Install a `{engines.get(engine).PATH_PROGRAM}` that works on this machine, and run the same command again."


class LibraryMissingError(NoEngineError):
    """A shared library of the system has to be installed first; the same command then goes on."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(engine, reason)
        self.exit_code, self.hint = Exit.PROBLEM, ""


def _own_program(engine: str) -> str:
    """The way with a program of the user's own, where the engine has one."""
    program = engines.get(engine).PATH_PROGRAM
    command = f"`localai init --engine {engine}`"
    return f"A `{program}` of your own on PATH is proved and used by {command}." if program else ""
