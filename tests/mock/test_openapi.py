"""The OpenAPI document, held against the routes and they against it."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.mock.admins import AdminTestCase
from tests.mock.serving import send
from ZSI.mock.api import ROUTES
from ZSI.mock.openapi import BODIES, PREFIX, document

#: A request for each route that does what it is for: body, query, status.
REQUESTS: dict[str, tuple[str, Any, int]] = {
    "GET /services": ("/services", None, 200),
    "GET /operations": ("/operations", None, 200),
    "GET /operations/{op}/sample": ("/operations/BankSoap12%2FGetBalance/sample", None, 200),
    "POST /operations/{op}/sample": (
        "/operations/GetBalance/sample",
        {"fields": {"balance": "7.00"}},
        200,
    ),
    "GET /stubs": ("/stubs?op=GetBalance", None, 200),
    "POST /stubs": ("/stubs", {"op": "GetBalance", "id": "a b", "reply": {"balance": 1}}, 201),
    "POST /stubs/import": ("/stubs/import", [{"op": "GetRates", "delay": "1ms"}], 201),
    "GET /stubs/export": ("/stubs/export", None, 200),
    "GET /stubs/{id}": ("/stubs/a%20b", None, 200),
    "PUT /stubs/{id}": ("/stubs/a%20b", {"op": "GetBalance", "id": "a b", "times": 3}, 200),
    "DELETE /stubs/{id}": ("/stubs/a%20b", None, 204),
    "DELETE /stubs": ("/stubs", None, 204),
    "POST /reset": ("/reset", None, 204),
    "GET /scenarios": ("/scenarios", None, 200),
    "PUT /scenarios/{name}": ("/scenarios/s", {"state": "up"}, 200),
    "DELETE /scenarios/{name}": ("/scenarios/s", None, 204),
    "GET /store": ("/store", None, 200),
    "PUT /store/{key}": ("/store/k", {"value": [1], "lifetime": "1h"}, 204),
    "DELETE /store/{key}": ("/store/k", None, 204),
    "GET /gates": ("/gates", None, 200),
    "POST /gates/{name}/release": ("/gates/g/release", {"count": 1}, 204),
    "POST /gates/{name}/shut": ("/gates/g/shut", None, 204),
    "GET /clock": ("/clock", None, 200),
    "POST /clock": ("/clock", {"advance": "2d"}, 200),
    "GET /sessions": ("/sessions", None, 200),
    "DELETE /sessions/{name}": ("/sessions/s", None, 204),
    "GET /journal": ("/journal?last=1&bodies=1", None, 200),
    "POST /journal/find": ("/journal/find", {"op": "GetBalance", "when": {"account": 42}}, 200),
    "POST /journal/count": ("/journal/count", {"op": "GetBalance"}, 200),
    "GET /journal/unmatched": ("/journal/unmatched", None, 200),
    "GET /journal/near-misses": ("/journal/near-misses", None, 200),
    "GET /journal/{number}": ("/journal/1", None, 200),
    "DELETE /journal": ("/journal", None, 204),
    "POST /verify": ("/verify", {"op": "GetBalance", "count": 1}, 200),
    "GET /report": ("/report", None, 200),
    "GET /settings": ("/settings", None, 200),
    "GET /health": ("/health", None, 200),
    "GET /ready": ("/ready", None, 200),
    "GET /metrics": ("/metrics", None, 200),
    "GET /openapi.json": ("/openapi.json", None, 200),
    "GET /rules.schema.json": ("/rules.schema.json", None, 200),
}


class OpenApiTests(AdminTestCase):
    def test_the_document_says_what_the_routes_do(self) -> None:
        made = self.data("GET", "/openapi.json")
        self.assertEqual(made["openapi"], "3.1.0")
        self.assertEqual(made, json.loads(json.dumps(document(ROUTES))))
        described = {
            f"{method.upper()} {path.removeprefix(PREFIX)}": operation
            for path, methods in made["paths"].items()
            for method, operation in methods.items()
        }
        self.assertEqual(set(described), set(REQUESTS))
        ids = [operation["operationId"] for operation in described.values()]
        self.assertEqual(len(ids), len(set(ids)))
        for name, operation in described.items():
            path, body, _ = REQUESTS[name]
            given = {p["name"] for p in operation["parameters"] if p["in"] == "query"}
            asked = set(re.findall(r"[?&](\w+)=", path))
            self.assertLessEqual(asked, given, name)
            named = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
            self.assertEqual(named, set(re.findall(r"\{(\w+)\}", name)))
            self.assertEqual(body is not None, "requestBody" in operation, name)

    def test_bodies_are_as_described(self) -> None:
        """Members that the document names are read, and no others."""
        for name, schema in BODIES.items():
            path, body, status = REQUESTS[name]
            members = schema.get("properties")
            if members is None:
                continue  # stubs, which have a schema of their own
            self.assertLessEqual(set(body), set(members), name)
            method = name.split()[0]
            said = self.data(method, path, {**body, "nonsense": 1}, status=400)
            self.assertIn("'nonsense' is no member", said["error"])
            for member in members:
                answer = self.ask(method, path, {member: {}})
                self.assertNotIn(b"is no member", answer.body, (name, member))
            self.data("POST", "/reset", status=204)
            self.data("POST", "/clock", {"reset": True})
        self.assertEqual(set(BODIES), {f"{r.method} {r.path}" for r in ROUTES if r.body})

    def test_every_described_route_answers(self) -> None:
        order = ["GET /journal/{number}", "POST /verify", "POST /stubs", "GET /stubs/{id}",
                 "PUT /stubs/{id}", "DELETE /stubs/{id}", "PUT /scenarios/{name}",
                 "PUT /store/{key}", "DELETE /scenarios/{name}", "DELETE /store/{key}"]  # fmt: skip
        self.call()
        for name in [*order, *(name for name in REQUESTS if name not in order)]:
            path, body, status = REQUESTS[name]
            answer = self.ask(name.split()[0], path, body)
            self.assertEqual(answer.status, status, (name, answer.body))

    def test_what_is_not_there(self) -> None:
        self.assertIn("openapi.json", self.data("GET", "/nothing", status=404)["error"])
        self.assertIn("GET, POST", self.data("PUT", "/clock", {}, status=405)["error"])
        self.assertEqual(send(self.bank.mock.admin_url + "/x", "GET", None, {}).status, 404)
