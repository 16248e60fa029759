"""A plan over several machines carried out: each is brought the build, the model is fetched, all is started."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from .. import engines, executor, sampling
from ..machine.keeping import removing, statefile
from ..machine.lending import far, pool
from ..machine.workbench import Workbench
from ..match.pool import Laid
from ..model.engine import BuildRecipe
from ..model.errors import Exit, LocalaiError
from ..model.lending import Lender, PoolSetUp
from ..model.plan import Step
from ..model.progress import Report
from ..model.recipe import Recipes, UseRecipe
from ..model.settings import StartSettings
from ..steps.fetch_model import FetchModel
from ..steps.install_archive import InstallArchive
from ..ui import console


def draft(laid: Laid, recipes: Recipes, use: UseRecipe, bench: Workbench) -> PoolSetUp:
    """What is to stand, with nothing done yet."""
    here, *others = laid.places
    engine = _engine_of(here.build, recipes)
    start = StartSettings(
        laid.settings,
        str(bench.downloads.target(laid.subject.file)),
        laid.subject.model.id,
        sampling=sampling.chosen(laid.subject.model, use),
    )
    program = bench.archives.program(here.build.id, engines.get(engine).PATH_PROGRAM)
    lenders = tuple(Lender(one.member.name, one.build.id, one.build.archives) for one in others)
    return PoolSetUp(secrets.token_hex(6), engine, here.build.id, program, start, lenders)


def _engine_of(build: BuildRecipe, recipes: Recipes) -> str:
    return next(
        id_
        for id_ in engines.known()
        if id_ in recipes.engines and build in recipes.engines[id_].builds
    )


def steps_here(laid: Laid, setup: PoolSetUp, recipes: Recipes) -> tuple[Step, ...]:
    """What brings the engine and the model to this computer."""
    kind, here = engines.get(setup.engine), laid.places[0]
    build = here.build
    needs = kind.libraries(recipes.engines[setup.engine], build, here.member.facts)
    engine = InstallArchive(
        build.id, build.backend, build.archives, build.libraries, kind.NAME, kind.PATH_PROGRAM
    )
    return (*needs, engine, FetchModel(laid.subject.file))


def carry_out(
    setup: PoolSetUp, steps: Sequence[Step], bench: Workbench, report: Report
) -> PoolSetUp:
    """Bring all that is needed, here and there, and start it; the set-up as it stands then. What is brought to
    others is kept in the record from the beginning, so that `pool down` removes it whatever happens.

    Raises:
        LocalaiError: something could not be done; what was brought stays for the next time.

    """
    removing.remember_missing_folders()
    pool.save(setup)
    setup = with_builds(setup, bench, report)
    for step in steps:
        executor.run(step, bench, report)
    return started(setup, bench)


def started(setup: PoolSetUp, bench: Workbench) -> PoolSetUp:
    """Started, without the server that stands here, whose memory is counted on, and without the archives, which
    everybody has unpacked by now.

    Raises:
        LocalaiError: as `pool.start`.

    """
    for lender in setup.lenders:
        bench.archives.forget_packed(lender.archives)
    own = statefile.peek()
    if bench.serving.stop(own.place if own else None, own.served_as if own else ""):
        console.say("The server that ran here was stopped; `localai up` starts it after the pool.")
    return pool.start(setup, bench.processes, console.say)


def with_builds(setup: PoolSetUp, bench: Workbench, report: Report) -> PoolSetUp:
    """With the port of each, after it was brought the build where it has not that very one.

    Raises:
        LocalaiError: one is not reached, or an archive cannot be had.

    """
    for one in setup.lenders:
        _require_network(one, bench)
    seen = [far.look(setup.id, one, number) for number, one in enumerate(setup.lenders)]
    both = zip(setup.lenders, seen, strict=True)
    lenders = tuple(_prepared(setup.id, one, there, bench, report) for one, there in both)
    setup = replace(setup, lenders=lenders)
    pool.save(setup)
    return setup


def _require_network(lender: Lender, bench: Workbench) -> None:
    """Raises LocalaiError where nothing may be sent to it."""
    if bench.offline:
        raise LocalaiError(
            f"{lender.member} would be reached over the network, which `--offline` forbids.",
            hint="Run the same command without `--offline`.",
            exit_code=Exit.USAGE,
        )


def _prepared(
    pool_id: str, lender: Lender, seen: far.Seen, bench: Workbench, report: Report
) -> Lender:
    far.bring_script(pool_id, lender)
    if not seen.has_build:
        packed = bench.archives.packed(lender.archives, report)
        console.say(f"Sending {lender.build} to {lender.member}…")
        far.bring(pool_id, lender, packed)
    return replace(lender, far_port=seen.port)


def cleaned(setup: PoolSetUp, bench: Workbench) -> list[LocalaiError]:
    """End the pool and take away what it brought to others; why that was not possible on some. The record goes
    with the last of them.
    """
    pool.stop(bench.processes)
    failed: list[tuple[Lender, LocalaiError]] = []
    for one in setup.lenders:
        try:
            _require_network(one, bench)
            far.remove(setup.id, one.member)
        except LocalaiError as error:
            failed.append((one, error))
    if failed:
        pool.save(replace(setup, lenders=tuple(one for one, _ in failed), pid=0))
    else:
        pool.forget()
    return [error for _, error in failed]
