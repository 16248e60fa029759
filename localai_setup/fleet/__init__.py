"""Documents of many machines → one report. Values into values."""
