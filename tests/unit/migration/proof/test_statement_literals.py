"""Values of the author's statements that rows are given."""

import pytest

from bot.migration.proof.statement_literals import LARGEST, Literals, read, with_sent


def values(*statements: str) -> list[str]:
    source = "\n".join(f"op.execute({sql!r})" for sql in statements)
    return read([source]).values()["code"]


def test_a_value_that_may_be_a_separator_stays_a_value_of_its_own() -> None:
    found = values("UPDATE t SET code = 'none' WHERE code = '-'")
    assert found[:2] == ["none", "-"]
    assert {"a-b", "a-c", "c-b", "a-b-c"} < set(found)


def test_what_a_separator_cuts_keeps_no_other_value_out() -> None:
    states = [f"s{number}" for number in range(5)]
    found = values(
        "UPDATE t SET kind = split_part(code, '-', 1)", *(f"DELETE FROM t WHERE code = '{s}'" for s in states)
    )
    assert found[:6] == ["-", *states]
    assert "a-b-c" in found


def found(*lines: str, functions: tuple[str, ...] = ()) -> set[str]:
    return set(read(["\n".join(lines)], functions).values().get("code", []))


BODY = "BEGIN IF NEW.code = 'old' THEN RAISE EXCEPTION 'no'; END IF; UPDATE t SET a = 1; END"


def test_values_in_the_body_of_a_block_or_a_function() -> None:
    assert found(f"op.execute({f'DO $x$ {BODY} $x$'!r})") == {"old"}
    assert found(
        functions=(f"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $function${BODY}$function$",)
    ) == {"old"}
    assert read([], [f"CREATE FUNCTION f() AS $$ {BODY} $$"]).words == set()


def test_what_a_function_asks_of_its_parameters_is_asked_of_the_columns_it_is_called_with() -> None:
    rank = (
        "CREATE OR REPLACE FUNCTION public.rank_of(k text) RETURNS int AS $$ BEGIN IF k = 'void' THEN RAISE; END IF; $$"
    )
    rank += " LANGUAGE plpgsql; SELECT 1"
    call = "op.execute('UPDATE t SET rank = public.rank_of(lower(t.code)), a = other(b)')"
    assert found(call, functions=(rank,)) == {"void"}
    assert found(call, f"op.execute({rank!r})") == {"void"}
    assert found("op.execute('UPDATE t SET rank = another(code)')", functions=(rank,)) == set()


@pytest.mark.parametrize(
    "line",
    [
        "row.code == 'a' or 'b' == row.code",
        "row.code in ('a', 'b')",
        "row['code'] not in {'a', 'b'}",
        "code != 'a' and code != 'b'",
        "t.c.code.in_(['a', 'b'])",
        "{'a': 1, 'b': 2}[row.code]",
        "NAMES[row.code]\nNAMES = {'a': 1, 'b': 2}",
        "NAMES.get(row['code'], 0)\nNAMES: dict = {'a': 1, 'b': 2}",
        "match row.code:\n    case 'a' | 'b':\n        pass",
        "row.code or 'a', row['code'] or 'b'",
        "row.code if row.code else 'a', 'b' if empty else row.code",
    ],
)
def test_values_that_the_python_of_a_migration_asks_for(line: str) -> None:
    assert found(line) == {"a", "b"}


@pytest.mark.parametrize("call", ["least(v, 900)", "GREATEST(900, v)", "nullif( v , 900 )"])
def test_a_limit_in_a_call_is_an_edge(call: str) -> None:
    """Before: only one value was beyond it, and cut values cannot be told from others by one."""
    assert read([f'op.execute("UPDATE t SET v = {call}")']).by_column["v"] == ["900", "901", "899"]


def test_a_key_that_goes_was_in_a_document_that_is_else_like_another() -> None:
    found = read(["op.execute(\"UPDATE t SET data = data - 'old''s'\")"]).by_column["data"]
    assert '{"k": 1, "old\'s": 1}' in found


def test_a_key_that_goes_is_beside_those_that_are_asked_for() -> None:
    """Before: a row that has both was missing, so that the one that goes by mistake was not seen to go."""
    sql = "UPDATE t SET a = data -> 'a', data = data - 'b' WHERE data ? 'c' AND other ->> 'd' = 'e'"
    assert '{"a": 1, "c": 1, "b": 1}' in read([f'op.execute("{sql}")']).by_column["data"]


def test_numbers_have_neighbours_where_an_edge_is_meant() -> None:
    assert found("op.execute('UPDATE t SET a = 1 WHERE code > 100')") == {"100", "101", "99"}
    assert found("op.execute('DELETE FROM t WHERE code BETWEEN 5 AND 10')") == {"5", "10"}
    assert found("op.execute('DELETE FROM t WHERE code <> 5 OR code >= -1.5')") == {"5", "-1.5"}
    assert found("row.code == -7") == {"-7"}


@pytest.mark.parametrize(
    "condition",
    [
        "code = 'a' or 'b' = code",
        "code in ('a', 'b')",
        "code not in ('a', 'b')",
        "code = any (array['a', 'b'])",
        "code like 'a' and code not like 'b'",
        "code ilike 'a' and 'b' > code",
        "code between 'a' and 'b'",
        "1 = case code when 'a' then 'b' else 'a' end",
        "code = case when true then 'a' else 'b' end",
        "\"code\" in ('a', 'b')",
    ],
)
def test_values_stand_beside_the_column_before_them(condition: str) -> None:
    first = read([f"op.execute({f'DELETE FROM t WHERE {condition}'!r})"]).by_column
    assert set(first.get("code", first.get("true", []))) == {"a", "b"}


def test_names_of_the_sql_are_words_and_those_of_functions_are_not() -> None:
    own = read(["op.execute('SELECT code FROM t WHERE \"A\"\"b\" IS NULL')\nop.add_column('t', 'plain')"])
    assert own.words == {"select", "code", "from", "t", "where", 'A"b', "null", "plain"}
    assert read(["'1 = 1; UPDATE'"]).words == {"update"}
    assert read([f"op.drop_table('{'x' * 70}')"]).words == {"x" * 63}
    assert read([], ["no SQL at all", "CREATE FUNCTION f() AS 'select 1'"]).words == set()


@pytest.mark.parametrize(("source", "expected"), [("op.execute('SELECT 1')", True), ("op.execute('DELETE')", False)])
def test_rows_may_be_looked_up_where_there_is_a_query(source: str, expected: bool) -> None:
    assert read([source]).looks_up is expected
    assert read([]).looks_up is False


@pytest.mark.parametrize("source", ["not Python: code = 'x'", "op.execute('SELECT 1 WHERE code = 1')" + " " * LARGEST])
def test_what_is_no_python_or_too_large_has_nothing(source: str) -> None:
    assert read([source]) == Literals()


def test_a_function_that_is_too_large_has_nothing() -> None:
    text = "CREATE FUNCTION f() AS 'x'; SELECT 1 WHERE code = 1"
    assert read([], [text.ljust(LARGEST)]).by_column == {"code": ["1"], "as": ["x"]}
    assert read([], [text.ljust(LARGEST + 1)]).by_column == {}


def test_a_column_has_some_values_of_a_sensible_size() -> None:
    literals = Literals()
    for value in ("a", "a", "x" * 200, "x" * 201, "nul\0", *map(str, range(20))):
        literals.add("code", value)
    assert literals.by_column["code"] == ["a", "x" * 200, *map(str, range(10))]


@pytest.mark.parametrize(("value", "cuts"), [("", False), ("-", True), (" | ", True), ("----", False), ("-1-", False)])
def test_what_may_be_a_separator(value: str, cuts: bool) -> None:
    found = values(f"DELETE FROM t WHERE code = '{value}'")
    assert found == [value, *(value.join(parts) for parts in ("ab", "ac", "cb", "abc") if cuts)]


def test_equal_numbers_have_no_neighbours() -> None:
    assert found("op.execute('DELETE FROM t WHERE code = 7')") == {"7"}
    assert found("op.execute('DELETE FROM t WHERE code != 7')") == {"7"}
    assert found("op.execute('DELETE FROM t WHERE code < 7')") == {"6", "7", "8"}


def test_quotes_in_a_text_and_texts_beside_nothing() -> None:
    assert values("DELETE FROM t WHERE code = 'it''s' OR code = E'b'") == ["it's", "b"]
    assert read(["op.execute(\"'x'; 'y' UPDATE\")"]).by_column == {}
    assert read(['op.execute("SELECT 1 WHERE code = 7")'.ljust(LARGEST)]).by_column == {"code": ["7"]}


def test_texts_that_a_function_makes_one() -> None:
    source = "op.execute(\"UPDATE t SET code = lpad(t.code, 3, '0'), name = normalize(name, NFC)\")"
    found = read([source]).by_column
    assert found["code"][-2:] == ["1111", "1112"]
    assert found["name"][-2:] == ["na\u00efve", "nai\u0308ve"]


@pytest.mark.parametrize(
    "call",
    [
        "op.execute('UPDATE t SET n = extract(dow FROM t.code)')",
        "op.execute('UPDATE t SET n = date_part(\\'isodow\\', code)')",
        "n = row.code.weekday()",
        "n = row['code'].isoweekday()",
    ],
)
def test_the_days_at_the_ends_of_a_week(call: str) -> None:
    """Before: no row had a Sunday, which is the 0 that a check of 1 to 7 refuses."""
    assert found(call) >= {"2024-06-02", "2024-06-08"}


def test_a_field_that_has_no_ends() -> None:
    assert found("op.execute('UPDATE t SET n = extract(epoch FROM code)')", "n = row.code.total()") == set()


def test_values_that_were_sent_are_others_of_known_columns() -> None:
    literals = read(["op.execute(\"UPDATE t SET code = 'a' WHERE code = 'b'\")"])
    found = with_sent(literals, ["UPDATE t SET code = 'c' WHERE code = 'b' AND id = 7"], {"code", "id"})
    assert found is not None
    assert (found.by_column["code"], found.by_column["id"]) == (["a", "b", "c"], ["7"])
    assert literals.by_column["code"] == ["a", "b"]
    assert with_sent(literals, ["UPDATE t SET fresh = 'c' WHERE code = 'b'"], {"code", "id"}) is None
    assert with_sent(literals, [], {"code"}) is None


def test_a_loop_may_have_sent_more_values_than_a_file_has() -> None:
    found = with_sent(Literals(), [f"DELETE FROM t WHERE code = 's{number}'" for number in range(60)], {"code"})
    assert found is not None
    assert len(found.by_column["code"]) == 40
