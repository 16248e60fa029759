"""Problems of the disk layer: one file, one id."""
