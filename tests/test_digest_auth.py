"""Digest authentication by the examples of RFC 2617 and RFC 2069."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.digest_auth import (
    A1,
    H,
    build_authorization_arg,
    dict_fetch,
    fetch_challenge,
    generate_response,
)
from ZSI.errors import ZSIException

CHALLENGE = (
    'Digest realm="testrealm@host.com", qop="auth,auth-int",'
    ' nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)


class DigestTests(SynchronousTestCase):
    """Challenges and their answers."""

    def answer(self, challenge: str, **kw: str) -> dict[str, str]:
        found = fetch_challenge(challenge)
        uri, who = "/dir/index.html", ("Mufasa", "Circle Of Life")
        return generate_response(found, uri, *who, **{"cnonce": "0a4f113b", **kw})

    def test_example(self) -> None:
        """RFC 2617, 3.5."""
        found = self.answer(CHALLENGE)
        self.assertEqual(found["response"], "6629fae49393a05397450978507c4ef1")
        text = build_authorization_arg(found)
        for piece in ('username="Mufasa"', "qop=auth,", "nc=00000001", 'opaque="5ccc069c'):
            self.assertIn(piece, text)
        self.assertEqual(fetch_challenge(text)["response"], found["response"])

    def test_lines(self) -> None:
        """White space of any kind stands between the scheme and the rest."""
        found = fetch_challenge('Digest\n  realm="a b",\n  nonce="n"')
        self.assertEqual(found, {"challenge": "Digest", "realm": "a b", "nonce": "n"})
        self.assertEqual(fetch_challenge("Negotiate"), {"challenge": "Negotiate"})
        self.assertEqual(fetch_challenge(" "), {"challenge": ""})

    def test_without_protection(self) -> None:
        """As RFC 2069 had it, with its erratum."""
        found = self.answer(CHALLENGE.replace('qop="auth,auth-int",', ""))
        self.assertEqual(found["response"], "670fd8c2df070c60b045671b8b24ff02")
        self.assertNotIn("cnonce", found)

    def test_session(self) -> None:
        found = self.answer(CHALLENGE + ", algorithm=MD5-sess")
        self.assertEqual(found["algorithm"], "MD5-sess")
        self.assertNotEqual(found["response"], self.answer(CHALLENGE)["response"])
        self.assertEqual(A1("a", "b", "c", "d", "e"), f"{H('a:b:c')}:d:e")

    def test_own_nonce(self) -> None:
        found = generate_response(fetch_challenge(CHALLENGE), "/", "a", "b")
        self.assertEqual(len(found["cnonce"]), 16)

    def test_refused(self) -> None:
        for other in (", algorithm=SHA-256", ', qop="auth-int"'):
            plain = CHALLENGE.replace('qop="auth,auth-int",', "")
            self.assertRaises(ZSIException, self.answer, plain + other)

    def test_quotes(self) -> None:
        text = build_authorization_arg({"username": 'a"b\\c'})
        self.assertEqual(fetch_challenge(text)["username"], 'a"b\\c')
        self.assertEqual(dict_fetch({"a": 1}, "b", 2), 2)
