"""Asking this machine, or a recording of one: questions go out, readings come back."""
