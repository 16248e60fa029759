"""One file = one engine: what it needs, why it refuses, the steps that install it."""
