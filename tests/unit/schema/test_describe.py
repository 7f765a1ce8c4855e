from bot.model import Difference, ObjectKey
from bot.schema.describe import ColumnCells, Section, TableView, changed_tables, describe_table
from tests.support.snapshots import column, foreign_key, key, snapshot, table


def test_a_table_has_what_psql_shows() -> None:
    found = describe_table(
        snapshot(
            table("job", comment="what runs"),
            column("job", "started_at", type="timestamp without time zone", position=2),
            column("job", "id", not_null=True, identity="a", position=1),
            key("job", "job_pkey", ["id"]),
            foreign_key("log", "log_job_fkey", "job", ["job_id"]),
        ),
        "public",
        "job",
    )
    reference = 'TABLE "public.log" CONSTRAINT "log_job_fkey" FOREIGN KEY (job_id) REFERENCES job(id)'
    assert found == TableView(
        kind="Table",
        columns=(
            ColumnCells("id", "integer", nullable="not null", default="generated always as identity"),
            ColumnCells("started_at", "timestamp without time zone"),
        ),
        sections=(
            Section(heading="Indexes", entries=('"job_pkey" PRIMARY KEY (id)',)),
            Section(heading="Referenced by", entries=(reference,)),
            Section(heading="Comment: what runs"),
        ),
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
    assert found is not None
    assert found.kind == "Unlogged partitioned table"
    assert found.columns == (ColumnCells("a", "integer", '"C"', "", "generated always as ((b + 1)) stored", "sum"),)
    assert [(section.heading, *section.entries) for section in found.sections] == [
        ("Indexes", '"i" gin (a) WHERE b INVALID'),
        ("Policies", '"p" FOR SELECT AS RESTRICTIVE TO bob USING (true)'),
        ("Statistics objects", "CREATE STATISTICS s …"),
        ("Rules", "CREATE RULE r …"),
        ("Triggers", "CREATE TRIGGER tr … (disabled)"),
        ("Row security: enabled",),
        ("Partition key: LIST (a)",),
        ("Options: a=1, b=2",),
    ]


def test_a_table_that_is_not_there_has_no_view() -> None:
    assert describe_table(snapshot(table("t", schema="shop.eu")), "shop", "eu.t") is None


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
