"""Tests of values that look like what their field is called.

Covers: ZSI.samples.plausible, ZSI.samples.fake
"""

from __future__ import annotations

import re
from random import Random

from twisted.trial.unittest import SynchronousTestCase

from ZSI.samples.fake import FAKE
from ZSI.samples.plausible import (
    days_from_now,
    likely_range,
    likely_text,
    plain_number,
    plain_text,
    words_of,
)


class PlausibleTests(SynchronousTestCase):
    """By the words of a name."""

    def test_words(self) -> None:
        for name, words in (
            ("customerEmailAddress", ["customer", "email", "address"]),
            ("ISO_code2", ["iso", "code", "2"]), ("zip-code", ["zip", "code"]), ("X", ["x"]),
            ("HTTPServer", ["http", "server"]), ("", []),
        ):  # fmt: skip
            self.assertEqual(words_of(name), words)

    def test_texts(self) -> None:
        for name, pattern in (
            ("email", r"\S+@\S+\.com"), ("contactPhone", r"\+[\d ]+"), ("homeURL", r"https://\S+"),
            ("countryCode", r"[A-Z]{2}"), ("ZipCode", r"\d{5}"), ("lastName", r"\w+"),
            ("currency", r"[A-Z]{3}"), ("hostName", r"[\w.]+"), ("userName", r"\w+"),
        ):  # fmt: skip
            self.assertRegex(plain_text(name) or "", f"^{pattern}$", name)
            for seed in range(20):
                self.assertRegex(likely_text(name, Random(seed)) or "", f"^{pattern}$", name)
        self.assertIsNone(plain_text("frobnicate"))
        self.assertIsNone(likely_text("frobnicate", Random(1)))

    def test_the_last_word_counts(self) -> None:
        self.assertEqual(plain_text("emailStatus"), plain_text("status"))
        self.assertNotEqual(plain_text("emailStatus"), plain_text("email"))

    def test_numbers(self) -> None:
        self.assertEqual(plain_number("unitPrice"), 123.45)
        self.assertIsNone(plain_number("frobnicate"))
        low, high = likely_range("birthYear") or (0, 0)
        self.assertTrue(1900 < low < high < 2100)

    def test_days(self) -> None:
        self.assertLess(days_from_now("dateOfBirth"), -5_000)
        self.assertGreater(days_from_now("validUntil"), 0)
        self.assertEqual(days_from_now("timestamp"), 0)

    def test_nothing_reaches_anybody(self) -> None:
        """Addresses and numbers are of the ranges kept for examples (RFC 2606, RFC 5737)."""
        for seed in range(50):
            self.assertRegex(FAKE["email"](Random(seed)), r"@example\.com$")
            self.assertIn("555 01", FAKE["phone"](Random(seed)))
        self.assertTrue(re.fullmatch(r"192\.0\.2\.\d+", likely_text("ipAddress", Random(1)) or ""))
