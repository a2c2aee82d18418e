"""The node's web application: the portal with its API under /api/v1, DICOMweb under /dicomweb, FHIR under /fhir, and
/health for whoever watches the process. ASGI 3.0."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from urllib.parse import urlsplit

from beeldbrug.kit.serve import Application, Message, Receive, Send
from beeldbrug.model.errors import NotFound
from beeldbrug.node.protocols.dicomweb.app import PREFIX as DICOMWEB
from beeldbrug.node.protocols.dicomweb.app import dicomweb_app
from beeldbrug.node.protocols.dicomweb.store_body import StoreService
from beeldbrug.node.protocols.fhir.app import PREFIX as FHIR
from beeldbrug.node.protocols.fhir.app import fhir_app
from beeldbrug.node.protocols.portal.app import portal_app
from beeldbrug.node.protocols.portal.demo_page import PATH as DEMO
from beeldbrug.node.protocols.portal.demo_page import demo_app
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX as API
from beeldbrug.node.protocols.portal.static import site_app
from beeldbrug.node.protocols.portal.status import error_body
from beeldbrug.node.usecases.read.reading import Reading
from beeldbrug.node.usecases.trail.reading import TrailReading

HEALTH = b'{"status": "ok"}'
_UNKNOWN = NotFound(
    "host-unknown", "Nobody here is known by this host name.", "Use the address that your organisation gave you."
)


def web_application(
    reading: Reading,
    public_url: str = "",
    portal: Portal | None = None,
    storing: StoreService | None = None,
    trail: TrailReading | None = None,
) -> Application:
    """The ASGI application of the web process; ``public_url`` is how clients see its root, empty as they ask for it.
    Without ``portal`` there is DICOMweb alone, without ``storing`` for reading alone; without ``trail`` no FHIR."""
    api = portal_app(portal, public_url) if portal is not None else None
    site = site_app()
    demo = None
    if portal is not None and (letters := portal.calling.letters) is not None:
        demo = demo_app(letters, portal.organisation_name, portal.calling.rostering.zone)
    dicomweb = dicomweb_app(
        reading, public_url=public_url.rstrip("/") + DICOMWEB if public_url else "", receiving=storing
    )
    fhir = None
    if trail is not None:
        fhir = fhir_app(trail, version("beeldbrug"), public_url.rstrip("/") + FHIR if public_url else "")

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["path"] == "/health":
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": HEALTH})
        elif fhir is not None and scope["path"].startswith(FHIR + "/"):
            await fhir(scope, receive, send)
        elif api is None or scope["path"].startswith(DICOMWEB + "/"):
            await dicomweb(scope, receive, send)
        elif scope["path"].startswith(API + "/"):
            await api(scope, receive, send)
        elif demo is not None and scope["path"] == DEMO:
            await demo(scope, receive, send)
        else:
            await site(scope, receive, send)

    return application


def by_host(applications: Mapping[str, Application]) -> Application:
    """The applications of several organisations by the host name that was asked for (RFC 9110 section 7.2); another
    name is nobody's and gets 421. One alone answers to any name."""
    if len(applications) == 1:
        return next(iter(applications.values()))

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        found = applications.get(_host(scope))
        if found is None and scope["path"] == "/health":
            found = next(iter(applications.values()))
        if found is None:
            body = error_body(_UNKNOWN)
            headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 421, "headers": headers})
            await send({"type": "http.response.body", "body": body})
        else:
            await found(scope, receive, send)

    return application


def _host(scope: Message) -> str:
    hosts = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    if len(hosts) != 1:
        return ""
    try:
        return (urlsplit(f"//{hosts[0]}").hostname or "").rstrip(".")
    except ValueError:
        return ""


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
