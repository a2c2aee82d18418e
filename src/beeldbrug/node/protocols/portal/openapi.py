"""The portal's API as an OpenAPI 3.1 document, made from the routes it runs on."""

from __future__ import annotations

from typing import Any

import msgspec

from beeldbrug.node.protocols.portal.route import PREFIX, Route
from beeldbrug.node.protocols.portal.routes import ROUTES


class Error(msgspec.Struct, frozen=True):
    """What went wrong, free of identity; ``code`` is stable."""

    code: str
    text: str
    remedy: str


def document(routes: tuple[Route, ...] = ROUTES) -> dict[str, Any]:
    """The whole description."""
    types = {one for route in routes for one in (route.body, route.answer) if one not in (None, bytes)} | {Error}
    ordered = sorted(types, key=lambda one: one.__name__)
    schemas, components = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    reference = dict(zip(ordered, schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, reference)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Beeldbrug portal", "version": "1"},
        "servers": [{"url": PREFIX}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(components.items()))},
    }


def _operation(route: Route, reference: dict[Any, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": "Done."}
    if route.answer is not None:
        answer["content"] = {"application/json": {"schema": reference[route.answer]}}
    failure = {"description": "Not done.", "content": {"application/json": {"schema": reference[Error]}}}
    operation: dict[str, Any] = {
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.variables
        ],
        "responses": {"200" if route.answer is not None else "2XX": answer, "default": failure},
        "x-permission": route.permission.value if route.permission else None,
    }
    if route.body is bytes:
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    elif route.body is not None:
        content = {"application/json": {"schema": reference[route.body]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation
