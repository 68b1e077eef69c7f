"""Which operation a message asks for."""

from __future__ import annotations

from dataclasses import dataclass

from twisted.trial.unittest import SynchronousTestCase

from ZSI.envelope import SOAP11, SOAP12, SoapVersion
from ZSI.errors import Finding, ParseException, UnknownOperation
from ZSI.names import QName
from ZSI.route import Router


@dataclass(frozen=True)
class Op:
    name: str
    version: SoapVersion = SOAP11
    root: QName | None = None
    soap_action: str | None = None
    action: str | None = None
    stand_ins: tuple[QName, ...] = ()


def root(local: str) -> QName:
    return QName("urn:x", local)


class RouterTests(SynchronousTestCase):
    """The body element decides; version and action choose among those that share it."""

    def setUp(self) -> None:
        self.get = Op("Get", root=root("Get"), soap_action="urn:get")
        self.put = Op("Put", root=root("Put"), soap_action="urn:put")
        self.twin = Op("Get", SOAP12, root("Get"), "urn:get")
        self.empty = Op("Ping", root=None, soap_action="urn:ping")
        self.router = Router([self.get, self.put, self.twin, self.empty])
        self.findings: list[Finding] = []

    def route(
        self, tag: str | None, version: SoapVersion = SOAP11, *actions: str
    ) -> tuple[Op, ...]:
        return self.router.route(tag, version, actions, self.findings)

    def test_body_element(self) -> None:
        """The body element alone is enough."""
        self.assertEqual(self.route("{urn:x}Put"), (self.put,))
        self.assertEqual(self.findings, [])

    def test_substitution_group(self) -> None:
        """A member stands for the root, unless it is a root itself."""
        put = Op("Put", root=root("Put"), stand_ins=(root("Get"), root("Place")))
        router = Router([put, self.get])
        self.assertEqual(router.route("{urn:x}Place", SOAP11), (put,))
        self.assertEqual(router.route("{urn:x}Get", SOAP11), (self.get,))
        self.assertEqual(router.candidates("{urn:x}Put"), (put,))

    def test_version_tells_twins_apart(self) -> None:
        """Of the 1.1 and 1.2 bindings the one of the message's version is taken."""
        self.assertEqual(self.route("{urn:x}Get", SOAP12)[0], self.twin)
        self.assertEqual(self.route("{urn:x}Get", SOAP11)[0], self.get)
        self.assertEqual(self.findings, [])

    def test_wrong_action_is_a_finding(self) -> None:
        """An action of another operation does not win over the body."""
        self.assertEqual(self.route("{urn:x}Put", SOAP11, "urn:get")[0], self.put)
        self.assertEqual([finding.rule for finding in self.findings], ["soapaction-wrong"])

    def test_the_same_again(self) -> None:
        """What is remembered is what was found; what was unusual is said each time."""
        for _ in range(3):
            self.assertEqual(self.route("{urn:x}Get", SOAP12, "urn:get")[0], self.twin)
            self.assertEqual(self.route("{urn:x}Get", SOAP11, "urn:get")[0], self.get)
        self.assertEqual(self.findings, [])
        for count in (1, 2):
            self.route("{urn:x}Put", SOAP11, "urn:get")
            self.assertEqual(len(self.findings), count)
        self.route("{urn:x}Put", SOAP11, "urn:put", "x" * 10_000)
        self.assertLess(len(self.router._known), 5)

    def test_other_version_is_a_finding(self) -> None:
        """A 1.2 envelope for a binding that there is in 1.1 only."""
        self.assertEqual(self.route("{urn:x}Put", SOAP12)[0], self.put)
        self.assertEqual([finding.rule for finding in self.findings], ["soap-version"])

    def test_action_breaks_ties(self) -> None:
        """Overloads share an element: the one whose action was sent comes first."""
        one = Op("Do", root=root("Do"), soap_action="urn:1")
        two = Op("Do", root=root("Do"), soap_action="urn:2", action="urn:wsa:2")
        router = Router([one, two])
        self.assertEqual(router.route("{urn:x}Do", SOAP11, ["urn:2"]), (two, one))
        self.assertEqual(router.route("{urn:x}Do", SOAP11, ["urn:wsa:2"]), (two, one))
        self.assertEqual(router.route("{urn:x}Do", SOAP11), (one, two))

    def test_empty_body_goes_by_action(self) -> None:
        """Without a body element the action has to say what is meant."""
        self.assertEqual(self.route(None, SOAP11, "urn:ping"), (self.empty,))
        empty_only = Router([self.get])
        self.assertRaises(ParseException, empty_only.route, None, SOAP11)

    def test_unknown_lists_what_there_is(self) -> None:
        """The error names the operations."""
        error = self.assertRaises(UnknownOperation, self.route, "{urn:x}Nope")
        for name in ("Get", "Ping", "Put"):
            self.assertIn(name, str(error))
        self.assertNotIn("did you mean", str(error))

    def test_unknown_but_for_its_namespace(self) -> None:
        error = self.assertRaises(UnknownOperation, self.route, "{urn:typo}Get")
        self.assertIn(f"did you mean {{{self.get.root.namespace}}}Get?", str(error))
