"""readings and texts → findings: what is wrong, how sure that is, and what fixes it."""
