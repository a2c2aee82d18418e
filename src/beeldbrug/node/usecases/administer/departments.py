"""The organisation's own list of departments: what accounts, rules, rosters and addresses are filed under."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from beeldbrug.model.errors import Malformed, NotFound
from beeldbrug.node.ports.administration import Department
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction

CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Listed:
    """A department and how many accounts are filed under it. ``id`` is empty for a name that only accounts know."""

    department: Department
    accounts: int


def list_departments(database: Database, organisation: str) -> list[Listed]:
    """The list, and behind it names that accounts give and the list does not have."""
    with database.read() as tx:
        listed = tx.departments.all(organisation)
        named = [account.department for account in tx.accounts.all(organisation) if account.department]
    known = {one.name for one in listed}
    strays = [Department("", organisation, name) for name in sorted(set(named) - known)]
    return [Listed(one, named.count(one.name)) for one in (*listed, *strays)]


def make_department(database: Database, new: Department, actor: str, now: float) -> Department:
    """Put it on the list. Raises Malformed ``department-malformed``, Conflict ``department-known``."""
    made = replace(_checked(new), id=secrets.token_hex(16))
    with database.write() as tx:
        tx.departments.add(made)
        details = _details(made)
        tx.audit.append(
            AuditEvent(made.organisation, "department-made", "C", "success", actor=actor, details=details, at=now)
        )
    return made


def change_department(database: Database, changed: Department, actor: str, now: float) -> Department:
    """Rename, close or open it; accounts follow the name. Raises NotFound, Malformed, Conflict."""
    one = _checked(changed)
    with database.write() as tx:
        if tx.departments.get(one.organisation, one.id) is None:
            raise NotFound("department-unknown", "There is no such department.", "Reload the list of departments.")
        tx.departments.update(one)
        details = _details(one)
        tx.audit.append(
            AuditEvent(one.organisation, "department-changed", "U", "success", actor=actor, details=details, at=now)
        )
    return one


def check_department(tx: Transaction, organisation: str, name: str, before: str = "") -> None:
    """Raises Malformed ``department-not-listed`` for one that is not on the list, or closed; ``before`` may stay."""
    if not name or name == before:
        return
    found = tx.departments.by_name(organisation, name)
    if found is None or found.closed:
        raise Malformed(
            "department-not-listed",
            "This department is not on the list, or is closed.",
            "Choose one of the list, or put it on the list first.",
        )


def _checked(department: Department) -> Department:
    name = " ".join(department.name.split())
    fields = (name, department.location.strip(), department.phone.strip())
    if not name or any(len(one) > CHARACTERS or not one.isprintable() for one in fields):
        raise Malformed(
            "department-malformed",
            "A department has a name; no field is longer than 120 characters.",
            "Type the name as it is said in the hospital.",
        )
    return replace(department, name=name, location=fields[1], phone=fields[2])


def _details(department: Department) -> dict[str, str | int | float | bool]:
    return {"department": department.name, "closed": department.closed}
