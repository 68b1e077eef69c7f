"""What messages refer to outside of themselves: parts of a package, documents of the network.

Covers: ZSI.TC.handmade_hrefs
"""

from __future__ import annotations

import http.server
import io
import threading
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC, EvaluateException, ParsedSoap, ParseException
from ZSI.errors import StructureError
from ZSI.resolvers import MIMEResolver, NetworkResolver, Opaque

TYPE = 'multipart/related; type="text/xml"; boundary=b; start="<soap@x>"'
ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    '<call><text href="cid:text@x"/><bytes href="cid:bytes@x"/><xml href="document.xml"/>'
    "{}</call></e:Body></e:Envelope>"
)
PACKAGE = (
    "--b\r\nContent-ID: <text@x>\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nd\xe9j\xe0"
    "\r\n--b\r\nContent-Type: text/xml\r\nContent-ID: <soap@x>\r\n\r\n"
    f"{ENVELOPE}"
    "\r\n--b\r\nContent-ID: <bytes@x>\r\nContent-Transfer-Encoding: base64\r\n\r\nAAECAw==\r\n"
    "--b\r\nContent-Location: document.xml\r\nContent-Type: text/xml\r\n\r\n<a><b/></a>\r\n--b--"
)
STRUCT = TC.Struct(
    None,
    [
        TC.String("text"), TC.Base64String("bytes"), TC.XML("xml", wrapped=False),
        TC.String("more", minOccurs=0),
    ],
    "call",
)  # fmt: skip


def package(more: str = "") -> io.BytesIO:
    return io.BytesIO(PACKAGE.replace("{}", more).encode("latin-1"))


class MIMEResolverTests(SynchronousTestCase):
    """Attachments."""

    def test_message(self) -> None:
        parts = MIMEResolver(TYPE, package("<more>m</more>"))
        ps = ParsedSoap(parts.GetSOAPPart(), resolver=parts.Resolve)
        found = ps.Parse(STRUCT)
        self.assertEqual(found["text"], "d\xe9j\xe0")
        self.assertEqual(found["bytes"], b"\x00\x01\x02\x03")
        self.assertEqual([child.tag for child in found["xml"]], ["b"])
        self.assertEqual(found["more"], "m")
        self.assertEqual(ps.Parse(STRUCT)["more"], "m")  # the tree is as it was

    def test_resolvers_of_typecodes(self) -> None:
        parts = MIMEResolver(TYPE, package())
        struct = TC.ComplexType(
            None,
            [
                TC.String("text", resolver=parts.Opaque, maxOccurs="unbounded"),
                TC.Base64String("bytes", resolver=lambda uri, tc, ps: uri),
                TC.XML("xml", resolver=parts.XML),
            ],
            "call",
        )
        found = ParsedSoap(parts.GetSOAPPart()).Parse(struct)
        self.assertEqual((found["text"], found["bytes"]), (["d\xe9j\xe0"], "cid:bytes@x"))
        self.assertEqual(found["xml"].tag, "a")

    def test_refused(self) -> None:
        """Without a resolver, and what no part is."""
        parts = MIMEResolver(TYPE, package())
        self.assertRaises(EvaluateException, ParsedSoap(parts.GetSOAPPart()).Parse, STRUCT)
        parts = MIMEResolver(TYPE, package('<more href="cid:none"/>'))
        ps = ParsedSoap(parts.GetSOAPPart(), resolver=parts.Resolve)
        error = self.assertRaises(EvaluateException, ps.Parse, STRUCT)
        self.assertIn("no part 'cid:none'", str(error))
        parts = MIMEResolver(TYPE, package('<text href="cid:text@x"/>'))
        ps = ParsedSoap(parts.GetSOAPPart(), resolver=parts.Resolve)
        self.assertRaises(EvaluateException, ps.Parse, STRUCT)
        parts = MIMEResolver(TYPE, package('<other href="cid:text@x"/>'))
        ps = ParsedSoap(parts.GetSOAPPart(), resolver=parts.Resolve)
        self.assertRaises(StructureError, ps.Parse, STRUCT)

    def test_next(self) -> None:
        parts = MIMEResolver(TYPE, package(), next=lambda uri, tc, ps: f"next {uri}")
        self.assertEqual(parts.Opaque("cid:none", None, None), "next cid:none")
        self.assertEqual(parts.XML("cid:none", None, None), "next cid:none")
        self.assertEqual(parts.get("cid:bytes@x").read(), b"\x00\x01\x02\x03")

    def test_other_packages(self) -> None:
        """Of any kind of multipart; ZSI's ways to their parts."""
        parts = MIMEResolver(TYPE.replace("related", "mixed"), package())
        self.assertEqual(len(ParsedSoap(parts.GetSOAPPart()).body_root), 3)
        self.assertEqual(parts["bytes@x"].getvalue(), b"\x00\x01\x02\x03")
        self.assertRaises(KeyError, parts.__getitem__, "none@x")
        names = [headers["Content-ID"] for headers, _ in parts.parts]
        self.assertEqual(names, ["<text@x>", "<soap@x>", "<bytes@x>", None])
        self.assertEqual(parts.parts[3][1].read(), b"<a><b/></a>")
        self.assertEqual(list(parts.id_dict), ["text@x", "soap@x", "bytes@x"])
        self.assertEqual(parts.id_dict["bytes@x"][1].read(), b"\x00\x01\x02\x03")
        ((where, part),) = parts.loc_dict.items()
        self.assertEqual((where, part[1].read()), ("document.xml", b"<a><b/></a>"))

    def test_no_package(self) -> None:
        for kind, data in (("text/xml", b"<a/>"), ("multipart/related; boundary=x", b"")):
            self.assertRaises(ParseException, MIMEResolver, kind, io.BytesIO(data))

    def test_no_text(self) -> None:
        parts = MIMEResolver(TYPE, io.BytesIO(PACKAGE.replace("AAEC", "//79").encode("latin-1")))
        self.assertRaises(EvaluateException, parts.Opaque, "cid:bytes@x", TC.String("a"), None)


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/a/moved":
            self.send_response(302)
            self.send_header("Location", "/b/x")
            self.end_headers()
            return
        self.send_response(200 if self.path.endswith("/x") else 404)
        self.end_headers()
        self.wfile.write(b"<a>hi</a>")

    def log_message(self, *args: Any) -> None:
        """Nobody wants to know."""


class NetworkResolverTests(SynchronousTestCase):
    """What may be fetched."""

    def test_allowed(self) -> None:
        some = NetworkResolver(["http:", "https://good.example/a/"])
        for uri, allowed in (
            ("http://any.example/", True),
            ("https://good.example/a/b", True),
            ("https://good.example/b", False),
            ("https://good.example/a/../b", False),
            ("https://good.example/a/%2e%2e/b", False),
            ("https://good.example.evil/a/", False),
            ("https://good.example@evil/a/", False),
            ("file:///etc/hostname", False),
            ("cid:x", False),
        ):
            self.assertIs(some.allows(uri), allowed, uri)

    def test_files(self) -> None:
        """By no way, though ZSI's Resolve gave them to whoever asked."""
        for resolver in (NetworkResolver(), NetworkResolver(["http:"]), NetworkResolver(["file:"])):
            for way in (resolver.Resolve, resolver.Opaque, resolver.XML, Opaque):
                self.assertRaises(EvaluateException, way, "file:///etc/hostname", TC.XML(), None)

    def test_fetched(self) -> None:
        server = http.server.HTTPServer(("127.0.0.1", 0), _Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        base = f"http://127.0.0.1:{server.server_port}"
        resolver = NetworkResolver([f"{base}/a/"])
        self.assertEqual(resolver.Resolve(f"{base}/a/x", TC.String("a"), None), "<a>hi</a>")
        self.assertEqual(resolver.Resolve(f"{base}/a/x", TC.XML("a"), None).text, "hi")
        self.assertEqual(Opaque(f"{base}/b/x", TC.Base64String("a"), None), b"<a>hi</a>")
        for path in ("/a/none", "/a/moved", "/b/x"):
            self.assertRaises(
                EvaluateException, resolver.Resolve, base + path, TC.String("a"), None
            )
