"""The last steps of every GGUF file that a test writes with the `gguf` package."""


def finished(writer, path):
    """Header, metadata and tensors are in the file; its path."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
