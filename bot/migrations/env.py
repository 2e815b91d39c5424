"""How Alembic runs here: online only, on the URL that the settings give."""

from __future__ import annotations

from alembic import context

from bot.base.db import metadata, open_database

database = open_database(context.config.get_main_option("sqlalchemy.url") or "")
with database.engine.connect() as connection:
    # Batches rebuild a table where SQLite cannot alter it.
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    if not connection.in_nested_transaction() and connection.in_transaction():
        connection.commit()
database.close()
