"""The HTTP interface: what each route does."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.mock.admins import AdminTestCase
from tests.mock.serving import send


class RouteTests(AdminTestCase):
    def test_a_stub_is_the_yaml_entry(self) -> None:
        entry = {"op": "GetBalance", "when": {"account": "42"}, "reply": {"balance": "10.00"},
                 "times": 2, "delay": "1ms", "id": "mine"}  # fmt: skip
        self.assertEqual(self.data("POST", "/stubs", entry, 201), entry)
        self.assertEqual(self.call().text("balance"), "10.00")
        exported = self.data("GET", "/stubs/export")
        self.data("POST", "/reset", status=204)
        self.assertEqual(self.data("POST", "/stubs/import", exported, 201), [entry])
        changed = {**entry, "reply": {"balance": "11.00"}}
        self.data("PUT", "/stubs/mine", changed)
        self.assertEqual(self.call().text("balance"), "11.00")

    def test_import_keeps_the_order_and_is_all_or_none(self) -> None:
        entries = [{"op": "GetBalance", "reply": {"balance": f"{n}.00"}} for n in (1, 2)]
        self.data("POST", "/stubs/import", entries, 201)
        self.assertEqual(self.call().text("balance"), "1.00")
        self.data("POST", "/stubs/import", [*entries, {"op": "GetBalence"}], 404)
        self.assertEqual(len(self.data("GET", "/stubs")), 2)

    def test_mistakes_name_the_nearest(self) -> None:
        said = self.data("POST", "/stubs", {"op": "GetBalance", "when": {"acount": 1}}, 400)
        self.assertEqual(said["nearest"], ["account"])
        self.assertIn("GetBalance", self.data("POST", "/stubs", {"op": "GetBalanc"}, 404)["error"])
        self.assertIn("repy", self.data("POST", "/stubs", {"op": "X", "repy": {}}, 400)["error"])

    def test_what_is_not_understood_is_refused(self) -> None:
        """A question that is misspelled must not hold for another one."""
        self.call()
        for path, body, words in (
            ("/verify", {"op": "GetBalance", "whn": {"account": "43"}}, "did you mean when"),
            ("/verify", {"op": "GetBalance", "count": 1, "at_least": 1}, "not both"),
            ("/verify", {"op": "GetBalance", "at_least": 2, "at_most": 1}, "more than"),
            ("/verify", {"op": "GetBalance", "count": -1}, "0 or more"),
            ("/verify", {"op": "GetBalance", "count": True}, "whole number"),
            ("/verify", {"op": "GetBalance", "within": "soon"}, "within"),
            ("/verify", {"op": ["GetBalance"]}, "expected text"),
            ("/verify", {"op": "GetBalance", "input": True}, "expected text"),
            ("/verify?sesion=t1", {"op": "GetBalance"}, "did you mean session"),
            ("/journal/find", {"op": "GetBalance", "wen": {}}, "did you mean when"),
            ("/journal/find", ["GetBalance"], "no JSON object"),
            ("/journal/count", {"op": 7.5, "when": {}}, "no operation 7.5"),
            ("/operations/GetBalance/sample", {"field": {}}, "did you mean fields"),
            ("/gates/g/release", {"cnt": 1}, "did you mean count"),
            ("/gates/g/release", {"count": -1}, "0 or more"),
            ("/clock", {"advnce": "1h"}, "did you mean advance"),
            ("/clock", {"set": "0001-01-01T00:00:00+14:00"}, "years 1 to 9999"),
            ("/clock", {"set": "9999-12-31T23:59:59-14:00"}, "years 1 to 9999"),
            ("/reset?all=1", None, "there is session"),
            ("/stubs/import", {"stub": []}, "did you mean stubs"),
            ("/stubs/import", {}, "expected a list"),
            ("/stubs", {"op": "GetBalance", "xpath": "\0"}, "XPath"),
            ("/stubs", {"op": "GetBalance", "file": "\0"}, "cannot be read"),
        ):  # fmt: skip
            answer = self.ask("POST", path, body)
            self.assertIn(answer.status, (400, 404), (path, body))
            self.assertIn(words, json.loads(answer.body)["error"])
        self.assertEqual(self.call().status, 200)  # the clock is where it was
        deep: Any = "x"
        for _ in range(900):
            deep = {"account": deep}
        self.data("POST", "/verify", {"op": "GetBalance", "when": deep}, 400)

    def test_times_beyond_all_dates(self) -> None:
        self.data("POST", "/clock", {"set": "2030-01-01T00:00:00", "freeze": True})
        self.data("POST", "/clock", {"advance": "3000000d"}, 400)
        self.assertEqual(self.data("GET", "/clock")["now"][:10], "2030-01-01")
        self.data("PUT", "/store/k", {"value": "x", "lifetime": "3000000d"}, 204)
        self.assertEqual(self.data("GET", "/store"), {"k": "x"})

    def test_ids_are_of_one_stub(self) -> None:
        entry = {"op": "GetBalance", "id": "mine", "reply": {"balance": "1.00"}}
        self.data("POST", "/stubs", entry, 201)
        self.assertIn("PUT", self.data("POST", "/stubs", entry, 409)["error"])
        self.assertEqual(self.data("PUT", "/stubs/mine", {"op": "GetBalance"})["id"], "mine")
        self.data("POST", "/stubs", {**entry, "id": "other"}, 201)
        self.data("PUT", "/stubs/other", entry, 409)
        self.data("POST", "/stubs/import", [entry, entry], 409)
        self.data("POST", "/stubs/import", [entry], 201)  # what was exported takes its own place
        self.assertEqual([stub["id"] for stub in self.data("GET", "/stubs")], ["mine", "other"])

    def test_what_is_exported_is_imported_in_its_order(self) -> None:
        for balance in ("1.00", "2.00"):
            self.data("POST", "/stubs", {"op": "GetBalance", "reply": {"balance": balance}}, 201)
        exported = self.data("GET", "/stubs/export")
        self.data("POST", "/reset", status=204)
        self.data("POST", "/stubs/import", exported, 201)
        self.assertEqual(self.call().text("balance"), "2.00")
        self.assertEqual(self.data("GET", "/stubs/export"), exported)

    def test_times_of_an_operations_exchanges(self) -> None:
        self.call()
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+", "%2B")
        self.assertEqual(self.data("GET", f"/journal?op=GetBalance&since={later}"), [])
        self.assertEqual(len(self.data("GET", f"/journal?op=GetBalance&until={later}")), 1)
        self.assertEqual(len(self.data("GET", "/journal?since=2020-01-01")), 1)  # UTC

    def test_numbers_as_json_has_them(self) -> None:
        text = b'{"op": "GetBalance", "when": {"account": 10.00}, "reply": {"balance": 10.10}}'
        send(self.base + "/stubs", "POST", text, {"Content-Type": "application/json"})
        self.assertEqual(self.call("10.00").text("balance"), "10.10")

    def test_verification(self) -> None:
        self.call()
        asked = {"op": "GetBalance", "when": {"account": "42"}}
        self.assertTrue(self.data("POST", "/verify", {**asked, "count": 1})["holds"])
        self.assertTrue(self.data("POST", "/verify", {**asked, "at_most": 1})["holds"])
        said = self.data("POST", "/verify", {"op": "GetBalance", "when": {"account": "43"}}, 409)
        self.assertIn("expected = '43', was '42'", said["message"])
        self.data("POST", "/verify", {"op": "GetBalance", "count": "x"}, 400)
        self.data("POST", "/verify", {}, 400)
        self.data("POST", "/verify", {"op": "GetBalance", "count": 2, "within": "soon"}, 400)

    def test_verification_that_waits(self) -> None:
        timer = threading.Timer(0.1, self.call)
        timer.start()
        asked = {"op": "GetBalance", "count": 1, "within": 5}
        self.assertTrue(self.data("POST", "/verify", asked)["holds"])
        timer.join()
        started = time.monotonic()
        self.data("POST", "/verify", {**asked, "count": 2, "within": "50ms"}, 409)
        self.assertGreater(time.monotonic() - started, 0.04)

    def test_journal_unmatched_and_near_misses(self) -> None:
        self.data("POST", "/stubs", {"op": "GetBalance", "when": {"account": "41"}}, 201)
        self.call()
        self.assertEqual(len(self.data("GET", "/journal/unmatched")), 1)
        misses = self.data("GET", "/journal/near-misses")
        self.assertIn("expected = '41'", misses[0]["misses"][0]["reasons"][0])
        self.data("GET", "/journal/77", status=404)
        self.data("GET", "/journal?since=yesterday", status=400)
        later = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+", "%2B")
        self.assertEqual(self.data("GET", f"/journal?since={later}"), [])

    def test_the_clock_moves_dates_and_lifetimes(self) -> None:
        self.data("POST", "/clock", {"set": "2030-01-01T00:00:00Z", "freeze": True})
        self.assertEqual(self.data("GET", "/clock")["now"][:19], "2030-01-01T00:00:00")
        self.data("PUT", "/store/sid", {"value": "x", "lifetime": "30m"}, 204)
        self.assertEqual(self.data("GET", "/store"), {"sid": "x"})
        self.data("POST", "/clock", {"advance": "31m"})
        self.assertEqual(self.data("GET", "/store"), {})
        self.assertIn("2030-01-0", self.call().text("asOf") or "")
        self.data("POST", "/clock", {"advance": "99999999d"}, 400)
        self.data("POST", "/clock", {"advance": "x"}, 400)
        self.data("POST", "/clock", {"reset": True})
        self.assertNotIn("2030", self.data("GET", "/clock")["now"])

    def test_sessions(self) -> None:
        entry = {"op": "GetBalance", "reply": {"balance": "1.00"}}
        self.data("POST", "/stubs?session=t1", entry, 201)
        self.assertEqual(len(self.data("GET", "/stubs?session=t1")), 1)
        self.assertEqual(self.data("GET", "/stubs?session=t2"), [])
        self.assertEqual(self.call(http={"X-Mock-Session": "t1"}).text("balance"), "1.00")
        self.assertNotEqual(self.call().text("balance"), "1.00")
        self.assertEqual(self.data("GET", "/sessions"), ["t1"])
        asked = {"op": "GetBalance"}
        self.assertEqual(self.data("POST", "/journal/count?session=t1", asked)["count"], 1)
        self.data("DELETE", "/sessions/t1", status=204)
        self.assertEqual(self.data("GET", "/stubs"), [])

    def test_metrics(self) -> None:
        self.call()
        text = self.ask("GET", "/metrics").body.decode()
        self.assertIn('zsi_mock_exchanges_total{operation="GetBalance",source="sample"', text)

    def test_report(self) -> None:
        self.call()
        said = self.data("GET", "/report")
        self.assertEqual(said["problems"], 0)
        self.assertIn("Transfer", said["uncalled"])
