"""``beeldbrug partner add``: put a partner on the list, or another way or department to one that is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node, read_file
from beeldbrug.cli.options import Json, Settings, actor
from beeldbrug.cli.output import Output
from beeldbrug.cli.partner.showing import as_object
from beeldbrug.model.errors import Malformed, NotFound
from beeldbrug.model.exchange import Route
from beeldbrug.node.app.base import Base
from beeldbrug.node.ports.partners import Door, Form, Partner, Way
from beeldbrug.node.usecases.partners.keep import HOST_KEY_CHARACTERS, keep, one_partner

Id = Annotated[str, typer.Argument(help="Short name of the partner: a-z, 0-9 and -.")]
KINDS = (Route.SFTP, Route.DICOM, Route.DISC)


def command(
    id: Id,
    settings: Settings,
    name: Annotated[str, typer.Option("--name", help="Its name, as people read it.")] = "",
    ura: Annotated[str, typer.Option("--ura", help="Its URA, where it has one.")] = "",
    location: Annotated[str, typer.Option("--location", help="A location; the way given is for that one alone.")] = "",
    department: Annotated[list[str] | None, typer.Option("--department", help="A department; repeatable.")] = None,
    way: Annotated[Route | None, typer.Option("--way", help="sftp, dicom or disc; after those it has.")] = None,
    host: Annotated[str, typer.Option("--host", help="Name or address of its server.")] = "",
    port: Annotated[int, typer.Option("--port", help="Its port; 22 for SFTP without it.")] = 0,
    user: Annotated[str, typer.Option("--user", help="SFTP: user to log in as.")] = "",
    key: Annotated[Path | None, typer.Option("--key", help="SFTP: file of our private key.")] = None,
    host_key: Annotated[
        Path | None, typer.Option("--host-key", help="SFTP: file with the server's public key, as ssh-keyscan prints.")
    ] = None,
    directory: Annotated[str, typer.Option("--directory", help="SFTP: folder to write in.")] = "",
    form: Annotated[Form, typer.Option("--form", help="SFTP: the files of a disc, or one ZIP.")] = Form.FILES,
    ae_title: Annotated[str, typer.Option("--ae-title", help="DICOM: AE title of its system.")] = "",
    calling_ae: Annotated[str, typer.Option("--calling-ae", help="DICOM: AE title we call with.")] = "BEELDBRUG",
    tls_ca: Annotated[str, typer.Option("--tls-ca", help="DICOM: file of the authority of its certificate.")] = "",
    tls_certificate: Annotated[str, typer.Option("--tls-certificate", help="DICOM: file of our certificate.")] = "",
    tls_key: Annotated[str, typer.Option("--tls-key", help="DICOM: file of that certificate's key.")] = "",
    plain: Annotated[bool, typer.Option("--plain", help="DICOM without TLS: only inside a safe network.")] = False,
    json: Json = False,
) -> None:
    """Add a partner; with the id of one that is there, a way or departments more."""
    output = Output(json)
    if way is not None and way not in KINDS:
        raise Malformed("partner-way", "A way is sftp, dicom or disc.", "Choose one of those.")
    known = "" if host_key is None else read_file(host_key, "host key")[:HOST_KEY_CHARACTERS].decode("utf-8", "replace")
    with open_node(settings) as base:
        partner = _there(base, id) or Partner(base.own.ura, id, name or id, ura)
        doors = tuple(Door(location, one) for one in department or ()) or ((Door(location),) if location else ())
        ways: tuple[Way, ...] = ()
        if way is not None:
            ways = (
                Way(
                    kind=way,
                    location=location,
                    host=host,
                    port=port,
                    user=user,
                    key="" if key is None else str(key.absolute()),
                    host_key=known,
                    directory=directory,
                    form=form,
                    ae_title=ae_title,
                    calling_ae=calling_ae,
                    tls_ca=tls_ca,
                    tls_certificate=tls_certificate,
                    tls_key=tls_key,
                    plain=plain,
                ),
            )
        partner = replace(
            partner,
            name=name or partner.name,
            ura=ura or partner.ura,
            doors=tuple(dict.fromkeys(partner.doors + doors)),
            ways=tuple(dict.fromkeys(partner.ways + ways)),
        )
        keep(base.database, [partner], actor(), base.clock.now())
    output.say(f"{partner.address}: {', '.join(one.kind for one in partner.ways)}")
    output.done(as_object(partner))


def _there(base: Base, id: str) -> Partner | None:
    try:
        return one_partner(base.database, base.own.ura, id)
    except NotFound:
        return None
