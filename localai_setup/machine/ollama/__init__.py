"""Ollama driven over its own API on loopback, and through the files of its models folder.

What it answers was recorded from 0.33.0-rc2; the exchanges stand in `tests/ollama/exchanges.yaml`.
"""
