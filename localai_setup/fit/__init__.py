"""Memory and speed of a model on a machine: arithmetic only."""
