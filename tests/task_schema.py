"""What Microsoft's schema of the Task Scheduler says about the elements that we use (MS-TSCH, 2.5).

In an `all` each may stand once, in any order; in a `sequence` their order counts too.
"""

import re

NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
_BOOLEAN = r"true|false"
_TEXT = r"[^\x00-\x08]+"
_RULES = {
    "Task": ("all", ["RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"]),
    "RegistrationInfo": ("all", ["URI", "SecurityDescriptor", "Source", "Date", "Author", "Version",
                                 "Description", "Documentation"]),
    "Triggers": ("sequence", ["LogonTrigger"]),
    # those of every trigger come first, then its own
    "LogonTrigger": ("sequence", ["Enabled", "StartBoundary", "EndBoundary", "Repetition",
                                  "ExecutionTimeLimit", "UserId", "Delay"]),
    "Principals": ("sequence", ["Principal"]),
    "Principal": ("all", ["UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"]),
    "Settings": ("all", ["AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy",
                         "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries", "AllowHardTerminate",
                         "StartWhenAvailable", "NetworkProfileName", "RunOnlyIfNetworkAvailable",
                         "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter", "IdleSettings",
                         "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle"]),
    "Actions": ("sequence", ["Exec"]),
    "Exec": ("all", ["Command", "Arguments", "WorkingDirectory"]),
}  # fmt: skip
_VALUES = {
    "Description": _TEXT,
    "Enabled": _BOOLEAN,
    "UserId": _TEXT,
    "LogonType": "S4U|Password|InteractiveToken|InteractiveTokenOrPassword",
    "RunLevel": "LeastPrivilege|HighestAvailable",
    "DisallowStartIfOnBatteries": _BOOLEAN,
    "StopIfGoingOnBatteries": _BOOLEAN,
    "ExecutionTimeLimit": r"P(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?",
    "Priority": r"10|\d",
    "Command": _TEXT,
    "Arguments": _TEXT,
    "WorkingDirectory": _TEXT,
}
_ATTRIBUTES = {"Task": {"version"}, "Principal": {"id"}, "Actions": {"Context"}}


def faults(element):
    """What the scheduler would refuse, in words."""
    name = element.tag.removeprefix(NAMESPACE)
    if name not in _RULES and name not in _VALUES:
        return [f"{name} is no element"]
    found = [
        f"{name} has no attribute {one}"
        for one in set(element.keys()) - _ATTRIBUTES.get(name, set())
    ]
    if name in _VALUES:
        fits = re.fullmatch(_VALUES[name], element.text or "") and not len(element)
        return found if fits else [*found, f"{name} is {element.text!r}"]
    children = [one.tag.removeprefix(NAMESPACE) for one in element]
    kind, known = _RULES[name]
    found += [f"{one} does not belong into {name}" for one in children if one not in known]
    found += [f"{one} stands twice in {name}" for one in set(children) if children.count(one) > 1]
    if kind == "sequence" and children != sorted(
        children, key=lambda one: (*known, one).index(one)
    ):
        found.append(f"{name} has its parts in another order: {children}")
    return found + [fault for one in element for fault in faults(one)]
