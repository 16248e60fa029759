"""What is looked at, as a person is told it; loaded before anything that looks."""

from __future__ import annotations

#: what is shown → the probes that look at it
TOPICS: dict[str, tuple[str, ...]] = {
    "system and processor": ("host", "cpu", "userland", "account"),
    "memory and disks": ("memory", "nodes", "disk", "disks", "confines"),
    "graphics card": ("gpus", "drivers", "rocm", "toolkits", "libraries", "runtimes"),
    "AI programs that are here already": ("engines", "ollama", "services", "listeners"),
    "what localai set up before": ("setup", "server_log", "measurements", "proofs"),
}
PROBLEMS, NETWORK = "known problems", "where models come from"
ALL = (*TOPICS, PROBLEMS, NETWORK)
