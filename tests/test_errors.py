"""Errors know where, what was expected, and whose fault it is."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI import errors
from ZSI.errors import (
    EvaluateException,
    FaultException,
    Finding,
    LimitExceeded,
    MustUnderstand,
    ParseException,
    RequestRefused,
    StructureError,
    UnknownOperation,
    ValueRefused,
    VersionMismatch,
    Where,
    WSActionException,
    ZSIException,
    quote,
    where_of,
)
from ZSI.fault import Fault
from ZSI.names import QName


class TreeTests(SynchronousTestCase):
    def test_one_root(self) -> None:
        for kind in vars(errors).values():
            if isinstance(kind, type) and issubclass(kind, Exception):
                self.assertTrue(issubclass(kind, ZSIException), kind)

    def test_blame(self) -> None:
        for kind in (ParseException, EvaluateException, WSActionException):
            self.assertEqual(kind.blame, "client")
        for other in (ZSIException, FaultException, Fault, errors.AmbiguousDeclaration):
            self.assertEqual(other.blame, "server")

    def test_documented_signatures(self) -> None:
        """``ParseException(str, inheader, elt, dom)`` and ``EvaluateException(str, trace)``."""
        element = etree.fromstring("<a><b/></a>")[0]
        error = ParseException("wrong", True, element, None)
        self.assertEqual((error.str, error.inheader, error.trace), ("wrong", True, "/a/b"))
        self.assertEqual(str(error), "wrong [Element trace: line 1: /a/b]")
        self.assertEqual(str(EvaluateException("wrong", "/a")), "wrong [Element trace: /a]")
        self.assertEqual(EvaluateException("wrong", "/a").trace, "/a")
        self.assertIsNone(EvaluateException("wrong").trace)


class WhereTests(SynchronousTestCase):
    def test_line_and_positions_among_equals(self) -> None:
        root = etree.fromstring("<r xmlns='urn:x'>\n<a/>\n<b/><a><c/></a>\n</r>")
        self.assertEqual(where_of(root[2][0]), Where(None, 3, "/r/a[2]/c"))
        self.assertEqual(where_of(root[1], "x.xml"), Where("x.xml", 3, "/r/b"))

    def test_texts(self) -> None:
        self.assertEqual(str(Where("f.wsdl", 2)), "f.wsdl:2")
        self.assertEqual(str(Where("f.wsdl")), "f.wsdl")
        self.assertEqual(str(Where(None, 2, "/a")), "line 2: /a")
        self.assertEqual(str(Where()), "")


class MessageTests(SynchronousTestCase):
    def test_value_refused(self) -> None:
        error = ValueRefused("maxLength", "at most 3 characters", "abcd")
        self.assertEqual(str(error), "'abcd' breaks maxLength: expected at most 3 characters")
        placed = error.at(Where(None, 7, "/a"))
        self.assertEqual((placed.rule, placed.value, placed.trace), ("maxLength", "abcd", "/a"))
        self.assertIsNone(error.where)

    def test_structure_error(self) -> None:
        error = StructureError("no b", rule="missing", expected=("b",), where=Where(None, 1, "/a"))
        self.assertEqual((error.rule, error.expected, error.trace), ("missing", ("b",), "/a"))

    def test_limit_exceeded(self) -> None:
        error = LimitExceeded("depth", 200)
        self.assertEqual((error.limit, error.maximum), ("depth", 200))
        self.assertIn("depth=200", str(error))

    def test_unknown_operation_lists_what_there_is(self) -> None:
        error = UnknownOperation("Eco", ["Ping", "Echo"])
        self.assertEqual(str(error), "unknown operation 'Eco'; operations here: Echo, Ping")
        self.assertIn("here: none", str(UnknownOperation("x")))

    def test_unknown_operation_is_bounded(self) -> None:
        text = str(UnknownOperation("x" * 9999, [f"Op{n:03}" for n in range(379)]))
        self.assertIn("Op019 and 359 more", text)
        self.assertLess(len(text), 400)

    def test_must_understand(self) -> None:
        error = MustUnderstand([QName("urn:h", "Block"), QName("urn:h", "Other")])
        self.assertIn("'{urn:h}Block', '{urn:h}Other'", str(error))
        self.assertTrue(error.inheader)
        self.assertLess(len(str(MustUnderstand([QName("u" * 5000, "a")] * 5000))), 2000)
        self.assertEqual(MustUnderstand([QName("u", "a")] * 5000).blocks, (QName("u", "a"),))
        many = [QName("u", f"a{number}") for number in range(5000)]
        self.assertEqual(len(MustUnderstand(many).blocks), 100)

    def test_version_mismatch_knows_the_answers_version(self) -> None:
        self.assertEqual(VersionMismatch("no", "1.2").version, "1.2")
        self.assertIsNone(ParseException("no").version)

    def test_request_refused(self) -> None:
        self.assertEqual(RequestRefused("use POST", 405).status, 405)

    def test_fault_exception(self) -> None:
        self.assertEqual(str(FaultException(Fault(Fault.Client, "no"))), "no")

    def test_quote(self) -> None:
        self.assertEqual(quote("a\nb\x00"), r"'a\nb\x00'")
        self.assertEqual(quote("abc", 2), "'ab…'")
        self.assertEqual(quote(12), "12")
        self.assertEqual(quote(10**5000), "<int>")

    def test_finding(self) -> None:
        finding = Finding("rule", "text", Where("f", 1), "note")
        self.assertEqual(str(finding), "f:1: note: rule: text")
        self.assertEqual(str(Finding("rule", "text")), "warning: rule: text")
