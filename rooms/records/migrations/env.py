"""Alembic's entry. Runs on the connection, and in the transaction, that rooms.records.database opened."""

from alembic import context

from rooms.records.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a column; Alembic then copies the table
)
context.run_migrations()
