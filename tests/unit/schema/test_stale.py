"""Code that still speaks of what is gone, and code that only seems to."""

from typing import Any

import pytest

from bot.model import ObjectKey
from bot.schema.gone import gone
from bot.schema.snapshots import Snapshot
from bot.schema.stale import StaleCode
from bot.schema.stale_texts import StaleTexts
from tests.support.snapshots import column, snapshot, table

Object = tuple[ObjectKey, dict[str, Any]]


def function(body: str, head: str = "f()", language: str = "plpgsql") -> Object:
    returns = "" if "RETURNS" in head else "\n RETURNS integer"
    definition = (
        f"CREATE OR REPLACE FUNCTION public.{head}{returns}\n LANGUAGE {language}\nAS $function${body}$function$\n"
    )
    return ObjectKey("function", "public", "", "f()"), {"definition": definition, "kind": "f"}


def other(kind: str, parent: str, name: str, **attributes: Any) -> Object:
    return ObjectKey(kind, "public", parent, name), attributes


def enum(name: str, *labels: str) -> Object:
    return other("enum", "", name, labels=list(labels))


def of_enum(of: str, name: str, type_name: str) -> Object:
    return column(of, name, type_kind="enum", type_schema="public", type_name=type_name)


def stale(old: Snapshot, new: Snapshot) -> list[tuple[str, str]]:
    lost = gone(old, new)
    found = (*StaleCode(old, new, lost).found(), *StaleTexts(new, lost).found())
    return [(one.kind, ".".join(one.names[1:])) for one in found]


SHARED: tuple[Object, ...] = (
    table("t"),
    column("t", "id"),
    table("note"),
    column("note", "total"),
    column("note", "v"),
)
OLD: tuple[Object, ...] = (*SHARED, column("t", "total"), table("invoice"), other("sequence", "", "invoice_id_seq"))
OLD = (*OLD, other("function", "", "half(integer)", definition=""))
NEW: tuple[Object, ...] = (*SHARED, column("t", "amount"), table("bill"), other("sequence", "", "bill_id_seq"))
NEW = (*NEW, other("function", "", "part(integer)", definition=""))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("BEGIN RETURN (SELECT sum(total) FROM t); END", ["t.total"]),
        ("BEGIN RETURN (SELECT sum(x.total) FROM t x JOIN note ON true); END", ["t.total"]),
        ("DECLARE total int; BEGIN SELECT t.total INTO total FROM t; RETURN total; END", ["t.total"]),
        ("DECLARE r t%ROWTYPE; BEGIN RETURN r.total; END", ["t.total"]),
        ("UPDATE t SET total = total + 1 RETURNING total", ["t.total"]),
        ("INSERT INTO t (id, total) VALUES (1, 2)", ["t.total"]),
        ("BEGIN EXECUTE 'SELECT sum(total) FROM t'; END", ["t.total"]),
        ("SELECT count(*) FROM invoice", ["invoice"]),
        ("SELECT 1 FROM t, public.invoice i", ["invoice"]),
        ("SELECT half(3)", ["half"]),
        ("SELECT nextval('invoice_id_seq')", ["invoice_id_seq"]),
        ("SELECT pg_relation_size('public.invoice'::regclass)", ["invoice"]),
        # What only seems so.
        ("SELECT sum(amount) AS total FROM t", []),
        ("SELECT total FROM note, t", []),
        ("SELECT n.total FROM t JOIN note n ON n.v = t.id", []),
        ("DECLARE total int; BEGIN SELECT amount INTO total FROM t; RETURN total; END", []),
        ("SELECT id FROM t -- total of the invoice", []),
        ("SELECT 'total', 'invoice' FROM t", []),
        ("BEGIN RAISE NOTICE 'no total in t'; PERFORM f(total => 1) FROM t; END", []),
        ("SELECT total(id) FROM t", []),
        ("WITH invoice AS (SELECT 1) SELECT * FROM invoice", []),
        ("CREATE TEMP TABLE IF NOT EXISTS invoice (id int); SELECT * FROM invoice", []),
        ("SELECT v FROM note WHERE v = 'invoice'", []),
    ],
)
def test_names_in_a_function(body: str, found: list[str]) -> None:
    routine = function(body)
    assert [name for _, name in stale(snapshot(*OLD, routine), snapshot(*NEW, routine))] == found


def test_what_the_migration_wrote_anew_is_its_own_business() -> None:
    old, new = function("SELECT sum(total) FROM t"), function("SELECT sum(amount) total FROM t")
    assert stale(snapshot(*OLD, old), snapshot(*NEW, new)) == []


def test_a_parameter_and_rows_of_a_trigger() -> None:
    named = function("SELECT total FROM t", head="f(total integer)")
    assert stale(snapshot(*OLD, named), snapshot(*NEW, named)) == []
    routine = function("BEGIN NEW.total := 1; RETURN NEW; END", head="f() RETURNS trigger")
    fired = other("trigger", "t", "g", definition="", function="public.f")
    assert stale(snapshot(*OLD, routine, fired), snapshot(*NEW, routine, fired)) == [("column", "t.total")]
    elsewhere = other("trigger", "note", "g", definition="", function="public.f")
    assert stale(snapshot(*OLD, routine, elsewhere), snapshot(*NEW, routine, elsewhere)) == []


def test_code_in_another_language_is_read_where_it_has_statements() -> None:
    python = function('total = 1\nplpy.execute("select id from invoice")\n', language="plpython3u")
    assert stale(snapshot(*OLD, python), snapshot(*NEW, python)) == [("relation", "invoice")]


def test_arguments_of_a_trigger_name_columns() -> None:
    definition = "CREATE TRIGGER g BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION words('total', 'id')"
    fired = other("trigger", "t", "g", definition=definition, function="pg_catalog.words")
    assert stale(snapshot(*OLD, fired), snapshot(*NEW, fired)) == [("column", "t.total")]


def test_a_default_that_names_a_sequence_by_text() -> None:
    default = column("note", "no", default="nextval(('invoice_id_seq'::text)::regclass)")
    assert stale(snapshot(*OLD, default), snapshot(*NEW, default)) == [("relation", "invoice_id_seq")]


STATES = (table("t"), of_enum("t", "status", "state"), of_enum("t", "kind", "kind"), column("t", "note"))
OPEN, ACTIVE, KINDS = enum("state", "open", "closed"), enum("state", "active", "closed"), enum("kind", "open", "shut")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SELECT id FROM public.t WHERE (t.status)::text = 'open'::text", True),
        ("SELECT id FROM public.t WHERE 'open'::text = (t.status)::text", True),
        ("SELECT id FROM public.t WHERE (status)::text = ANY (ARRAY['closed'::text, 'open'::text])", True),
        ("SELECT id FROM public.t WHERE (t.kind)::text = 'open'::text", False),
        ("SELECT id FROM public.t WHERE t.status = 'active'::public.state AND t.note = 'open'::text", False),
        ("SELECT id FROM public.t WHERE t.status = 'active'::public.state AND t.kind = 'open'::public.kind", False),
        ("SELECT CASE WHEN t.status = 'active'::public.state THEN 'open'::text ELSE 'x'::text END FROM t", False),
    ],
)
def test_labels_as_text(text: str, found: bool) -> None:
    view = other("view", "", "w", definition=text)
    old, new = snapshot(*STATES, OPEN, KINDS, view), snapshot(*STATES, ACTIVE, KINDS, view)
    assert stale(old, new) == [("label", "state.open")] * found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("UPDATE t SET status = 'open'", True),
        ("INSERT INTO t (status, note) VALUES ('open', 'x')", True),
        ("SELECT 'open'::state", True),
        ("DECLARE s state; BEGIN IF s = 'open' THEN RETURN 1; END IF; END", True),
        ("UPDATE t SET kind = 'open'", False),
        ("UPDATE t SET note = 'open' WHERE status = 'closed'", False),
    ],
)
def test_labels_in_a_function(body: str, found: bool) -> None:
    routine = function(body)
    old, new = snapshot(*STATES, OPEN, KINDS, routine), snapshot(*STATES, ACTIVE, KINDS, routine)
    assert stale(old, new) == [("label", "state.open")] * found


def test_a_type_that_took_the_place_of_another_lacks_its_labels() -> None:
    policy = other("policy", "t", "p", using="((status)::text = 'open'::text)", check=None)
    old = snapshot(table("t"), of_enum("t", "status", "state"), OPEN, policy)
    new = snapshot(table("t"), of_enum("t", "status", "phase"), enum("phase", "active", "closed"), policy)
    assert stale(old, new) == [("label", "phase.open")]


def test_parameters_without_names_are_no_text_of_a_body() -> None:
    """Before: a `ValueError`, where `$1` was the last thing with a dollar. The server knows what such a body uses."""
    head = "CREATE FUNCTION public.f(integer)\n RETURNS integer\n LANGUAGE sql\n"
    definition = f"{head}BEGIN ATOMIC\n SELECT ($1 + 1);\nEND\n"
    standard: Object = (ObjectKey("function", "public", "", "f()"), {"definition": definition, "kind": "f"})
    assert stale(snapshot(*OLD, standard), snapshot(*NEW, standard)) == []
