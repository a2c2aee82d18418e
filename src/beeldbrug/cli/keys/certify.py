"""``beeldbrug keys certify``: the authority certifies an organisation whose identity its operator has verified."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509 import Certificate, CertificateSigningRequest
from cryptography.x509.oid import NameOID

from beeldbrug.cli.keys.files import AUTHORITY, AUTHORITY_KEY, CERTIFICATE, fingerprint, new_file
from beeldbrug.cli.opening import read_file
from beeldbrug.cli.options import Json
from beeldbrug.cli.output import Output
from beeldbrug.model.errors import Denied, Malformed
from beeldbrug.sealed.certificates import ORGANISATION_DAYS, certificate_pem, issue, read_certificates, read_request
from beeldbrug.sealed.keys import read_signing_key, thumbprint


def command(
    request: Annotated[Path, typer.Argument(help="The organisation's request.")],
    authority: Annotated[Path, typer.Option("--authority", help="Folder of the authority.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="File for the certificate; else beside the request.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="Life of the certificate.")] = ORGANISATION_DAYS,
    yes: Annotated[bool, typer.Option("--yes", help="Name, URA and thumbprint were compared already.")] = False,
    json: Json = False,
) -> None:
    """Certify an organisation, after its name, URA and key were compared with what it says itself."""
    output = Output(json)
    asked = read_request(read_file(request, "request"))
    ura, name, key = _said(asked)
    output.say(f"organisation  {name}", f"URA           {ura}", f"thumbprint    {key}")
    if not yes and (json or not typer.confirm("Did you verify all three with the organisation itself?", err=True)):
        raise Denied("not-confirmed", "The request was not confirmed.", "Call the organisation, compare, then --yes.")
    issuer = _authority(authority)
    certificate = issue(
        (issuer, read_signing_key(read_file(authority / AUTHORITY_KEY, "authority's key"))),
        asked,
        ura,
        name,
        time.time(),
        days,
    )
    file = out or request.parent / CERTIFICATE
    new_file(file, certificate_pem(certificate).encode("ascii"))
    output.say(f"{file.name}  send it to the organisation: [organisation] certificate in its settings")
    output.done({"certificate": str(file), "ura": ura, "name": name, "fingerprint": fingerprint(certificate)})


def _said(asked: CertificateSigningRequest) -> tuple[str, str, str]:
    """URA, name, and thumbprint of the key."""
    values = []
    for oid in (NameOID.SERIAL_NUMBER, NameOID.ORGANIZATION_NAME):
        found = [str(one.value) for one in asked.subject.get_attributes_for_oid(oid)]
        if len(found) != 1:
            raise Malformed("request-malformed", "The request does not name one organisation.", "Ask for a new one.")
        values.append(found[0])
    key = asked.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise Malformed("certificate-key", "The requested key is not an Ed25519 key.", "Ask for a new request.")
    return values[0], values[1], thumbprint(key)


def _authority(folder: Path) -> Certificate:
    found = read_certificates(read_file(folder / AUTHORITY, "authority's certificate"))
    if not found:
        raise Malformed("certificate-malformed", "The authority's certificate cannot be read.", "Name its folder.")
    return found[0]
