"""localai: from nothing to a private AI that answers on this computer, and help when it breaks."""

__version__ = "0.1.0"
