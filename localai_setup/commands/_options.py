"""What every command can be told, and the machine it is to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..model.facts import Facts
from ..model.machine import Respondent


@dataclass(frozen=True)
class Options:
    """The flags that work on every command. `replay` is a recording to read instead of the machine."""

    json: bool = False
    verbose: bool = False
    offline: bool = False
    no_color: bool = False
    replay: Path | None = None

    def respondent(self, *, network: bool = False, wake: bool = False) -> Respondent:
        """The recording, or this machine; `network` allows questions beyond loopback, `wake` those
        for which a sleeping GPU wakes up.
        """
        if self.replay:
            from ..machine.asking.recorded import load

            return load(self.replay)
        from ..machine.asking.live import LiveMachine

        allowed = network and not self.offline
        more = {"localai.may-wake": lambda: wake, **(_reach() if allowed else {})}
        return LiveMachine(network=allowed, more=more)

    def facts(self) -> Facts:
        """All that is known of this machine, or of the recording; sleeping GPUs are woken."""
        from .. import survey

        return survey.facts(survey.read(self.respondent(wake=True)))

    def patient(self, *, deep: bool = False) -> Respondent:
        """As `respondent`, and it also answers for what was set up; `deep` hashes the model again."""
        if self.replay:
            return self.respondent()
        from ..machine.asking.live import LiveMachine
        from ..machine.running import examine

        more = {**examine.calls(deep=deep), **({} if self.offline else _reach())}
        return LiveMachine(network=not self.offline, more=more)


def _reach() -> Mapping[str, Callable[[], Any]]:
    """The one call that goes beyond loopback."""
    from ..machine.asking import reach

    return {"network.reach": reach.answers}
