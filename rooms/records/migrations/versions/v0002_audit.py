"""The audit chain, and the triggers that let rows only be added."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CODES = ("actor", "action", "act", "subject", "room", "rule", "rule_version")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("n", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("site", sa.String(32), nullable=False),
        sa.Column("community", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("room", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("rule_version", sa.String(32), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("key", sa.String(8), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.CheckConstraint(
            "role IN ('greeter', 'moderator', 'lead', 'operator', 'system')", name="role_is_a_code"
        ),
        sa.CheckConstraint("state IN ('pending', 'done', 'failed')", name="state_is_a_code"),
        sa.CheckConstraint(
            "reason IN ('', 'harassment', 'hate', 'sourcing', 'contact', 'spam', 'danger', 'other')",
            name="reason_is_a_code",
        ),
        sa.CheckConstraint(" AND ".join(f"{code} NOT LIKE '% %'" for code in CODES), name="no_words"),
    )
    op.create_index("audit_of_site", "audit", ["site", "n"])
    op.create_index("audit_of_act", "audit", ["act"])
    op.create_table(
        "audit_checkpoints",
        sa.Column("through", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("key", sa.String(8), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


# Rows behind a checkpoint may go: that is how 24 months end. A checkpoint that somebody forged to get
# rows past this has no valid signature, and `kindred audit verify` says so.
UNCOVERED = "NOT EXISTS (SELECT 1 FROM audit_checkpoints WHERE through >= OLD.n)"

SQLITE = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit"
    " BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    f"CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit WHEN {UNCOVERED}"
    " BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    # INSERT OR REPLACE removes the old row without asking a DELETE trigger
    "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit"
    " WHEN EXISTS (SELECT 1 FROM audit WHERE n = NEW.n)"
    " BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END",
    "CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints"
    " BEGIN SELECT RAISE(ABORT, 'checkpoints are only added'); END",
    "CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints"
    " BEGIN SELECT RAISE(ABORT, 'checkpoints are only added'); END",
    "CREATE TRIGGER audit_checkpoints_no_replace BEFORE INSERT ON audit_checkpoints"
    " WHEN EXISTS (SELECT 1 FROM audit_checkpoints WHERE through = NEW.through)"
    " BEGIN SELECT RAISE(ABORT, 'checkpoints are only added'); END",
)

POSTGRESQL = (
    "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$",
    "CREATE FUNCTION audit_delete() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN IF {UNCOVERED} THEN RAISE EXCEPTION 'the audit is only added to'; END IF;"
    " RETURN OLD; END $$",
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_delete()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_checkpoints_no_change BEFORE UPDATE OR DELETE ON audit_checkpoints"
    " FOR EACH ROW EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_checkpoints_no_truncate BEFORE TRUNCATE ON audit_checkpoints"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
)
