"""A column gets another name, and the function of a trigger that fills it follows."""

from alembic import op

revision = "a1"
down_revision = None


def upgrade() -> None:
    op.alter_column("note", "changed", new_column_name="updated_at")
    op.execute(
        "CREATE OR REPLACE FUNCTION note_touched() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.updated_at = now(); RETURN NEW; END $$"
    )


def downgrade() -> None:
    op.alter_column("note", "updated_at", new_column_name="changed")
    op.execute(
        "CREATE OR REPLACE FUNCTION note_touched() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.changed = now(); RETURN NEW; END $$"
    )
