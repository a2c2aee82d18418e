"""The address of a node's portal, as its settings say it."""

from __future__ import annotations

from beeldbrug.node.app.settings import NodeSettings


def portal_url(settings: NodeSettings) -> str:
    """Without a slash at its end."""
    web = settings.web
    scheme = "https" if web.certificate is not None else "http"
    return (web.public_url or f"{scheme}://{web.host}:{web.port}").rstrip("/")
