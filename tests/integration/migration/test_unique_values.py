"""Values that differ from row to row, on a real server."""

from contextlib import closing

import pytest

from bot.database.databases import Databases
from bot.migration.planner.unique_values import _NUMBERS, _VALUES, distinct

OTHERS = ("text", "character varying(9)", "numeric(9,2)", "bit(8)", "integer[]", "text[]")


@pytest.mark.parametrize("type_name", sorted({*_VALUES, *_NUMBERS, *OTHERS}))
def test_every_row_gets_another_value(databases: Databases, type_name: str) -> None:
    with (
        databases.temporary("distinct") as name,
        closing(databases.connect(name)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(f"CREATE TABLE public.t (x {type_name})")
        cursor.execute("INSERT INTO public.t SELECT NULL FROM generate_series(1, 200)")
        cursor.execute(f"UPDATE public.t SET x = {distinct(type_name)}")
        cursor.execute("SELECT count(DISTINCT x) FROM public.t")
        assert cursor.fetchone() == (200,)


def test_of_a_type_of_the_project_nothing_is_known() -> None:
    assert distinct("shop.state") is None
