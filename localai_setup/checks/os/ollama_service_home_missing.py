from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.account import Account
from ...probes.services import ACCOUNT


def check(account: Account) -> Symptom | None:
    """The account `ollama` has a home folder that is not there."""
    if not account.home_missing:
        return None
    what = f"The home folder of the account ollama, {account.home}, does not exist."
    return Symptom(what, (Evidence(ACCOUNT.key, account.home),), 0.9)
