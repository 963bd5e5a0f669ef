"""Staff: people, their roles, invitations and recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ROLE = "role IN ('greeter', 'moderator', 'lead')"


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("login", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("password", sa.LargeBinary(128), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
    )
    op.create_index("people_changed", "people", ["changed_at"])
    op.create_table(
        "roles",
        sa.Column("person", sa.String(24), primary_key=True),
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("badge", sa.String(40), nullable=False),
        sa.CheckConstraint(ROLE, name="role_is_a_code"),
    )
    op.create_index("roles_of_site", "roles", ["site"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("site", sa.String(32), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("badge", sa.String(40), nullable=False),
        sa.Column("person", sa.String(24), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.CheckConstraint(ROLE, name="role_is_a_code"),
    )
    op.create_index("invitations_by_token", "invitations", ["token"])
    op.create_table(
        "recovery_codes",
        sa.Column("person", sa.String(24), primary_key=True),
        sa.Column("code", sa.String(64), primary_key=True),
    )
