"""What can happen to an installer, made to happen: `python -m tests.fault_table` prints the table."""
