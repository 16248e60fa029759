"""Programs that train, each copied into an environment of its own; nothing of localai is imported there."""
