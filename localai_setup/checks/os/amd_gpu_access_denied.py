from __future__ import annotations

from ...model.finding import Evidence, Symptom
from ...probes.account import Account


def check(account: Account) -> Symptom | None:
    """The group of /dev/kfd is none of this user's."""
    groups, guard = account.groups, account.node_group
    if groups is None or not guard or guard in groups or "root" in groups:
        return None
    what = f"/dev/kfd is open to the group {guard}, and this user is not in it."
    evidence = (Evidence(account.groups_source, " ".join(sorted(groups))),)
    return Symptom(what, evidence, 0.96)
