"""Licences with conditions: shown before anything is fetched, accepted once, remembered."""

from __future__ import annotations

from ..machine.keeping import acceptances
from ..model.errors import Exit, LocalaiError
from ..model.licence import Licence
from ..model.plan import Choice
from ..ui import licencewords
from ..ui.conversation import Asker, Option, Question, Unattended
from ._request import Request

MORE = (
    "Apache, MIT and licences like them allow nearly everything, so nobody has to accept them here. "
    "This one sets conditions for the use itself, so its owner wants a yes. It is asked for once, and "
    "again if the conditions change; `localai licences` lists what is in use."
)


def open_licences(choice: Choice, request: Request) -> list[Licence]:
    """Those that need a yes which was given neither now by a flag nor before, to the same terms."""
    named = {name.lower() for name in request.accept_licence}
    return [
        one
        for one in dict.fromkeys(choice.licences)
        if one.needs_acceptance and not named & {"all", one.id.lower()} and not acceptances.of(one)
    ]


def remember(choice: Choice) -> None:
    """What this choice needs was accepted, by an answer or by a flag.

    Raises:
        OSError: it cannot be written.

    """
    for one in dict.fromkeys(choice.licences):
        if one.needs_acceptance and not acceptances.of(one):
            acceptances.keep(one)


def question(licence: Licence) -> Question:
    """The terms in two sentences, and whether they are accepted."""
    name = licence.name or licence.id
    why = f"{licencewords.sentences(licence)}\nThe full text: {licence.url}"
    options = (Option("yes", "Yes, I accept it"), Option("no", "No"))
    return Question(
        f"Do you accept the licence {name}?",
        why,
        f"--accept-licence {licence.id}",
        options,
        "no",
        MORE,
    )


def require(licence: Licence, asker: Asker, answer: str) -> None:
    """Raises LocalaiError where nobody is there to say yes, or the answer is another one."""
    if answer == "yes" and not isinstance(asker, Unattended):
        return
    raise LocalaiError(
        f"The licence {licence.name or licence.id} was not accepted.",
        f"The model may be used only under it. {licencewords.sentences(licence)} {licence.url}",
        f"Accept it with `--accept-licence {licence.id}`, or choose another model.",
        Exit.NEEDS_YES,
    )
