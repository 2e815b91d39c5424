"""The ids under which services are known outside, so that one is found by it however many there are."""

from __future__ import annotations

import re
from uuid import UUID, uuid5

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SPACE = UUID("0d7f6e5c-0d3e-5a44-8a3b-2f6a0c1b7e55")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AT_ONCE = 500


def upgrade() -> None:
    """Add the column and fill it for what is stored."""
    with op.batch_alter_table("service") as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=36), nullable=True))
        batch_op.create_index(op.f("ix_service_public_id"), ["public_id"])
    table = sa.table("service", sa.column("id", sa.String), sa.column("public_id", sa.String))
    connection = op.get_bind()
    own = [one for one in connection.execute(sa.select(table.c.id)).scalars() if not _UUID.fullmatch(one)]
    statement = sa.update(table).where(table.c.id == sa.bindparam("own")).values(public_id=sa.bindparam("made"))
    for at in range(0, len(own), _AT_ONCE):
        connection.execute(statement, [{"own": one, "made": _made(one)} for one in own[at : at + _AT_ONCE]])


def _made(own: str) -> str:
    try:
        return str(UUID(own))
    except ValueError:
        return str(uuid5(_SPACE, own))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("service") as batch_op:
        batch_op.drop_index(op.f("ix_service_public_id"))
        batch_op.drop_column("public_id")
