"""Problems of the runtime layer, one per file."""
