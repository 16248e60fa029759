"""Settings files of other programs, as text: ours put in and taken out again, everything else untouched."""
