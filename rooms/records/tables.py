"""The tables. A test holds them and the migrations together.

Times are milliseconds since the epoch, UTC. Reasons and kinds are codes, and the database itself
refuses anything else: free text would be the place where a visitor's words end up.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, LargeBinary, MetaData, String, Table

KINDS = ("warn", "mute", "kick", "ban")
REASONS = ("harassment", "hate", "sourcing", "contact", "spam", "danger", "other")
"""PROTOCOL section 5; the visitor reads the site's words for a code in their own language."""

ROLES = ("greeter", "moderator", "lead")
"""Of staff, from the one who may least: a greeter greets, a moderator acts, a lead names the others."""
ACTORS = (*ROLES, "operator", "system")
"""Who acted: staff, somebody at the command line, or the service by itself."""
STATES = ("pending", "done", "failed")

metadata = MetaData()


def one_of(column: str, codes: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of our codes."""
    return CheckConstraint(
        f"{column} IN ({', '.join(repr(code) for code in codes)})", name=f"{column}_is_a_code"
    )


def no_words(*columns: str) -> CheckConstraint:
    """No blank anywhere in these: an id or a code has none, a sentence does."""
    return CheckConstraint(" AND ".join(f"{column} NOT LIKE '% %'" for column in columns), name="no_words")


sanctions = Table(
    "sanctions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("site", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("visitor", String(64), nullable=False),  # a keyed hash of the token, never the token
    Column("kind", String(8), nullable=False),
    Column("room", String(64)),  # a kick's; the others hold everywhere in the community
    Column("reason", String(16), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    one_of("kind", KINDS),
    one_of("reason", REASONS),
    Index("sanctions_in_force", "community", "ends_at"),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("community", String(32), primary_key=True),
    Column("topic", String(32), primary_key=True),
    Column("day", String(10), primary_key=True),  # YYYY-MM-DD, UTC
    Column("kind", String(32), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""Sums a clinic may read. The day is the finest grain and nobody is in it."""

audit = Table(
    "audit",
    metadata,
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("site", String(32), nullable=False),
    Column("community", String(32), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("action", String(32), nullable=False),
    Column("state", String(8), nullable=False),
    Column("act", String(64), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("room", String(64), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("rule_version", String(32), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("key", String(8), nullable=False),
    Column("mac", String(64), nullable=False),
    one_of("role", ACTORS),
    one_of("state", STATES),
    one_of("reason", ("", *REASONS)),
    no_words("actor", "action", "act", "subject", "room", "rule", "rule_version"),
    Index("audit_of_site", "site", "n"),
    Index("audit_of_act", "act"),
)
"""Triggers refuse UPDATE, and DELETE of what no checkpoint covers; see the migration."""

audit_checkpoints = Table(
    "audit_checkpoints",
    metadata,
    Column("through", BigInteger, primary_key=True, autoincrement=False),
    Column("mac", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("key", String(8), nullable=False),
    Column("signature", String(64), nullable=False),
)
"""Rows up to `through` were let go. The chain is of the whole service, so no site is named."""

people = Table(
    "people",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("login", String(64), nullable=False, unique=True),  # the name, folded
    Column("name", String(32), nullable=False),
    # Argon2id, as its reference writes it. In bytes: it is longer than any text here may be.
    Column("password", LargeBinary(128), nullable=False),
    Column("seed", String(32), nullable=False),  # the second factor's is derived from it; "": none
    Column("step", BigInteger, nullable=False),  # the last 30 seconds whose code was used
    Column("at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Index("people_changed", "changed_at"),
)
"""Staff, one row a person whatever sites they serve. Who was revoked everywhere stays, without roles and
without a password that fits, so that the audit's ids keep their names."""

roles = Table(
    "roles",
    metadata,
    Column("person", String(24), primary_key=True),
    Column("site", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("badge", String(40), nullable=False),  # the label that the lead set; visitors read it
    one_of("role", ROLES),
    Index("roles_of_site", "site"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("site", String(32), primary_key=True),
    Column("token", String(64), nullable=False),  # a hash; the token is in the link alone
    Column("role", String(16), nullable=False),
    Column("badge", String(40), nullable=False),
    Column("person", String(24), nullable=False),  # of a reset; "" invites somebody new
    Column("seed", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    one_of("role", ROLES),
    Index("invitations_by_token", "token"),
)
"""One row for each site that a link opens. Used and ended ones are removed."""

rule_changes = Table(
    "rule_changes",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("version", String(32), nullable=False),  # of the whole set, a hash
    Column("undoes", BigInteger, nullable=False),  # 0: it takes nothing back
    # In bytes: longer than any text here may be. Written by leads, about words, never by visitors.
    Column("own", LargeBinary(32_000), nullable=False),
    Column("off", LargeBinary(32_000), nullable=False),
)
"""A site's changes of the filter's rules, each whole; the newest of a site is in force there."""

roster_changes = Table(
    "roster_changes",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("undoes", BigInteger, nullable=False),  # 0: it takes nothing back
    # In bytes: longer than any text here may be. Ids, hours, zones and languages.
    Column("roster", LargeBinary(64_000), nullable=False),
)
"""Who of a site's staff means to be on when, each change whole; the newest of a site holds."""

confirmed_lines = Table(
    "confirmed_lines",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("line", String(64), primary_key=True),
    Column("by", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("numbers", String(16), nullable=False),  # a hash of what was called: another number was not
)
"""Help lines that a lead has called, each with the last time."""

site_words = Table(
    "site_words",
    metadata,
    Column("site", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("lang", String(8), primary_key=True),
    Column("n", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
    Column("undoes", BigInteger, nullable=False),  # 0: it takes nothing back
    # In bytes: longer than any text here may be. Written by leads. Empty: as it came with us.
    Column("words", LargeBinary(32_000), nullable=False),
)
"""What leads of a site say in their own words, by language; each change whole, the newest is in force."""

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("person", String(24), primary_key=True),
    Column("code", String(64), primary_key=True),  # a keyed hash
)
