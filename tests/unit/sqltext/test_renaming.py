import pytest

from bot.sqltext.renaming import new_name


@pytest.mark.parametrize(
    ("sql", "name", "new"),
    [
        ("ALTER TABLE t RENAME total TO amount", "total", "amount"),
        ('ALTER TABLE t RENAME COLUMN "Total" TO "Amount"', "Total", "Amount"),
        ("ALTER TABLE IF EXISTS public.t RENAME TO u", "t", "u"),
        ("ALTER SEQUENCE t_id_seq RENAME TO u_id_seq", "t_id_seq", "u_id_seq"),
        ("ALTER TYPE state RENAME VALUE 'it''s open' TO 'active'", "it's open", "active"),
        ("ALTER TABLE t RENAME total TO amount", "t", ""),
        ("ALTER TABLE t DROP COLUMN total", "total", ""),
        ("UPDATE t SET total = 1", "total", ""),
    ],
)
def test_what_it_is_called_now(sql: str, name: str, new: str) -> None:
    assert new_name(sql, name) == new
