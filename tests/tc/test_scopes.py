"""What prefixes mean: as lxml says, however many questions were asked before."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC
from ZSI.names import SOAP11_ENV, XSD, XSI, QName
from ZSI.parse import ParsedSoap
from ZSI.TC.scopes import Scopes

PREFIXES = st.sampled_from([None, "p", "q", "r"])
#: An element: what it declares, and its children.
TREES: st.SearchStrategy[Any] = st.recursive(
    st.just(({}, [])),
    lambda inner: st.tuples(
        st.dictionaries(PREFIXES, st.sampled_from(["urn:1", "urn:2", "urn:3"]), max_size=3),
        st.lists(inner, max_size=4),
    ),
    max_leaves=30,
)


def text_of(tree: Any) -> str:
    declared, children = tree
    names = "".join(
        f' xmlns{":" + prefix if prefix else ""}="{uri}"' for prefix, uri in declared.items()
    )
    return f"<a{names}>{''.join(map(text_of, children))}</a>"


def used(scopes: Scopes, elt: Any) -> Scopes:
    """Asked often enough to have gathered the declarations."""
    for _ in range(20):
        scopes.around(elt)
    return scopes


class ScopesTests(SynchronousTestCase):
    @given(TREES, st.booleans())
    def test_as_lxml_says(self, tree: Any, taken_away: bool) -> None:
        text = text_of(tree)
        if taken_away:
            text = f'<o xmlns="urn:0" xmlns:s="urn:9">{text}<b xmlns=""><c/></b></o>'
        root = etree.fromstring(text)
        scopes = Scopes(root[-1] if len(root) else root)
        for _ in range(20 if len(root) else 40):
            for elt in root.iter("*"):
                around = scopes.around(elt)
                self.assertEqual(dict(around), elt.nsmap)
                self.assertEqual(len(around), len(elt.nsmap))
                self.assertIsNone(around.get("never"))

    def test_another_document(self) -> None:
        """An element that is no part of the document has its own declarations."""
        root, other = etree.fromstring('<a xmlns:p="urn:1"/>'), etree.fromstring('<a xmlns:p="u"/>')
        self.assertEqual(used(Scopes(root), root).around(other)["p"], "u")

    def test_bomb(self) -> None:
        """Minutes, if each value gathered the declarations around it."""
        around = "".join(
            "<w" + "".join(f' xmlns:p{level}_{i}="u"' for i in range(900)) + ">"
            for level in range(10)
        )
        for item, expected in (
            ('<a t:type="x:int">1</a>', 1),
            ('<a t:type="x:QName">x:b</a>', QName(XSD, "b")),
            ('<a xmlns:y="u" t:type="x:int">1</a>', 1),
        ):
            document = (
                f'<e:Envelope xmlns:e="{SOAP11_ENV}" xmlns:t="{XSI}" xmlns:x="{XSD}"><e:Body><o>'
                f"{around}{item * 2_000}{'</w>' * 10}</o></e:Body></e:Envelope>"
            )
            began = time.process_time()
            value = ParsedSoap(document).Parse(TC.Any("o"))
            self.assertLess(time.process_time() - began, 2)
            for _ in range(10):
                value = value["w"]
            self.assertEqual(value["a"], [expected] * 2_000)
