"""Kernel drivers and device nodes."""
