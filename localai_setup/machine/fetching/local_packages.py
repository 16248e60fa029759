"""Whether pip and uv were told to take packages from folders alone, so that installing fetches nothing."""

from __future__ import annotations

import os
from pathlib import Path

#: what both tools read as no, in a variable
NO = frozenset({"", "0", "false", "no", "off", "n", "f"})


def are_all(tool: str) -> bool:
    """No index, and links to nothing but folders of this computer.

    `tool` is the beginning of its variables: `PIP` or `UV`, which take apart several links at other signs.
    """
    without_index = os.environ.get(f"{tool}_NO_INDEX", "").lower() not in NO
    links = os.environ.get(f"{tool}_FIND_LINKS", "").split("," if tool == "UV" else None)
    return without_index and bool(links) and all(Path(one).is_dir() for one in links)
