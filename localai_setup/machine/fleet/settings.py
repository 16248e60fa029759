"""What the user has set for Ansible: variables, and the file that Ansible reads."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

#: machines that are asked at the same time, where nobody says how many
FORKS = "20"


def forks() -> dict[str, str]:
    """The variable that says how many; none where the user's file says it. A variable of the user's wins."""
    return {} if _of_file("forks") else {"ANSIBLE_FORKS": FORKS}


def _of_file(name: str) -> str:
    """A default of the first `ansible.cfg` that is there, in Ansible's order; empty where it says nothing."""
    named = os.environ.get("ANSIBLE_CONFIG")
    first = [Path(named) / "ansible.cfg" if Path(named).is_dir() else Path(named)] if named else []
    places = [
        *first,
        Path("ansible.cfg"),
        Path.home() / ".ansible.cfg",
        Path("/etc/ansible/ansible.cfg"),
    ]
    file = next((one for one in places if one.is_file()), None)
    reader = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",))
    try:
        reader.read_string(file.read_text(encoding="utf-8") if file else "")
    except (OSError, ValueError, configparser.Error):
        return ""
    return reader.get("defaults", name, fallback="")
