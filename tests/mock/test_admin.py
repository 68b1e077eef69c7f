"""The HTTP interface: who may ask, and for how much."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from threading import Thread
from time import monotonic
from urllib.parse import urlsplit

from twisted.web.server import Site

from tests.mock.admins import AdminTestCase
from tests.mock.serving import Said, send
from ZSI.mock.admin import MOST_BYTES, AdminRequest, AdminResource
from ZSI.mock.client import RemoteError, RemoteMock
from ZSI.mock.openapi import PREFIX


class AccessTests(AdminTestCase):
    def test_requests_by_another_name_of_this_machine_are_refused(self) -> None:
        for host, status in (
            ("evil.example", 403), ("127.0.0.1.evil.example", 403), ("localhost:1", 200),
            ("127.0.0.1", 200), ("[::1]:80", 200), ("localhost.evil.example", 403),
        ):  # fmt: skip
            self.assertEqual(self.ask("GET", "/health", Host=host).status, status, host)

    def test_writes_from_other_origins_are_refused(self) -> None:
        for origin, status in (
            ("http://evil.example", 403), ("null", 403), (self.bank.mock.admin_url, 204),
        ):  # fmt: skip
            self.assertEqual(self.ask("POST", "/reset", Origin=origin).status, status, origin)
        answer = self.ask("GET", "/health", Origin="http://evil.example")
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_forms_are_refused(self) -> None:
        headers = {"Content-Type": "text/plain"}
        answer = send(self.base + "/stubs", "POST", b'{"op": "GetBalance"}', headers)
        self.assertEqual(answer.status, 415)

    def test_with_a_token(self) -> None:
        listener = self.bank._listener
        assert listener is not None
        resource = AdminResource(self.bank.mock, listener.reactor, token="t0ken")
        site = Site(resource, reactor=listener.reactor)
        url = f"http://127.0.0.1:{listener.listen(site, '127.0.0.1', 0)}"
        for given, status in (
            ({}, 401), ({"Authorization": "Bearer wrong"}, 401),
            ({"Authorization": "Bearer t0ken"}, 200),
            ({"Authorization": "Bearer t0ken", "Host": "mock.example"}, 200),
        ):  # fmt: skip
            self.assertEqual(send(f"{url}{PREFIX}/health", "GET", None, given).status, status)
        self.assertEqual(RemoteMock(url, token="t0ken").mock.request("GET", "/health")["status"],
                         "ok")  # fmt: skip
        self.assertRaises(RemoteError, RemoteMock(url).mock.reset)

    def test_bodies_that_are_no_json_or_too_much(self) -> None:
        self.assertEqual(send(self.base + "/stubs", "POST", b"{", {}).status, 400)
        self.assertEqual(send(self.base + "/stubs", "POST", b" " * (9 << 20), {}).status, 413)

    def test_whatever_comes_the_answer_says_what_is_wrong(self) -> None:
        for body in (b'{"op": "\\ud800"}', b"[" * 100_000, b"NaN", b"\xff", b'{"a": 1, "a": 1}'):
            for path in ("/stubs", "/verify", "/journal/find", "/clock", "/stubs/import"):
                answer = send(self.base + path, "POST", body, {})
                self.assertEqual(answer.status, 400, (path, body[:20]))
                self.assertIn("error", json.loads(answer.body))
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_bodies_without_end_fill_nothing(self) -> None:
        sizes = []
        kept = AdminRequest.handleContentChunk

        def watched(request: AdminRequest, data: bytes) -> None:
            kept(request, data)
            sizes.append(request.content.tell())

        self.patch(AdminRequest, "handleContentChunk", watched)
        parts = urlsplit(self.base)
        for length in ("Content-Length: 40000000", "Transfer-Encoding: chunked"):
            with socket.create_connection((parts.hostname or "", parts.port or 0), 20) as wire:
                wire.sendall(f"POST {parts.path}/stubs HTTP/1.1\r\nHost: localhost\r\n{length}"
                             "\r\n\r\n".encode())  # fmt: skip
                for _ in range(40):
                    chunk = b" " * 1_000_000
                    wire.sendall(chunk if "Length" in length else b"f4240\r\n" + chunk + b"\r\n")
                wire.sendall(b"" if "Length" in length else b"0\r\n\r\n")
                self.assertIn(b" 413 ", wire.recv(1000))
        self.assertEqual(max(sizes), MOST_BYTES + 1)

    def test_head(self) -> None:
        answer = self.ask("HEAD", "/health")
        self.assertEqual((answer.status, answer.body), (200, b""))
        length = len(self.ask("GET", "/health").body)
        self.assertEqual(answer.headers["Content-Length"], str(length))
        self.assertEqual(self.ask("HEAD", "/reset").status, 405)

    def test_definitions_and_resets_under_load(self) -> None:
        statuses: set[int] = set()
        errors: list[BaseException] = []
        end = monotonic() + 0.5

        def work(*requests: Callable[[], Said]) -> None:
            try:
                while monotonic() < end:
                    statuses.update(request().status for request in requests)
            except BaseException as error:
                errors.append(error)

        stub = {"op": "GetBalance", "reply": {"balance": "1.00"}}
        threads = [
            Thread(target=work, args=(self.call,)),
            Thread(target=work, args=(
                lambda: self.ask("POST", "/stubs", stub),
                lambda: self.ask("POST", "/stubs/import", [stub] * 3),
                lambda: self.ask("GET", "/report"),
            )),
            Thread(target=work, args=(
                lambda: self.ask("POST", "/reset"), lambda: self.ask("DELETE", "/stubs"),
            )),
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((errors, statuses), ([], {200, 201, 204}))

    def test_files_elsewhere_are_not_to_be_had(self) -> None:
        for path in ("/etc/hostname", "../../secret.xml"):
            entry = {"op": "GetBalance", "file": path, "media_type": "text/plain"}
            self.assertIn("below", self.data("POST", "/stubs", entry, status=400)["error"])
