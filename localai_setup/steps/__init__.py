"""One file = one kind of change: `title`, `done(machine)`, `apply(machine)`, `undo(machine)`."""
