"""Tables of accounts, second factors, sessions and one-time tickets; migration 0004 builds exactly these.

Secrets ("sealed") are encrypted under the vault's root key; of tokens only the SHA-256 is kept.
"""

from __future__ import annotations

from sqlalchemy import Index, Table, text

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    count,
    flag,
    key,
    maybe_moment,
    moment,
    octets,
    octets_key,
    small,
    word,
)

account = Table(
    "account",
    METADATA,
    key("id"),
    word("organisation"),
    word("login"),
    word("name"),
    word("roles"),  # parted by spaces
    word("department"),
    word("mail"),
    word("phone"),
    word("language"),
    word("theme"),
    word("provider"),
    word("subject"),
    word("sponsor"),
    word("agreement"),
    flag("disabled"),
    moment("created"),
    maybe_moment("ends"),
    octets("password"),  # sealed argon2id string
    count("failures"),
    moment("locked_until"),
    Index("account_login", "organisation", "login", unique=True),
    Index(
        "account_subject",
        "organisation",
        "provider",
        "subject",
        unique=True,
        sqlite_where=text("provider <> ''"),
        postgresql_where=text("provider <> ''"),
    ),
    sqlite_with_rowid=False,
)

factor = Table(
    "factor",
    METADATA,
    key("id"),
    word("organisation"),
    word("account"),
    word("kind"),
    word("label"),
    octets("secret"),  # sealed
    octets("handle"),
    count("counter"),
    moment("created"),
    maybe_moment("used"),
    Index("factor_of_account", "organisation", "account", "created"),
    Index(
        "factor_by_handle",
        "organisation",
        "handle",
        unique=True,
        sqlite_where=text("kind = 'passkey'"),
        postgresql_where=text("kind = 'passkey'"),
    ),
    sqlite_with_rowid=False,
)

session = Table(
    "session",
    METADATA,
    octets_key("token_hash"),
    word("organisation"),
    word("account"),
    word("stage"),
    small("assurance"),
    moment("created"),
    moment("seen"),
    moment("expires"),
    octets("scope"),  # msgpack: exchanges and studies
    Index("session_of_account", "organisation", "account"),
    sqlite_with_rowid=False,
)

ticket = Table(
    "ticket",
    METADATA,
    octets_key("token_hash"),
    word("organisation"),
    word("kind"),
    word("account"),
    moment("expires"),
    octets("data"),  # sealed
    Index("ticket_of_account", "organisation", "kind", "account"),
    sqlite_with_rowid=False,
)
