"""Problems of the network layer: one file, one id."""
