"""Tests of ZSI.mock.xmlmatch."""

from __future__ import annotations

import time

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import RULES, refusal
from ZSI.mock.xmlmatch import MOST_DIFFERENCES, XmlPattern
from ZSI.names import SOAP11_ENV
from ZSI.xmlio import parse_document

XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'


def differences(expected: str, actual: str) -> list[str]:
    return XmlPattern(expected).differences(parse_document(actual))


class EqualityTests(SynchronousTestCase):
    def test_equal_as_a_person_would_say(self) -> None:
        for expected, actual in [
            ("<a/>", "<a></a>"), ("<a>x</a>", "<a> x\n</a>"),
            ("<a><b/><c/></a>", "<a>\n <b/>\n <c/></a>"),
            ("<a x='1' y='2'/>", "<a y='2' x='1'/>"),
            ("<p:a xmlns:p='urn:x'/>", "<a xmlns='urn:x'/>"),
            ("<a xmlns='urn:x'><b xmlns=''/></a>", "<q:a xmlns:q='urn:x'><b/></q:a>"),
            (f"<a {XSI} i:schemaLocation='u v'/>", "<a/>"),
            ("<a/>", f"<a {XSI} i:schemaLocation='u'/>"),
            (f"<a {XSI} xmlns:p='urn:t' i:type='p:T'/>",
             f"<a {XSI} xmlns:q='urn:t' i:type='q:T'/>"),
            ("<a>x <b>y</b> z</a>", "<a>x  <b>y</b>\nz</a>"),
            ("<a><!-- c --><b/></a>", "<a><b/></a>"),
            ("<a><![CDATA[<]]></a>", "<a>&lt;</a>"),
            ("<a/>", f"<a xmlns:e='{SOAP11_ENV}' e:encodingStyle='x'/>"),
        ]:  # fmt: skip
            self.assertEqual([], differences(expected, actual), expected)

    def test_what_differs(self) -> None:
        for expected, actual, said in [
            ("<a/>", "<b/>", ["a: expected a, was b"]),
            ("<a xmlns='urn:x'/>", "<a/>", ["a: expected {urn:x}a, was a"]),
            ("<a>x</a>", "<a>y</a>", ["a: expected 'x', was 'y'"]),
            ("<a x='1'/>", "<a/>", ["a/@x: missing"]),
            ("<a/>", "<a x='1'/>", ["a/@x: not expected"]),
            ("<a x='1'/>", "<a x='2'/>", ["a/@x: expected '1', was '2'"]),
            ("<a><b/><b/></a>", "<a><b/></a>", ["a/b[2]: missing"]),
            ("<a><b/></a>", "<a><b/><c/></a>", ["a/c: not expected"]),
            ("<a><b/><c/></a>", "<a><c/><b/></a>",
             ["a/b: expected b, was c", "a/c: expected c, was b"]),
            ("<a><b>1</b><b>2</b></a>", "<a><b>1</b><b>3</b></a>",
             ["a/b[2]: expected '2', was '3'"]),
            ("<a><b/></a>", "<a>t<b/></a>", ["a: expected elements only, was 't'"]),
            (f"<a {XSI} xmlns:p='urn:t' i:type='p:T'/>", f"<a {XSI} xmlns:p='urn:u' i:type='p:T'/>",
             ["a/@type: expected 'p:T', was 'p:T'"]),
            (f"<a {XSI} i:type='zz:T'/>", f"<a {XSI} i:type='zz:U'/>",
             ["a/@type: expected 'zz:T', was 'zz:U'"]),
        ]:  # fmt: skip
            self.assertEqual(said, differences(expected, actual))

    def test_an_empty_body(self) -> None:
        self.assertEqual(["the Body is empty"], XmlPattern("<a/>").differences(None))

    def test_distance(self) -> None:
        pattern = XmlPattern("<a><b>1</b><c>2</c><d>3</d></a>")
        near = pattern.differences(parse_document("<a><b>1</b><c>2</c><d>4</d></a>"))
        far = pattern.differences(parse_document("<a><b>9</b><c>9</c><d>4</d></a>"))
        self.assertTrue(0 < pattern.distance(near) < pattern.distance(far) <= 1)
        self.assertEqual(0, pattern.distance([]))

    def test_ends_after_so_many(self) -> None:
        many = "<a>" + "<b>1</b>" * 100 + "</a>"
        self.assertEqual(MOST_DIFFERENCES, len(differences(many, many.replace("1", "2"))))

    def test_a_large_message_takes_time_in_proportion(self) -> None:
        large = "<a>" + "<b>1</b>" * 20_000 + "</a>"
        started = time.process_time()
        self.assertEqual([], differences(large, large))
        self.assertLess(time.process_time() - started, 5)


class PlaceholderTests(SynchronousTestCase):
    def test_ours_and_xmlunits(self) -> None:
        for placeholder, passing, failing in [
            ("{{ any }}", ["", "x", "<c>y</c>"], []), ("{{any}}", ["", "<c/><d/>"], []),
            ("{{ text }}", ["x", " x "], ["", "  ", "<c/>"]),
            ("{{ int }}", ["42"], ["x", "", "<c/>"]),
            ("{{ xsd:dateTime }}", ["2026-01-01T00:00:00Z"], ["2026-01-01"]),
            ("{{ re: [a-c]+ }}", ["abc"], ["abcd", ""]), ("{{ re: a:b }}", ["a:b"], ["a"]),
            ("${xmlunit.ignore}", ["", "<c/>"], []), ("${xmlunit.isNumber}", ["1.5"], ["x"]),
            ("${xmlunit.isDateTime}", ["2026-01-01T00:00:00"], ["x"]),
            ("${xmlunit.matchesRegex([0-9]+)}", ["12"], ["1a"]),
        ]:  # fmt: skip
            pattern = f"<a><b>{placeholder}</b></a>"
            for text in passing:
                self.assertEqual([], differences(pattern, f"<a><b>{text}</b></a>"), placeholder)
            for text in failing:
                self.assertEqual(1, len(differences(pattern, f"<a><b>{text}</b></a>")), placeholder)

    def test_in_attributes(self) -> None:
        self.assertEqual([], differences("<a n='{{ int }}'/>", "<a n='7'/>"))
        self.assertEqual(
            ["a/@n: expected a valid xsd:int, was 'x'"],
            differences("<a n='{{ int }}'/>", "<a n='x'/>"),
        )
        self.assertEqual(["a/@n: missing"], differences("<a n='{{ any }}'/>", "<a/>"))

    def test_attributes_beside_a_placeholder_count(self) -> None:
        self.assertEqual(
            ["a/@n: expected '1', was '2'"], differences("<a n='1'>{{ any }}</a>", "<a n='2'>x</a>")
        )

    def test_only_the_whole_text_is_one(self) -> None:
        self.assertEqual([], differences("<a>x {{ any }}</a>", "<a>x {{ any }}</a>"))

    def test_refused_when_it_is_said(self) -> None:
        for text, part in [
            ("<a>", "no XML"), ("<a/><b/>", "no XML"), ("<!DOCTYPE a><a/>", "no XML"),
            ("<a>{{ inte }}</a>", "did you mean int"), ("<a>{{ }}</a>", "no placeholder"),
            ("<a>{{ re: ( }}</a>", "no regular expression"), ("<a>{{ re }}</a>", "no placeholder"),
            ("<a>${xmlunit.unknown}</a>", "no placeholder"),
            ("<a>{{ foo: int }}</a>", "no placeholder"),
        ]:  # fmt: skip
            said = refusal(lambda t=text: XmlPattern(t, RULES))  # type: ignore[misc]  # bound at once
            self.assertIn(part, said)
            self.assertTrue(said.startswith("rules.yaml:7: "), said)

    def test_envelopes(self) -> None:
        uri = "http://schemas.xmlsoap.org/soap/envelope/"
        self.assertTrue(XmlPattern(f"<e:Envelope xmlns:e='{uri}'/>").is_envelope)
        self.assertFalse(XmlPattern("<Envelope/>").is_envelope)
