"""Ways out that problems of limited containers share."""

from __future__ import annotations

from ...model.finding import Fix, Where


def raise_limit() -> tuple[Fix, ...]:
    """A higher limit, measured by the host's memory; without losing what runs."""
    return (
        Fix(
            "Raise the container's limit (here named ollama) to three quarters of the host's memory; "
            "it holds at once.",
            (
                "docker update --memory $(awk '/^MemTotal/ {printf \"%dk\", $2*3/4}' /proc/meminfo) --memory-swap -1 ollama",
            ),
            proof="docker inspect -f '{{.HostConfig.Memory}}' ollama",
            where=Where(systems=("linux",), container=False),
        ),
    )
