"""A node of a hospital with an identity provider of its own, for journeys that begin at another system: no hub."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import pyotp

from beeldbrug.cli.demo.world import build
from beeldbrug.model.account import Factor, FactorKind, Role
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.usecases.accounts.create import NewAccount, create_account
from beeldbrug.node.usecases.sign_in.password import hash_password
from tests.contract.node import given
from tests.e2e.processes import Program
from tests.e2e.world import End, pause
from tests.peers.oidc import CLIENT, SECRET, Provider, running_provider

SETTINGS = """
[[portal.oidc]]
id = "ziekenhuis"
name = "Ziekenhuis A"
issuer = "{issuer}"
client_id = "{client}"
client_secret_file = "{secret}"
assurance = {{ card = "high" }}
roles = [{{ value = "rad", role = "clinician", department = "Radiologie" }}]
"""


@dataclass
class Entrance:
    """The node and its provider."""

    PASSWORD: ClassVar[str] = "een zin die niemand raadt"  # noqa: S105 - of the tests

    end: End
    provider: Provider
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The portal's root."""
        return f"http://127.0.0.1:{self.end.site.web_port}"

    def engage(self, login: str) -> None:
        """An account of the node's own, with both factors."""
        signing = make_signing(self.end.vault)
        new = NewAccount(login, login.title(), (Role.CLINICIAN,), "Radiologie")
        account = create_account(signing, new, "test", hash_password(self.PASSWORD, login))
        secret = pyotp.random_base32()
        factor = Factor(
            secrets.token_hex(16), account.id, FactorKind.TOTP, "test", secret.encode(), created=time.time()
        )
        with self.end.vault.database.write() as tx:
            tx.factors.add(account.organisation, factor)
        self.secrets[login] = secret

    def code(self, login: str = "johanna") -> str:
        """The authenticator's code of now."""
        return pyotp.TOTP(self.secrets[login]).now()

    def arrive(self, count: int, name: str, bsn: str, birth: str) -> None:
        """A study of this patient came from elsewhere."""
        ura, id, study, now = self.end.site.ura, f"{count}" * 32, f"1.2.3.{count}", time.time()
        index = given.index(count)
        patient = replace(index.patient, name=name, number=PatientNumber(bsn, "NLMINBIZA"), birth_date=birth)
        index = replace(index, patient=patient, study_uid=study, series_uid=f"{study}.1", instance_uid=f"{study}.1.1")
        new = given.exchange(
            id=id, organisation=ura, direction=Direction.IN, state=State.VERIFIED, study_uid=study, peer=given.B,
            created=now, expires=now + 1e6,
        )  # fmt: skip
        with self.end.vault.database.write() as tx:
            tx.exchanges.add(new)
            tx.exchanges.update(id, now, verified=now)
            tx.instances.add(given.instance(count, organisation=ura, origin=id, index=index))

    def forget(self) -> None:
        """Until the node asks the provider anew whether it is there."""
        pause(10.5)


@contextmanager
def running_entrance(folder: Path, more: str = "", *, account: bool = True) -> Iterator[Entrance]:
    """One; ``more`` goes to the node's settings, ``{folder}``, ``{issuer}`` filled in. Without ``account`` nobody has
    one yet."""
    made = build(folder / "data", 1, 1)
    site = made.a
    secret = folder / "client.secret"
    secret.write_text(SECRET)
    back = f"http://127.0.0.1:{site.web_port}/api/v1/"
    with running_provider(
        folder / "provider", [back + "oidc/ziekenhuis/callback", back + "smart/epd/callback"]
    ) as provider:
        with site.settings.open("a") as file:
            file.write(SETTINGS.format(issuer=provider.issuer, client=CLIENT, secret=secret))
            file.write(more.replace("{folder}", str(folder)).replace("{issuer}", provider.issuer))
        end = End(site, Program("node", site.settings, folder / "node.log"))
        try:
            end.program.start()
            one = Entrance(end, provider)
            if account:
                one.engage("johanna")
            yield one
        finally:
            end.close()
            end.program.stop()
