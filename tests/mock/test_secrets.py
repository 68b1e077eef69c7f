"""What is masked wherever an exchange is shown or kept."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.secrets import MASK, is_secret, masked, masked_bytes, masked_headers


class SecretsTests(SynchronousTestCase):
    """By name, in headers, in bytes."""

    def test_names(self) -> None:
        """What sounds like a secret is one, what only contains the letters is not."""
        for name in ("password", "userPassword", "Passwd", "pin", "PIN", "apiKey", "api_key",
                     "clientSecret", "accessToken"):  # fmt: skip
            self.assertTrue(is_secret(name), name)
        for name in ("compass", "pinned", "spinning", "passenger", "tokenizer", "account"):
            self.assertFalse(is_secret(name), name)

    def test_values(self) -> None:
        """A secret's value is masked, an absent one stays absent."""
        self.assertEqual(masked("password", "x"), MASK)
        self.assertIsNone(masked("password", None))
        self.assertEqual(masked("account", "x"), "x")

    def test_headers(self) -> None:
        """Authorization and its like."""
        given = (("authorization", "Basic eDp5"), ("content-type", "text/xml"), ("Cookie", "a=b"))
        self.assertEqual(
            masked_headers(given),
            (("authorization", MASK), ("content-type", "text/xml"), ("Cookie", MASK)),
        )

    def test_bytes(self) -> None:
        """Elements of an envelope, prefixed and with attributes; the rest stays."""
        body = (
            b'<wsse:Password Type="x">secret</wsse:Password><wsse:Nonce>n0</wsse:Nonce>'
            b"<password>p</password><user>ada</user><compass>north</compass>"
        )
        shown = masked_bytes(body)
        for secret in (b"secret", b"n0", b">p<"):
            self.assertNotIn(secret, shown)
        for plain in (b"ada", b"north"):
            self.assertIn(plain, shown)
