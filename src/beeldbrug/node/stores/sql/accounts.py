"""Accounts and second factors in SQL (ports.accounts): secrets are sealed, and bound to their account."""

from __future__ import annotations

from beeldbrug.model.account import Account, Credential, Factor, FactorKind, Role
from beeldbrug.model.errors import Conflict
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Row, Statements

_COLUMNS = (
    "id, organisation, login, name, roles, department, mail, phone, language, theme, provider, subject, sponsor, "
    "agreement, disabled, created, ends"
)
_ADD = f"""
INSERT INTO account ({_COLUMNS}, password, failures, locked_until)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0) ON CONFLICT DO NOTHING"""  # noqa: S608 - fixed names
_UPDATE = """
UPDATE account SET name = ?, roles = ?, department = ?, mail = ?, phone = ?, language = ?, theme = ?, provider = ?,
subject = ?, sponsor = ?, agreement = ?, disabled = ?, ends = ? WHERE organisation = ? AND id = ?"""
_FACTOR = "id, account, kind, label, secret, handle, counter, created, used"


class SqlAccounts:
    """ports.accounts.Accounts over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, account: Account, password_hash: str) -> None:
        """Keep a new one. Raises Conflict ``login-taken``."""
        sealed = self._seal.seal_text(account.organisation, "password", account.id, password_hash)
        one = account
        values = (one.id, one.organisation, one.login, one.name, _roles(one), one.department, one.mail, one.phone)
        more = (one.language, one.theme, one.provider, one.subject, one.sponsor, one.agreement, one.disabled)
        if not self._sql.run(_ADD, *values, *more, one.created, one.ends, sealed):
            raise Conflict("login-taken", "There is an account of this name already.", "Take another account name.")

    def update(self, account: Account) -> None:
        """Replace what can change."""
        one = account
        values = (one.name, _roles(one), one.department, one.mail, one.phone, one.language, one.theme, one.provider)
        more = (one.subject, one.sponsor, one.agreement, one.disabled, one.ends, one.organisation, one.id)
        self._sql.run(_UPDATE, *values, *more)

    def get(self, organisation: str, id: str) -> Account | None:
        """One account."""
        return self._one("id = ?", organisation, id)

    def by_login(self, organisation: str, login: str) -> Account | None:
        """By account name."""
        return self._one("login = ?", organisation, login)

    def by_subject(self, organisation: str, provider: str, subject: str) -> Account | None:
        """By what a provider calls it."""
        return self._one("provider = ? AND subject = ?", organisation, provider, subject) if provider else None

    def all(self, organisation: str) -> list[Account]:
        """All, by name."""
        select = f"SELECT {_COLUMNS} FROM account WHERE organisation = ? ORDER BY name, id"  # noqa: S608 - fixed names
        return [_account(row) for row in self._sql.all(select, organisation)]

    def count(self, organisation: str) -> int:
        """How many."""
        row = self._sql.one("SELECT count(*) FROM account WHERE organisation = ?", organisation)
        return int(row[0]) if row else 0

    def own(self, organisation: str) -> int:
        """How many have no provider, or a password beside it."""
        row = self._sql.one(
            "SELECT count(*) FROM account WHERE organisation = ? AND (provider = '' OR password <> ?)",
            organisation,
            b"",
        )
        return int(row[0]) if row else 0

    def credential(self, organisation: str, id: str) -> Credential:
        """Password hash and tries."""
        row = self._sql.one(
            "SELECT password, failures, locked_until FROM account WHERE organisation = ? AND id = ?", organisation, id
        )
        if row is None:
            return Credential()
        return Credential(self._seal.open_text(organisation, "password", id, row[0]), row[1], row[2])

    def set_password(self, organisation: str, id: str, password_hash: str) -> None:
        """Replace it; tries begin anew."""
        self._sql.run(
            "UPDATE account SET password = ?, failures = 0, locked_until = 0 WHERE organisation = ? AND id = ?",
            self._seal.seal_text(organisation, "password", id, password_hash),
            organisation,
            id,
        )

    def tried(self, organisation: str, id: str, failures: int, locked_until: float) -> None:
        """Note wrong tries."""
        self._sql.run(
            "UPDATE account SET failures = ?, locked_until = ? WHERE organisation = ? AND id = ?",
            failures,
            locked_until,
            organisation,
            id,
        )

    def _one(self, condition: str, organisation: str, *values: str) -> Account | None:
        select = f"SELECT {_COLUMNS} FROM account WHERE organisation = ? AND {condition}"  # noqa: S608 - fixed names
        row = self._sql.one(select, organisation, *values)
        return None if row is None else _account(row)


class SqlFactors:
    """ports.accounts.Factors over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, organisation: str, factor: Factor) -> None:
        """Keep one. Raises Conflict ``factor-known``."""
        added = self._sql.run(
            "INSERT INTO factor (id, organisation, account, kind, label, secret, handle, counter, created, used) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            factor.id,
            organisation,
            factor.account,
            factor.kind.value,
            factor.label,
            self._seal.seal(organisation, "factor", factor.id, factor.secret),
            factor.handle,
            factor.counter,
            factor.created,
            factor.used,
        )
        if not added:
            raise Conflict("factor-known", "This passkey is registered already.", "Use it, or take another.")

    def of_account(self, organisation: str, account: str) -> list[Factor]:
        """All of an account."""
        return self._all("account = ? ORDER BY created, id", organisation, account)

    def by_handle(self, organisation: str, handle: bytes) -> Factor | None:
        """A passkey by its credential id."""
        return next(iter(self._all("kind = 'passkey' AND handle = ?", organisation, handle)), None)

    def used(self, organisation: str, id: str, counter: int, at: float) -> bool:
        """Note its use. A TOTP step counts once; a passkey without a counter always says 0."""
        return bool(
            self._sql.run(
                "UPDATE factor SET counter = ?, used = ? WHERE organisation = ? AND id = ? "
                "AND (counter < ? OR (kind = 'passkey' AND counter = 0))",
                counter,
                at,
                organisation,
                id,
                counter,
            )
        )

    def delete(self, organisation: str, account: str, id: str) -> bool:
        """Forget one."""
        return bool(
            self._sql.run(
                "DELETE FROM factor WHERE organisation = ? AND account = ? AND id = ?", organisation, account, id
            )
        )

    def delete_kind(self, organisation: str, account: str, kind: str) -> int:
        """Forget all of a kind, or all."""
        return self._sql.run(
            "DELETE FROM factor WHERE organisation = ? AND account = ? AND (kind = ? OR ? = '')",
            organisation,
            account,
            kind,
            kind,
        )

    def _all(self, condition: str, organisation: str, *values: object) -> list[Factor]:
        select = f"SELECT {_FACTOR} FROM factor WHERE organisation = ? AND {condition}"  # noqa: S608 - fixed names
        return [self._factor(organisation, row) for row in self._sql.all(select, organisation, *values)]

    def _factor(self, organisation: str, row: Row) -> Factor:
        id, account, kind, label, secret, handle, counter, created, used = row
        opened = self._seal.open(organisation, "factor", id, secret)
        return Factor(id, account, FactorKind(kind), label, opened, bytes(handle), counter, created, used)


def _roles(account: Account) -> str:
    return " ".join(account.roles)


def _account(row: Row) -> Account:
    id, organisation, login, name, roles, department, mail, phone, language, theme, *more = row
    provider, subject, sponsor, agreement, disabled, created, ends = more
    return Account(
        id=id,
        organisation=organisation,
        login=login,
        name=name,
        roles=tuple(Role(role) for role in roles.split()),
        department=department,
        mail=mail,
        phone=phone,
        language=language,
        theme=theme,
        provider=provider,
        subject=subject,
        sponsor=sponsor,
        agreement=agreement,
        disabled=bool(disabled),
        created=created,
        ends=ends,
    )
