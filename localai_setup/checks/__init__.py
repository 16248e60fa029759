"""One file = one problem, in folders by layer. See `model/finding.py` for the shape of a check."""
