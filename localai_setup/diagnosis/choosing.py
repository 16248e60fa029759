"""Which fixes of a page are shown for a machine and an engine, and what is said where it has none for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from ..model.errors import listed
from ..model.finding import Fix
from ..problems.card_names import is_for
from ..problems.engine_names import BELOW, CALLED, FOR_MACS, OTHER
from .surroundings import ENGINE, SYSTEM, SYSTEM_NAMES, Surroundings
from .windows_commands import spelled

#: A long list of steps for more engines than this is no answer to a text that names none.
MOST_ENGINES = 2
#: Where a text names no engine or no system, so many steps for all of them are shown; of more, those for this computer.
MOST_STEPS = 6


def fitting(
    around: Surroundings, fixes: Iterable[Fix], systems: Iterable[str] = ()
) -> tuple[Fix, ...]:
    """The fixes for this machine and engine, of a problem that only these `systems` have (none: any).

    Never empty where there are any. Commands of another system or engine would do nothing or harm: where the
    page has nothing else, a sentence says so. A fix for one system says for which, unless that is this one.
    """
    around = _where_it_runs(around)
    every, places = _of_the_card(around, fixes), (around, *_elsewhere(around, systems))
    if SYSTEM in around.left_open:
        others = (Surroundings(one) for one in SYSTEM_NAMES if one != around.system)
        anywhere = _chosen(around, every, (*places, *others))
        if len(anywhere) <= MOST_STEPS:
            return anywhere
    return _chosen(around, every, places)


def _where_it_runs(around: Surroundings) -> Surroundings:
    """A text of an app that is for Macs alone is of a Mac, though it does not say so."""
    if SYSTEM not in around.left_open or around.engines.isdisjoint(FOR_MACS):
        return around
    left_open = around.left_open - {SYSTEM}
    return Surroundings("macos", engines=around.engines, cards=around.cards, left_open=left_open)


def _chosen(
    around: Surroundings, every: Sequence[Fix], places: Sequence[Surroundings]
) -> tuple[Fix, ...]:
    here, lead = _of_the_system(around, every, places)
    chosen = _of_the_engine(around, here, every) if around.engines else _of_any(around, here)
    named = tuple(_naming_its_system(around, fix) for fix in chosen)
    return (*lead, *_begun(named))


def _of_the_card(around: Surroundings, fixes: Iterable[Fix]) -> Sequence[Fix]:
    spelled_out = _spelled(around, fixes)
    mine = [fix for fix in spelled_out if is_for(fix.text, around.cards)]
    return mine or spelled_out


def _spelled(around: Surroundings, fixes: Iterable[Fix]) -> Sequence[Fix]:
    """What is for Windows alone is typed as there, whatever computer it is read on."""
    if around.system == "windows":
        return around.spelled(fixes)
    return [spelled(fix) if fix.where.systems == ("windows",) else fix for fix in fixes]


def _of_the_system(
    around: Surroundings, fixes: Sequence[Fix], places: Sequence[Surroundings]
) -> tuple[Sequence[Fix], tuple[Fix, ...]]:
    """The fixes that suit one of these places, and what is to be said before them."""
    here = [fix for fix in fixes if any(one.suits(fix.where) for one in places)]
    here = here or [fix for fix in fixes if any(_is_of_system(fix, one.system) for one in places)]
    if here or not fixes:
        return here, ()
    mine = SYSTEM_NAMES.get(around.system or "", around.system)
    return _words_only(fixes), (Fix(f"No step is known for {mine}. Elsewhere it goes like this:"),)


def _elsewhere(around: Surroundings, systems: Iterable[str]) -> tuple[Surroundings, ...]:
    """The computers that a problem can be of where it is not of this one.

    Whoever reads a text of such a problem has brought it from there, though it names no system.
    """
    others = tuple(systems)
    if around.system is None or not others or around.system in others:
        return ()
    return tuple(Surroundings(system=one, engines=around.engines) for one in others)


def _is_of_system(fix: Fix, system: str | None) -> bool:
    return system is None or not fix.where.systems or system in fix.where.systems


def _of_the_engine(
    around: Surroundings, here: Sequence[Fix], every: Sequence[Fix]
) -> Sequence[Fix]:
    """Those for the engines that the text names, and those for any."""
    own = [fix for fix in here if _is_of_engine(fix, around.engines)]
    ordered = here
    if not own and SYSTEM in around.left_open:
        # MLX named, no system: then it is a Mac, whatever computer this is
        own = [fix for fix in every if _is_of_engine(fix, around.engines)]
        ordered = every
    general = [fix for fix in here if not fix.where.engines]
    # a step for the PyTorch below a program is none for the program itself
    programs = around.engines - {BELOW} or around.engines
    has_own = any(_is_of_engine(fix, programs) for fix in own)
    rest = [] if has_own else [fix for fix in here if OTHER in fix.where.engines]
    chosen = [fix for fix in ordered if fix in own or fix in general or fix in rest]
    return chosen or [Fix(_none_for(around.engines))]


def _is_of_engine(fix: Fix, engines: Collection[str]) -> bool:
    return not set(engines).isdisjoint(fix.where.engines)


def _none_for(engines: Collection[str]) -> str:
    names = listed(sorted(CALLED.get(one, one) for one in engines))
    return (
        f"No step is known for {names}; those for other engines would do nothing there. Take its newest release, "
        "try another engine part where its settings offer one, and send its makers the message if that stays."
    )


def _of_any(around: Surroundings, here: Sequence[Fix]) -> Sequence[Fix]:
    """Where no engine is named: all, but not a list for many engines of which one is meant."""
    engines = {one for fix in here for one in fix.where.engines} - {OTHER}
    kept = [fix for fix in here if not fix.where.engines or OTHER in fix.where.engines]
    is_short = len(engines) <= MOST_ENGINES or len(here) <= MOST_STEPS
    if ENGINE not in around.left_open or is_short or not kept:
        return here
    names = listed(sorted(CALLED.get(one, one) for one in engines))
    more = Fix(
        f"For {names} there are steps of their own: name the program in the text to get them."
    )
    return [*kept, more]


def _words_only(fixes: Iterable[Fix]) -> Sequence[Fix]:
    bare = (replace(fix, commands=(), proof="", needs_root=False, reboot=False) for fix in fixes)
    return tuple({fix.text: fix for fix in bare}.values())


def _naming_its_system(around: Surroundings, fix: Fix) -> Fix:
    systems = fix.where.systems
    is_plain = around.system in systems and SYSTEM not in around.left_open
    if around.system is None or not set(SYSTEM_NAMES) - set(systems) or not systems or is_plain:
        return fix
    names = [SYSTEM_NAMES.get(one, one) for one in systems]
    if any(fix.text.startswith(f"{word} {one}") for word in ("On", "Under", "In") for one in names):
        return fix
    return replace(fix, text=f"On {' or '.join(names)}: {fix.text}")


def _begun(fixes: tuple[Fix, ...]) -> tuple[Fix, ...]:
    """What is an alternative to a fix that is left out begins like any other."""
    if not fixes or not fixes[0].text.startswith("Or "):
        return fixes
    rest = fixes[0].text.removeprefix("Or ")
    return (replace(fixes[0], text=rest[:1].upper() + rest[1:]), *fixes[1:])
