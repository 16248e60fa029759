from __future__ import annotations

from ...model.finding import Cleared, Signatures
from ...probes.logs import Logs
from ...probes.setup import SetUpState
from .. import _foreign


def check(logs: Logs, setup: SetUpState, signs: Signatures) -> Cleared | None:
    """The kernel remembers every program that it ended; where our server is well, it was another."""
    if _foreign.alone(logs, setup, signs):
        return Cleared("the programs that were ended are none of this set-up")
    return None
