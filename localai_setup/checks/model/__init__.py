"""Problems of the model layer: one file, one id."""
