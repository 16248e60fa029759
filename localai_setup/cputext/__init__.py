"""Reading the texts that describe processors: one file per kind of text, all pure."""
