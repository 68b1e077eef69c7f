"""Messages whose parts are the children of the Body themselves."""

from __future__ import annotations

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import StructureError
from ZSI.names import XSD
from ZSI.schema import Registry
from ZSI.TC import Compound, element
from ZSI.TC.bodies import part_readers, parts_writer, read_parts
from ZSI.TC.encode import EncodeContext
from ZSI.TC.leaf import DecodeContext
from ZSI.TC.typecode import prefixes_of

REGISTRY = Registry(__name__, namespaces=("urn:b",), public=False)


class Pair(Compound, registry=REGISTRY):
    """Two parts side by side."""

    one: int = element("one", (XSD, "int"), ns="urn:b")
    two: str = element("two", (XSD, "string"), ns="urn:b")


class PartsTests(SynchronousTestCase):
    """Read in any order, written in that of the message."""

    def read(self, *texts: str) -> Pair:
        elements = [etree.fromstring(text.replace("<", '<p:', 1).replace(
            ">", ' xmlns:p="urn:b">', 1).replace("</", "</p:")) for text in texts]  # fmt: skip
        made: Pair = read_parts(Pair, part_readers(Pair), elements, DecodeContext(REGISTRY))
        return made

    def test_any_order(self) -> None:
        """Both orders give the same message."""
        one, two = "<one>1</one>", "<two>x</two>"
        self.assertEqual(self.read(one, two), Pair(one=1, two="x"))
        self.assertEqual(self.read(two, one), Pair(one=1, two="x"))

    def test_refused(self) -> None:
        """A missing, a foreign and a repeated part."""
        one = "<one>1</one>"
        for texts, word in (((one,), "two"), ((one, "<no>1</no>"), "two"), ((one, one), "two")):
            error = self.assertRaises(StructureError, self.read, *texts)
            self.assertIn(word, str(error))

    def test_written(self) -> None:
        """In the order of the message."""
        out: list[str] = []
        context = EncodeContext(prefixes_of(REGISTRY), REGISTRY)
        parts_writer(Pair, prefixes_of(REGISTRY))(Pair(two="x", one=1), out.append, context)
        self.assertEqual("".join(out), "<ns1:one>1</ns1:one><ns1:two>x</ns1:two>")
