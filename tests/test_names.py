"""Names: pairs, Clark's notation, one place for each namespace."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI import names
from ZSI.names import RESERVED_PREFIXES, QName

LOCAL = st.text("abcXYZ-_.é日", min_size=1)
NAMESPACE = st.none() | st.text("urn:xyz/#é ", min_size=1)


class QNameTests(SynchronousTestCase):
    @settings(deadline=None)
    @given(NAMESPACE, LOCAL)
    def test_clark_round_trip(self, namespace: str | None, local: str) -> None:
        name = QName(namespace, local)
        self.assertEqual(QName.from_clark(name.clark), name)

    def test_is_a_pair(self) -> None:
        self.assertEqual(QName("urn:ZSI", "Echo"), ("urn:ZSI", "Echo"))
        self.assertIn(QName("urn:ZSI", "Echo"), {("urn:ZSI", "Echo")})

    def test_no_namespace(self) -> None:
        self.assertEqual(QName(None, "value").clark, "value")
        self.assertEqual(QName("", "value").clark, "value")


class TableTests(SynchronousTestCase):
    def test_reserved_prefixes_in_order(self) -> None:
        self.assertEqual(list(RESERVED_PREFIXES), ["soapenv", "soapenc", "xsd", "xsi", "ZSI"])

    def test_namespaces_differ(self) -> None:
        """Two names for one URI would make one of them a mistake."""
        uris = [
            value
            for name, value in vars(names).items()
            if name.isupper() and isinstance(value, str)
        ]
        self.assertEqual(len(uris), len(set(uris)))
        self.assertGreater(len(uris), 30)
