"""Problems of the cpu layer, one per file."""
