"""Where a text names computers and accounts: settings, prompts of shells, lines of the system's log.

Each pattern has a `host` or an `account`, or both. What tells nothing about anybody (an address, the
names that every machine has) is left to whoever replaces them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTE = r"(?:\\*[\"'])?"
#: a name with a letter in it: addresses are redacted by their own rules
_HOST = r"(?P<host>(?!https?:)(?=[\d.-]*[A-Za-z])[A-Za-z0-9][\w.-]{0,252})"
_ACCOUNT = r"(?P<account>[A-Za-z_][\w.-]{0,63})"
_MONTH = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TIME = rf"(?:(?:{_MONTH}) [ \d]\d \d\d:\d\d:\d\d|\d{{4}}-\d\d-\d\dT[\d:.,]{{8,18}}(?:Z|[+-]\d\d:?\d\d))"

#: the server that programs are told of
SETTING = re.compile(rf"OLLAMA_HOST{_QUOTE}\s*[=:]\s*{_QUOTE}(?:https?://)?{_HOST}")
#: a machine of a pool, and how it stands; a file in an archive is a member too
MEMBER = re.compile(rf'"member": "(?:{_ACCOUNT}@)?{_HOST}(?=",\s*"state")')
ORIGINS = re.compile(r"OLLAMA_ORIGINS[^\n\"]{0,1000}")
ORIGIN = re.compile(rf"(?<=://){_HOST}")
PATTERNS = (
    SETTING,
    MEMBER,
    re.compile(rf"(?m)^\[?{_ACCOUNT}@{_HOST}(?=[: ][^\n]{{0,100}}[$#%](?: |$))"),
    re.compile(rf"(?m)^{_TIME} {_HOST} (?=kernel: |[\w./()@-]{{1,64}}\[\d+\]: )"),
    re.compile(rf"\bLinux {_HOST}(?= \d+\.\d+\.\d+\S{{0,60}} #\d)"),
    re.compile(rf"\bDarwin {_HOST}(?= \d+\.\d+\.\d+ Darwin Kernel)"),
    re.compile(rf"(?im)^[ \t]*(?:(?:static|transient|pretty) )?host ?name\s*[:=]\s*{_HOST}"),
    re.compile(rf"\b(?:COMPUTERNAME|HOSTNAME)={_QUOTE}{_HOST}"),
    re.compile(rf"\b(?:USER|LOGNAME|USERNAME|SUDO_USER)={_QUOTE}{_ACCOUNT}"),
)


def hosts_set(text: str) -> Iterator[str]:
    """The names of servers that a text sets, wherever else it may tell of them."""
    for pattern in (SETTING, MEMBER):
        yield from (found["host"] for found in pattern.finditer(text))
    for setting in ORIGINS.finditer(text):
        for found in ORIGIN.finditer(setting[0]):
            yield found["host"]
