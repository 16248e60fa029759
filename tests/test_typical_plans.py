"""What people with ordinary machines get, use by use."""

from . import plans_table


def test_the_table_by_use_is_the_accepted_one():
    assert plans_table.table_by_use() == plans_table.USES.read_text(encoding="utf-8"), (
        "if the change is wanted: `python -m tests.plans_table`, and read the table"
    )
