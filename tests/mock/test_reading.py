"""What requests to the HTTP interface say, and what is refused of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.reading import (
    ApiError,
    Asked,
    decoded_json,
    instant,
    known_only,
    mapping,
    number,
    span,
    text,
)


class ReadingTests(SynchronousTestCase):
    def refused(self, function: Callable[..., Any], *args: Any) -> str:
        """The words of a refusal, which is the asker's fault."""
        error = self.assertRaises(ApiError, function, *args)
        self.assertEqual(error.status, 400)
        return str(error.message)

    def test_json(self) -> None:
        self.assertEqual(decoded_json(b'{"a": [1, 2.50, true, "\\u00e9\\ud83d\\ude00"]}'),
                         {"a": ["1", "2.50", True, "é😀"]})  # fmt: skip
        self.assertIsNone(decoded_json(b" \r\n"))

    def test_what_is_no_json(self) -> None:
        for body, words in (
            (b"{", "not JSON"), (b"\xff\xfe", "not JSON"), (b"NaN", "no JSON number"),
            (b'{"a": -Infinity}', "no JSON number"), (b'["\\ud800"]', "surrogate"),
            (b'{"op": 1, "op": 2}', "'op' stands twice"), (b"[" * 100_000, "nested"),
            (b'{"a":' * 100_000, "nested"),
        ):  # fmt: skip
            self.assertIn(words, self.refused(decoded_json, body))

    def test_members(self) -> None:
        known_only({"when": 1}, ("when", "header"), "member")
        words = self.refused(known_only, {"whn": 1}, ("when", "header"), "member")
        self.assertEqual(words, "'whn' is no member; there is when, header; did you mean when?")
        self.assertEqual(mapping(Asked({}, {}), optional=True), {})
        for body in (None, [], "x", "1", True):
            self.assertIn("no JSON object", self.refused(mapping, Asked({}, {}, body)))
        self.assertIn("'b'", self.refused(mapping, Asked({}, {}, {"b": "1"}), "a"))

    def test_text(self) -> None:
        self.assertEqual((text({"a": "x"}, "a"), text({}, "a")), ("x", None))
        for value in (True, [], {}, 1):
            self.assertIn("expected text", self.refused(text, {"a": value}, "a"))

    def test_numbers(self) -> None:
        self.assertEqual([number(given, "n") for given in ("-7", 7, "007")], [-7, 7, 7])
        for given in (True, None, "", "1_0", " 1", "١", "1.0", "1e3", "9" * 5000, [], {}):
            self.assertIn("whole number", self.refused(number, given, "n"))
        self.assertIn("0 or more", self.refused(number, -1, "n", 0))

    def test_spans(self) -> None:
        self.assertEqual([span(given) for given in ("90", "1.5m", "-1d", "250ms")],
                         [timedelta(seconds=90)] * 2 + [timedelta(days=-1),
                          timedelta(milliseconds=250)])  # fmt: skip
        for given in ("", "soon", "1e3", "9" * 400, None, True, "1w"):
            self.assertIn("is no time", self.refused(span, given))

    def test_instants(self) -> None:
        noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
        for given in ("2026-01-01T12:00:00", "2026-01-01T13:00:00+01:00"):
            self.assertEqual(instant(given, "since"), noon)
        for given in ("", "noon", None, "2026-13-01"):
            self.assertIn("ISO 8601", self.refused(instant, given, "since"))
