"""From nothing to an answer: look, choose, show the plan, do it, prove it.

Here is what comes before the first words. What takes long to load (engines, the choice, the doctor) is in
`_setting_up`, which is loaded while those words can be read.
"""

from __future__ import annotations

from ..machine.keeping import api_keys, removing, statefile
from ..machine.keeping.locking import Lock
from ..machine.workbench import Workbench
from ..model.errors import Exit, LocalaiError
from ..model.recipe import Recipes
from ..model.setup import SetUp
from ..ui import console, looking
from ..ui.conversation import Asker, Option, Question, Unattended, asker_of
from . import _kept_models, _names, _resuming, _topics
from ._options import Options
from ._recipes import load_recipes
from ._request import Request

#: A large model may be on its way in another window; say so and wait this long.
LOCK_SECONDS = 60.0
SET_UP_ALREADY = Question(
    "Something is set up already. What shall be done?",
    "A repair redoes only what does not work any more; `--for USE` or `--model ID` changes it.",
    "--yes",
    (
        Option("repair", "Look whether all of it works, and repair what does not"),
        Option("change", "Choose another use or model"),
        Option("nothing", "Nothing"),
    ),
    "repair",
)


def init(options: Options, request: Request) -> Exit:
    """The main job. See `docs/reference/cli.md` for flags and exit codes."""
    if options.replay and not request.dry_run:
        raise LocalaiError(
            "A recording can be planned for, not set up.",
            hint="Add `--dry-run`.",
            exit_code=Exit.USAGE,
        )
    if request.allow_system_changes:
        console.say("init needs no administrator; --allow-system-changes is for doctor --fix.")
    bench = Workbench(offline=options.offline, max_rate=request.max_rate)
    # a rate that cannot be read is told before anything is asked
    _ = bench.pace
    recipes = load_recipes()
    request = _kept_models.resolved(options, request, recipes)
    _names.check(request, recipes)
    if request.dry_run:
        from . import _dry_run

        return _dry_run.dry_run(options, request, recipes, bench)
    removing.remember_missing_folders()
    with Lock("init", LOCK_SECONDS, console.say):
        known, before = api_keys.read(), statefile.peek()
        code = _change(options, request, recipes, bench)
    if before and before.finished:
        from ._setup import tell_of_new_key

        tell_of_new_key(known)
    return code


def _change(options: Options, request: Request, recipes: Recipes, bench: Workbench) -> Exit:
    asker = asker_of(yes=request.yes)
    saved = statefile.load()
    is_resumed = False
    if saved and not request.is_specific:
        answer = _of_before(saved, recipes, asker)
        if answer == "repair":
            from . import _setting_up

            return _setting_up.repair(options, saved, bench)
        if answer == _resuming.NOTHING:
            return _resuming.nothing_changed()
        then = _resuming.request_of(saved, request, recipes)
        is_resumed = answer == _resuming.GO_ON and then is not None
        request = then if is_resumed and then else request
    with looking.shown(_topics.ALL) as done:
        from . import _setting_up

        seen = _setting_up.looked_at(options, request, recipes, bench, done)
    return _setting_up.go_on(
        options, seen, _setting_up.Before(saved, request.yes, asker, is_resumed)
    )


def _of_before(saved: SetUp, recipes: Recipes, asker: Asker) -> str:
    """What to do about what is set up already, or was begun; empty where that makes no difference."""
    if saved.finished:
        console.say(f"{saved.model} is set up here.")
        return asker.choose(SET_UP_ALREADY)
    if isinstance(asker, Unattended):
        return ""
    return _resuming.answer(saved, recipes, asker)
