"""The nouns: frozen dataclasses and protocols. No I/O, and nothing of ours is imported here."""
