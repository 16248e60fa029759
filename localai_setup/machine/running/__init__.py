"""Running programs, and talking to the server that was started."""
