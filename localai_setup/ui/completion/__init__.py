"""Completion for each shell, as a script that has everything in it: no process is started at a TAB."""
