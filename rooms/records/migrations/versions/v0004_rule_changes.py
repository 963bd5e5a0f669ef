"""A site's changes of the filter's rules."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "rule_changes",
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("undoes", sa.BigInteger, nullable=False),
        sa.Column("own", sa.LargeBinary(32_000), nullable=False),
        sa.Column("off", sa.LargeBinary(32_000), nullable=False),
    )
