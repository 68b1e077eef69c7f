"""AnyXML: content that nobody described, kept as it came."""

from __future__ import annotations

import copy
import pickle
import time

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.checking import few
from tests.tc.contracts import DECLARED, ContractCase, package
from ZSI.errors import ParseException, ValueRefused
from ZSI.names import XSD, QName
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.encode import EncodeContext
from ZSI.TC.prefixes import RESERVED, Prefixes

names = st.sampled_from(["a", "b", "{urn:n}c", "{urn:m}d"])
texts = st.text("x y:<&\n", max_size=4)


def _element(name: str, attributes: dict[str, str], text: str) -> etree._Element:
    made = etree.Element(name, attributes)
    made.text = text
    return made


def _with_children(
    made: etree._Element, children: list[tuple[etree._Element, str]]
) -> etree._Element:
    for child, tail in children:
        child = copy.deepcopy(child)
        child.tail = tail
        made.append(child)
    return made


leaf = st.builds(_element, names, st.dictionaries(names, texts, max_size=2), texts)
trees = st.recursive(
    leaf,
    lambda inner: st.builds(_with_children, leaf, st.lists(st.tuples(inner, texts), max_size=3)),
    max_leaves=6,
).map(lambda tree: etree.fromstring(etree.tostring(tree)))  # as a parser makes them


class ValueTests(SynchronousTestCase):
    """What can be seen of it."""

    def test_parts(self) -> None:
        made = AnyXML.xml(
            '<a xmlns="urn:a" xmlns:b="urn:b" x="1" b:y="2">one<b:c>two</b:c>three<d/></a>'
        )
        self.assertEqual(made.name, QName("urn:a", "a"))
        self.assertEqual((made.text, str(made)), ("onetwothree", "onetwothree"))
        self.assertEqual(made.attributes, {"x": "1", "{urn:b}y": "2"})
        self.assertEqual(made["{urn:b}y"], "2")
        self.assertRaises(KeyError, made.__getitem__, "z")
        self.assertEqual([c.name for c in made], [QName("urn:b", "c"), QName("urn:a", "d")])
        self.assertEqual(made.element.tag, "{urn:a}a")
        self.assertEqual(repr(made), "AnyXML(<{urn:a}a>…)")

    def test_instructions_do_not_count(self) -> None:
        made = AnyXML(etree.fromstring("<a>1<?x?>2<!-- c -->3<b/></a>"))
        self.assertEqual((made.text, len(made.children)), ("123", 1))
        self.assertEqual(made, AnyXML.xml("<a>123<b/></a>"))

    def test_text(self) -> None:
        made = AnyXML.of_text("a < b")
        self.assertEqual((str(made), made.name), ("a < b", None))
        self.assertEqual(made, AnyXML.xml("<any>a &lt; b</any>"))
        self.assertRaises(ValueRefused, AnyXML.of_text, "\0")

    def test_of_element_is_a_copy_with_its_prefixes(self) -> None:
        root = etree.fromstring('<r xmlns:q="urn:q"><a>q:x</a></r>')
        made = AnyXML.of_element(root[0])
        root[0].text = "changed"
        self.assertEqual(str(made), "q:x")
        self.assertEqual(made.element.nsmap["q"], "urn:q")
        self.assertIsNot(made.element, made.element)

    def test_malformed(self) -> None:
        self.assertRaises(ParseException, AnyXML.xml, "<a>")
        self.assertRaises(ParseException, AnyXML.xml, "<!DOCTYPE a><a/>")

    def test_type(self) -> None:
        xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        made = AnyXML.xml(f'<a {xsi} xmlns:x="{XSD}" xsi:type=" x:int "/>')
        self.assertEqual(made.type, QName(XSD, "int"))
        self.assertIsNone(AnyXML.xml("<a/>").type)
        self.assertIsNone(AnyXML.xml(f'<a {xsi} xsi:type="x:int"/>').type)
        other = AnyXML.xml(f'<a {xsi} xmlns:y="{XSD}" xsi:type="y:int"/>')
        self.assertEqual(made, other, "the prefix of a type does not matter")

    def test_equality(self) -> None:
        one = AnyXML.xml('<p:a xmlns:p="urn:a" x="1" y="2">t<p:b/></p:a>')
        self.assertEqual(one, AnyXML.xml('<a xmlns="urn:a" y="2" x="1">t<b/></a>'))
        for other in (
            '<a xmlns="urn:b" x="1" y="2">t<b/></a>', '<a xmlns="urn:a" x="1">t<b/></a>',
            '<a xmlns="urn:a" x="1" y="2"><b/>t</a>', '<a xmlns="urn:a" x="1" y="2">t<c/></a>',
        ):  # fmt: skip
            self.assertNotEqual(one, AnyXML.xml(other))
        self.assertNotEqual(one, "t")
        self.assertEqual(hash(one), hash(AnyXML.xml('<a xmlns="urn:a" y="2" x="1">t<b/></a>')))

    def test_copies(self) -> None:
        root = etree.fromstring('<r xmlns:q="urn:q"><a y="q:x">t</a>tail</r>')
        made = AnyXML(root[0])
        self.assertIs(copy.copy(made), made)
        self.assertIs(copy.deepcopy(made), made)
        again = pickle.loads(pickle.dumps(made))
        self.assertEqual(again, made)
        self.assertEqual(again.element.nsmap["q"], "urn:q")
        unnamed = pickle.loads(pickle.dumps(AnyXML.of_text("x")))
        self.assertIsNone(unnamed.name)


class TextTests(ContractCase):
    """Written again."""

    @few
    @given(trees)
    def test_outer(self, tree: etree._Element) -> None:
        made = AnyXML(tree)
        self.assertEqual(AnyXML.xml(made.outer()), made)

    @few
    @given(trees)
    def test_under(self, tree: etree._Element) -> None:
        """Under another name; the attributes and the content stay."""
        table = Prefixes(RESERVED, ["urn:n"])
        context = EncodeContext(table, None)  # type: ignore[arg-type]  # unused
        text = AnyXML(tree).under("ns1:here", context)
        declared = ' xmlns:ns1="urn:n" xmlns:n1="urn:m"'
        again = AnyXML.xml(f"<r{declared}>{text}</r>").children[0]
        self.assertEqual(again.name, QName("urn:n", "here"))
        expected = copy.deepcopy(tree)
        expected.tag = "{urn:n}here"
        self.assertEqual(again, AnyXML(expected))

    def test_prefixes_in_text_are_kept(self) -> None:
        root = etree.fromstring(
            '<r xmlns:q="urn:q" xmlns:u="urn:u"><a z="q:1"><b>q:2</b>u:3</a></r>'
        )
        text = AnyXML(root[0]).outer()
        self.assertEqual(text, '<a xmlns:q="urn:q" xmlns:u="urn:u" z="q:1"><b>q:2</b>u:3</a>')
        self.assertNotIn("urn:u", AnyXML(root[0][0]).outer(), "what nothing may mean stays away")

    def test_namespaces_that_are_no_uris(self) -> None:
        """They have no canonical form, and come all the same."""
        made = AnyXML.xml('<r xmlns="relative"><a/></r>')
        self.assertEqual(AnyXML.xml(made.outer()), made)

    def test_long_words_take_no_long_time(self) -> None:
        began = time.process_time()
        self.assertEqual(len(AnyXML.xml(f"<a>x: {'y' * 200_000}</a>").outer()), 200_010)
        self.assertLess(time.process_time() - began, 1)

    def test_words_before_a_colon(self) -> None:
        text = AnyXML.xml('<a xmlns:q="urn:q" xmlns:u="urn:u">1-q:2, -7u:x</a>').outer()
        self.assertEqual(text.count("xmlns:"), 2)

    def test_long_declarations_are_not_repeated(self) -> None:
        """Nor do many elements in the scope of one take a long time."""
        made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="v"/></xs:sequence></xs:complexType></xs:element>""")
        long = "urn:" + "x" * 50_000
        many = " ".join(f'xmlns:p{n}="urn:{n}"' for n in range(500))
        for v in (
            f'<v xmlns:p="{long}">{"<p:a/>" * 1_000}</v>',
            f'<v><b xmlns:p="{long}">{"<p:a/>" * 1_000}</b></v>',
            f'<v xmlns="{long}">{"<a/>" * 1_000}</v>'.replace("v>", "t:v>").replace("<v", "<t:v"),
            f'<v xmlns:p="{long}">{"<a>p:x</a>" * 1_000}</v>',
            f"<v {many}>{'<a>p1:x</a>' * 5_000}</v>",
        ):
            began = time.process_time()
            value = made.read(f"<r {DECLARED}>{v}</r>")
            text = made.write(value)
            self.assertLess(len(text), 2 * len(v) + 1_000, v[:30])
            self.assertLess(time.process_time() - began, 2, v[:30])
            self.assertEqual(made.read(made.text(value)), value, v[:30])

    def test_what_becomes_too_much_is_refused(self) -> None:
        """In an element without a namespace, whose children cannot share a declaration."""
        element = etree.fromstring(f'<v xmlns="urn:{"x" * 100_000}">{"<a/>" * 1_000}</v>')
        context = EncodeContext(Prefixes(RESERVED, ["urn:n"]), None)  # type: ignore[arg-type]  # unused
        self.assertRaises(ValueRefused, AnyXML(element).under, "v", context)

    def test_xml_attributes(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="v"/></xs:sequence></xs:complexType></xs:element>""")
        value = made.read(f'<r {DECLARED}><v xml:lang="de" xml:space="preserve"> <b/></v></r>')
        self.assertIn('xml:lang="de"', made.write(value))
        self.assertEqual(made.read(made.text(value)), value)

    def test_type_without_prefix(self) -> None:
        """In the sender's default namespace, which is not that of where it goes."""
        made = package("""<xs:element name="r"><xs:complexType><xs:sequence>
            <xs:element name="v"/></xs:sequence></xs:complexType></xs:element>""")
        value = made.read(f'<r {DECLARED}><v xmlns="urn:t" xsi:type="Nobody">x</v></r>')
        self.assertIn('xsi:type="ns1:Nobody"', made.write(value))
