from bot.model import Difference, ObjectKey
from bot.schema.describe import changed_tables, describe_table
from tests.support.snapshots import column, foreign_key, key, snapshot, table


def test_a_table_looks_as_in_psql() -> None:
    found = describe_table(
        snapshot(
            table("job", schema="public", comment="what runs"),
            column("job", "started_at", type="timestamp without time zone", position=2),
            column("job", "id", not_null=True, identity="a", position=1),
            key("job", "job_pkey", ["id"]),
            foreign_key("log", "log_job_fkey", "job", ["job_id"]),
        ),
        "public",
        "job",
    )
    assert found == "\n".join(
        [
            'Table "public.job"',
            "   Column   |             Type            | Nullable |           Default",
            "------------+-----------------------------+----------+------------------------------",
            " id         | integer                     | not null | generated always as identity",
            " started_at | timestamp without time zone |          |",
            "Indexes:",
            '    "job_pkey" PRIMARY KEY (id)',
            "Referenced by:",
            '    TABLE "public.log" CONSTRAINT "log_job_fkey" FOREIGN KEY (job_id) REFERENCES job(id)',
            "Comment: what runs",
        ]
    )


def test_all_that_hangs_on_a_table_is_shown() -> None:
    def child(kind: str, name: str, **attributes: object) -> tuple[ObjectKey, dict[str, object]]:
        return ObjectKey(kind, "public", "t", name), attributes

    found = describe_table(
        snapshot(
            table("t", persistence="u", partition_by="LIST (a)", kind="p", row_security=True, options=["a=1", "b=2"]),
            column("t", "a", generated="(b + 1)", generated_kind="s", collation='"C"', comment="sum"),
            child("index", "i", definition="CREATE INDEX i ON t USING gin (a) WHERE b", valid=False),
            child("trigger", "tr", definition="CREATE TRIGGER tr …", enabled="D"),
            child("policy", "p", command="SELECT", permissive=False, roles=["bob"], using="true", check=None),
            child("rule", "r", definition="CREATE RULE r …", enabled="O"),
            child("statistics", "s", definition="CREATE STATISTICS s …"),
        ),
        "public",
        "t",
    )
    assert found.splitlines()[0] == 'Unlogged partitioned table "public.t"'
    assert (
        found.splitlines()[3] == ' a      | integer | "C"       |          | generated always as ((b + 1)) stored | sum'
    )
    assert found.splitlines()[4:] == [
        "Indexes:",
        '    "i" gin (a) WHERE b INVALID',
        "Policies:",
        '    "p" FOR SELECT AS RESTRICTIVE TO bob USING (true)',
        "Statistics objects:",
        "    CREATE STATISTICS s …",
        "Rules:",
        "    CREATE RULE r …",
        "Triggers:",
        "    CREATE TRIGGER tr … (disabled)",
        "Row security: enabled",
        "Partition key: LIST (a)",
        "Options: a=1, b=2",
    ]


def test_names_and_expressions_cannot_add_lines_or_hide() -> None:
    hostile = "a\n```\r\nb\u2028c\u202ed\x1b[31m"
    found = describe_table(
        snapshot(table("t", comment=hostile), column("t", hostile, type=hostile, default=hostile)), "public", "t"
    )
    assert len(found.splitlines()) == 5
    assert not set("\r\u2028\u202e\x1b") & set(found)


def test_a_long_default_draws_no_long_line() -> None:
    found = describe_table(snapshot(table("t"), column("t", "a", default="x" * 500)), "public", "t")
    assert len(found.splitlines()[2]) < 120


def test_changed_tables_are_those_that_changes_speak_of() -> None:
    def difference(kind: str, schema: str, parent: str, name: str) -> Difference:
        return Difference(kind=kind, schema=schema, parent=parent, name=name, action="added", after={})

    differences = [
        difference("column", "shop", "orders", "id"),
        difference("constraint", "shop", "orders", "pkey"),
        difference("table", "public", "", "a"),
        difference("enum", "public", "", "mood"),
        difference("sequence", "public", "", "s"),
    ]
    assert changed_tables(differences) == [("public", "a"), ("shop", "orders")]
