"""Machines that lend their memory to a server here: prepared, asked, and left as they were, through ssh."""
