"""Problems of the os layer: one file, one id."""
