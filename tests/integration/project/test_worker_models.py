"""What `create_all` builds and tells of models that are more than tables."""

from contextlib import closing

import pytest

from bot.database.databases import Databases
from bot.errors import ProjectError
from tests.integration.project.conftest import NewWorker
from tests.integration.project.test_worker_tasks import tables
from tests.support import projects
from tests.support.troubleshooting import appears

HEAD = "import enum, uuid, datetime, decimal\nimport sqlalchemy as sa\nfrom sqlalchemy.orm import declarative_base\n"


def configured(options: str) -> str:
    return projects.ENV.replace("target_metadata=Base.metadata", options)


def test_all_metadata_are_built(new_worker: NewWorker, databases: Databases) -> None:
    models = (
        HEAD
        + "Base = declarative_base()\nother = sa.MetaData()\nsa.Table('a', Base.metadata, sa.Column('x', sa.Text))\n"
    )
    models += "sa.Table('b', other, sa.Column('x', sa.Text), schema='side')\n"
    env = configured("target_metadata=[Base.metadata, __import__('models').other], include_schemas=True")
    worker = new_worker({"models.py": models, "migrations/env.py": env})
    name = databases.create("models")
    assert [(t.schema, t.name) for t in worker.create_all(databases.address(name)).tables] == [
        (None, "a"),
        ("side", "b"),
    ]
    assert tables(databases, name) == {"public.a", "side.b"}


def test_a_default_with_parentheses_that_postgresql_does_not_know(new_worker: NewWorker, databases: Databases) -> None:
    """Nobody notices it where migrations alone build the database."""
    models = HEAD + "Base = declarative_base()\nsa.Table('a', Base.metadata, *(\n"
    models += "    sa.Column(word, sa.Text, server_default=sa.text(word + ' ()'))\n"
    models += "    for word in ('current_timestamp', 'CURRENT_DATE', 'LocalTime', 'session_user', 'now')))\n"
    worker = new_worker({"models.py": models})
    address = databases.address(databases.create("models"))
    assert [table.name for table in worker.create_all(address).tables] == ["a"]
    worker.stamp(address, ["a1"])
    assert worker.autogenerate(address) == []


def test_no_models_at_all(new_worker: NewWorker, databases: Databases) -> None:
    worker = new_worker({"migrations/env.py": configured("target_metadata=None")})
    found = worker.create_all(databases.address(databases.create("models")))
    assert found.metadata_empty
    assert found.tables == []


def test_a_version_table_of_its_own(new_worker: NewWorker, databases: Databases) -> None:
    env = configured("target_metadata=Base.metadata, version_table='v', version_table_schema='meta'")
    worker = new_worker({"migrations/env.py": env})
    models, history = databases.create("models"), databases.create("history")
    found = worker.create_all(databases.address(models))
    assert (found.version_table, found.version_table_schema) == ("v", "meta")
    worker.stamp(databases.address(models), ["a1"])
    assert worker.current(databases.address(models)) == ["a1"]
    with pytest.raises(ProjectError, match="nothing makes the schema meta") as caught:
        worker.upgrade(databases.address(history))
    assert caught.value.kind == "version-schema"
    appears("nothing makes the schema …", caught.value.message)
    assert caught.value.advice.endswith("--setup 'CREATE SCHEMA meta'")


def test_what_filters_exclude_is_built_and_listed(new_worker: NewWorker, databases: Databases) -> None:
    env = configured(
        "target_metadata=Base.metadata, include_object=lambda o, name, kind, r, c: name not in ('job', 'mail'),"
        " include_name=lambda name, kind, parents: name != 'log'"
    )
    models = projects.MODELS + "sa.Table('log', Base.metadata, sa.Column('x', sa.Text))\n"
    models += "sa.Table('person', Base.metadata, sa.Column('mail', sa.Text), sa.Column('name', sa.Text))\n"
    worker = new_worker({"models.py": models, "migrations/env.py": env})
    name = databases.create("models")
    assert sorted(worker.create_all(databases.address(name)).excluded) == [
        ("column", "public", "person", "mail"),
        ("table", "public", "job", "job"),
        ("table", "public", "log", "log"),
    ]
    assert tables(databases, name) == {"public.job", "public.log", "public.person"}


def test_indexes_built_concurrently(new_worker: NewWorker, databases: Databases) -> None:
    models = projects.MODELS + "sa.Index('ix_job_name', Job.name, postgresql_concurrently=True)\n"
    worker = new_worker({"models.py": models})
    found = worker.create_all(databases.address(databases.create("models")))
    assert found.concurrently == ["ix_job_name"]


def test_an_environment_with_uncommitted_work_of_its_own(new_worker: NewWorker, databases: Databases) -> None:
    """A schema made on env.py's connection must neither block the tables in it nor be lost."""
    env = projects.ENV.replace(
        "    context.configure",
        "    connection.exec_driver_sql('CREATE SCHEMA IF NOT EXISTS shop')\n    context.configure",
    )
    models = HEAD + "Base = declarative_base()\nsa.Table('a', Base.metadata, sa.Column('x', sa.Text), schema='shop')\n"
    worker = new_worker({"models.py": models, "migrations/env.py": env})
    name = databases.create("models")
    worker.create_all(databases.address(name))
    assert tables(databases, name) == {"shop.a"}


def test_python_side_defaults(new_worker: NewWorker, databases: Databases) -> None:
    columns = {
        "number": ("sa.Integer", "7", "7", None),
        "text": ("sa.Text", '"it\'s 5%: a"', "'it''s 5%: a'", None),
        "yes": ("sa.Boolean", "True", "true", None),
        "price": ("sa.Numeric(5, 2)", "decimal.Decimal('1.50')", "1.50", None),
        "day": ("sa.Date", "datetime.date(2020, 1, 2)", "'2020-01-02'", None),
        "kind": ("sa.Enum(Kind)", "Kind.two", "'two'", None),
        "now": ("sa.DateTime", "datetime.datetime.utcnow", None, "utcnow"),
        "key": ("sa.Uuid", "uuid.uuid4", None, "uuid4"),
        "later": ("sa.DateTime", "sa.func.now()", "now()", None),
        "none": ("sa.Integer", "None", None, None),
    }
    models = HEAD + "class Kind(enum.Enum):\n    one = 1\n    two = 2\n"
    models += "Base = declarative_base()\nclass Job(Base):\n    __tablename__ = 'job'\n"
    models += "    id = sa.Column(sa.Integer, primary_key=True)\n"
    models += "".join(f"    {name} = sa.Column({c[0]}, default={c[1]})\n" for name, c in columns.items())
    worker = new_worker({"models.py": models})
    table = worker.create_all(databases.address(databases.create("models"))).tables[0]
    found = {column.name: (column.default, column.callable_name) for column in table.columns[1:]}
    assert found == {name: (sql, function) for name, (_, _, sql, function) in columns.items()}
    assert (table.path, table.line) == ("models.py", 8)


COMPARATOR = """
from alembic.autogenerate import comparators
from alembic.operations import ops
@comparators.dispatch_for("schema")
def compare_indexes(context, upgrade_ops, schemas):
    found = context.connection.exec_driver_sql("select indexname from pg_indexes where schemaname = 'public'").scalars()
    if "by_comparator" not in list(found):
        upgrade_ops.ops.append(ops.CreateIndexOp("by_comparator", "job", ["id"]))
"""


def test_what_the_projects_own_comparators_find_missing_is_made(new_worker: NewWorker, databases: Databases) -> None:
    worker = new_worker({"migrations/env.py": COMPARATOR + projects.ENV})
    for name in (databases.create("first"), databases.create("second")):  # env.py runs twice in one process
        assert worker.create_all(databases.address(name)).comparator_failure == ""
        assert indexes(databases, name) >= {"by_comparator"}
    empty = databases.create("empty")
    worker.upgrade(databases.address(empty))
    assert len([text for text in worker.autogenerate(databases.address(empty)) if "by_comparator" in text]) == 1


def test_comparators_that_fail_are_named(new_worker: NewWorker, databases: Databases) -> None:
    worker = new_worker({"migrations/env.py": COMPARATOR.replace("pg_indexes", "nowhere") + projects.ENV})
    found = worker.create_all(databases.address(databases.create("models")))
    assert "nowhere" in found.comparator_failure
    assert [table.name for table in found.tables] == ["job"]


def test_what_importing_does_to_a_database_is_done_to_each(new_worker: NewWorker, databases: Databases) -> None:
    models = projects.MODELS + (
        "engine = sa.create_engine('postgresql://nobody@nowhere.invalid/x')\n"
        "with engine.begin() as connection:\n"
        "    connection.execute(sa.text('CREATE TABLE IF NOT EXISTS made (x int)'))\n"
    )
    worker = new_worker({"models.py": models})
    for label in ("models", "history"):
        name = databases.create(label)
        worker.current(databases.address(name))
        assert "public.made" in tables(databases, name)


def indexes(databases: Databases, name: str) -> set[str]:
    with closing(databases.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
        return {row[0] for row in cursor.fetchall()}
