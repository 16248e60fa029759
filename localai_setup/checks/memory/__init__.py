"""Problems of the memory layer: one file, one id."""
