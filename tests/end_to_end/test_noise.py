"""What autogenerate proposes at every run, whatever the database is like: it is in no file, and it is said."""

from tests.support.command import Repository
from tests.support.projects import ENV, WITH_AGE

# Every default differs from every other, as by a comparison of the project's own.
NOISY = ENV.replace("target_metadata=Base.metadata", "target_metadata=Base.metadata, compare_server_default=differs")
NOISY = NOISY.replace("config = context.config", "def differs(*_):\n    return True\n\nconfig = context.config")
FAR = '\n\nclass Far(Base):\n    __tablename__ = "far"\n    id = sa.Column(sa.Integer, primary_key=True)\n'
FAR += '    state = sa.Column(sa.Text, server_default="new")\n'
FAR_MADE = """
    revision = "b1"
    down_revision = "a1"
    from alembic import op
    import sqlalchemy as sa

    def upgrade():
        op.create_table(
            "far",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("state", sa.Text, server_default="new"),
        )

    def downgrade():
        op.drop_table("far")
    """


def test_noise_of_base_is_in_no_file_and_is_said(repository: Repository) -> None:
    repository.commit(
        {
            "migrations/env.py": NOISY,
            "migrations/versions/b1_far.py": FAR_MADE,
            "models.py": WITH_AGE.replace("    age = sa.Column(sa.Integer)\n", "") + FAR,
        }
    )
    repository.write({"models.py": WITH_AGE + FAR})
    ended = repository.check()
    assert ended.code == 0, ended.err
    (project,) = ended.report.projects
    (migration,) = project.migrations
    assert "add_column" in migration.source
    assert "far" not in migration.source
    assert "alter_column" not in migration.source
    assert [finding.code for finding in project.findings] == ["never-settled"]


def test_noise_alone_is_no_change(repository: Repository) -> None:
    repository.commit(
        {
            "migrations/env.py": NOISY,
            "migrations/versions/b1_far.py": FAR_MADE,
            "models.py": WITH_AGE.replace("    age = sa.Column(sa.Integer)\n", "") + FAR,
        }
    )
    repository.write({"models.py": WITH_AGE.replace("    age = sa.Column(sa.Integer)\n", "") + FAR + "\nMORE = 1\n"})
    ended = repository.check()
    assert ended.code == 0, ended.err
    (project,) = ended.report.projects
    assert project.status == "unchanged"
