"""Keeping files of our own: folders, locks, state, and taking all of it away again."""
