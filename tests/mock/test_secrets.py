"""What is masked wherever an exchange is shown or kept."""

from __future__ import annotations

import time

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.secrets import MASK, is_secret, masked_bytes, masked_headers


class SecretsTests(SynchronousTestCase):
    """By name, in headers, in bytes."""

    def test_names(self) -> None:
        """What sounds like a secret is one, what only contains the letters is not."""
        for name in ("password", "userPassword", "Passwd", "pin", "PIN", "apiKey", "api_key",
                     "clientSecret", "accessToken"):  # fmt: skip
            self.assertTrue(is_secret(name), name)
        for name in ("compass", "pinned", "spinning", "passenger", "tokenizer", "account"):
            self.assertFalse(is_secret(name), name)

    def test_every_name_alone(self) -> None:
        """Each is masked where no other secret stands beside it."""
        for name in ("pass", "pin", "nonce", "password", "passwd", "passphrase", "pwd", "secret",
                     "token", "apikey", "api_key", "NONCE", "dbPwd"):  # fmt: skip
            body = f"<{name}>hidden</{name}>".encode()
            self.assertNotIn(b"hidden", masked_bytes(body), name)

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

    def test_forms(self) -> None:
        """However XML may write them."""
        for text, expected in (
            (b"<password><![CDATA[s<3]]></password>", b"<password>***</password>"),
            (b"<pin>1<!-- > -->2</pin><pinned>2</pinned>", b"<pin>***</pin><pinned>2</pinned>"),
            (b"<a:Token x='y'>\n s \n</a:Token>", b"<a:Token x='y'>***</a:Token>"),
            (b"<login user='a' p:password = \"s'\"/>", b"<login user='a' p:password = \"***\"/>"),
            (b"<login pin='1' spin='2'/>", b"<login pin='***' spin='2'/>"),
            (b"<password/><pwd></pwd>", b"<password/><pwd></pwd>"),
            (b"<passwords><item>x</item></passwords>", b"<passwords><item>x</item></passwords>"),
        ):
            self.assertEqual(masked_bytes(text), expected)
            for coding in ("utf-16", "utf-16-le", "utf-16-be"):
                wide = masked_bytes(text.decode().encode(coding))
                self.assertEqual(wide.decode(coding), expected.decode())

    def test_time(self) -> None:
        """A body that is almost a secret everywhere is no trap."""
        for text in (b"<token", b"<pin>", b"<pin><![CDATA[", b" pin='", b"<pin><!--", b"a" * 9):
            size = 500_000 // len(text)
            start = time.process_time()
            masked_bytes(text * size)
            self.assertLess(time.process_time() - start, 1.0, text)
