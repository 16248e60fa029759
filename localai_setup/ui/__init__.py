"""The only room that prints or asks."""
