"""The tokens of examples, the trainer's environment and process, and the adapters that come of it."""
