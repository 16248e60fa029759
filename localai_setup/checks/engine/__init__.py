"""Problems of the engine layer: one file, one id."""
