"""One file = one fact: its dataclass, its SOURCES, `parse(readings, other facts…)`."""
