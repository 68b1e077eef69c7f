"""The HTTP interface described by itself: an OpenAPI 3.1 document made from its routes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ZSI.mock.api import Route

PREFIX = "/__admin"


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The document: every route with its parameters, body and answers."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "zsi-mock",
            "version": "1",
            "description": "Stubs, state, journal and verification of a SOAP mock server.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Error": {
                    "type": "object",
                    "properties": {
                        "error": {"type": "string"},
                        "expected": {"type": "string"},
                        "nearest": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["error"],
                }
            },
        },
        "security": [{}, {"token": []}],
    }


def _operation(route: Route) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]
    parameters += [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for name in route.query
    ]
    words = re.findall(r"\w+", route.path)
    made: dict[str, Any] = {
        "summary": route.summary,
        "operationId": "_".join([route.method.lower(), *words]),
        "parameters": parameters,
        "responses": {
            "2XX": {"description": "Done."},
            "4XX": {
                "description": "It cannot be done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }
    if route.body is not None:
        made["requestBody"] = {
            "description": route.body,
            "content": {"application/json": {"schema": {}}},
        }
    return made
