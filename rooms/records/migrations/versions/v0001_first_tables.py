"""Sanctions in force and counted outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "sanctions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("community", sa.String(32), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("room", sa.String(64)),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint("kind IN ('warn', 'mute', 'kick', 'ban')", name="kind_is_a_code"),
        sa.CheckConstraint(
            "reason IN ('harassment', 'hate', 'sourcing', 'contact', 'spam', 'danger', 'other')",
            name="reason_is_a_code",
        ),
    )
    op.create_index("sanctions_in_force", "sanctions", ["community", "ends_at"])
    op.create_table(
        "outcomes",
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("community", sa.String(32), primary_key=True),
        sa.Column("topic", sa.String(32), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
    )
