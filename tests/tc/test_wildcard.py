"""Wildcards: which namespaces they admit (XSD 1.0 part 1, 3.10.4)."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.TC.wildcard import Wildcard, wildcard


class WildcardTests(SynchronousTestCase):
    """Each spelling of ``namespace=``."""

    def test_admits(self) -> None:
        for made, admitted, refused in (
            (wildcard("##any"), ["urn:t", "urn:o", None], []),
            (wildcard("##other", target="urn:t"), ["urn:o"], ["urn:t", None]),
            (wildcard("##other", target=None), ["urn:o"], [None]),
            (wildcard("##targetNamespace", target="urn:t"), ["urn:t"], ["urn:o", None]),
            (wildcard("##local urn:o", target="urn:t"), [None, "urn:o"], ["urn:t"]),
            (wildcard(["urn:o"]), ["urn:o"], [None, "urn:t"]),
            (wildcard(""), [], [None, "urn:t"]),
        ):
            self.assertEqual([made.admits(n) for n in admitted], [True] * len(admitted), made)
            self.assertEqual([made.admits(n) for n in refused], [False] * len(refused), made)

    def test_tags(self) -> None:
        made = wildcard("##other", target="urn:t")
        self.assertTrue(made.admits_tag("{urn:o}x"))
        self.assertFalse(made.admits_tag("{urn:t}x"))
        self.assertFalse(made.admits_tag("x"))

    def test_in_words(self) -> None:
        self.assertEqual(str(wildcard()), "any element")
        self.assertEqual(str(wildcard("##other")), "any element of a namespace")
        self.assertEqual(
            wildcard("##local urn:o").shown("attribute"), "any attribute of no namespace or urn:o"
        )
        self.assertEqual(str(wildcard("")), "any element of nothing")

    def test_is_a_value(self) -> None:
        self.assertEqual(wildcard("##any", process="lax"), Wildcard("##any", None, "lax"))
        self.assertEqual(len({wildcard("##any"), wildcard("##any")}), 1)
