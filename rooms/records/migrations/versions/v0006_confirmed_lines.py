"""Which help lines somebody of a site has called."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "confirmed_lines",
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("line", sa.String(64), primary_key=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("numbers", sa.String(16), nullable=False),
    )
