"""Who of a site's staff means to be on when."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "roster_changes",
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("undoes", sa.BigInteger, nullable=False),
        sa.Column("roster", sa.LargeBinary(64_000), nullable=False),
    )
