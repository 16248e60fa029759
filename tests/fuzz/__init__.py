"""Damaged and hostile input for whatever reads files and answers of others: `python -m tests.fuzz`."""
