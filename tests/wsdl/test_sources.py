"""What a location may name: the policy, and the reasons given."""

from __future__ import annotations

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ZSI.limits import Limits
from ZSI.wsdl.sources import LoadPolicy, Source, Unreadable


class FilesTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        (self.folder / "sub").mkdir(parents=True)
        self.base = str(self.folder / "main.wsdl")
        self.write("main.wsdl")

    def write(self, file: str, content: bytes = b"<a/>") -> Path:
        path = self.folder / file
        path.write_bytes(content)
        return path

    def refused(self, location: str, **policy: Any) -> Unreadable:
        source = Source(LoadPolicy(**policy))
        return self.assertRaises(Unreadable, source.open, self.base, location)

    def test_relative(self) -> None:
        self.write("sub/a.xsd", b"<b/>")
        source = Source(LoadPolicy())
        raw = source.open(self.base, "sub/a.xsd")
        self.assertEqual((raw.content, raw.url), (b"<b/>", str(self.folder / "sub/a.xsd")))
        again = source.open(self.base, "sub/../sub/a.xsd")
        self.assertEqual((again.key, again.url), (raw.key, raw.url))
        self.assertEqual(source.key(self.base, "./sub/a.xsd"), raw.key)
        up = source.open(str(self.folder / "sub/a.xsd"), "../main.wsdl")
        self.assertEqual(up.url, self.base)

    def test_spellings(self) -> None:
        self.write("sub/a b.XSD")
        for location in ("sub/a%20b.XSD", "sub\\a b.XSD", "sub/a b.XSD#frag"):
            raw = Source(LoadPolicy()).open(self.base, location)
            self.assertEqual(Path(raw.url).name, "a b.XSD", location)

    def test_missing(self) -> None:
        for location in ("no.xsd", "Service?xsd=1.xsd", "a\0b.xsd", "sub/no/no.xsd"):
            self.assertIn(
                self.refused(location).reason,
                ("there is no such file", "it is not a file name"),
            )

    def test_only_documents(self) -> None:
        self.write("secret.txt")
        error = self.refused("secret.txt")
        self.assertEqual(error.advice, "--allow-files")
        raw = Source(LoadPolicy(allow_files=True)).open(self.base, "secret.txt")
        self.assertEqual(raw.content, b"<a/>")

    def test_absolute(self) -> None:
        path = self.write("a.xsd").resolve()
        for location in (str(path), path.as_uri()):
            self.assertEqual(self.refused(location).advice, "--allow-files")
            raw = Source(LoadPolicy(allow_files=True)).open(self.base, location)
            self.assertEqual(raw.content, b"<a/>")

    def test_symbolic_link_to_something_else(self) -> None:
        target = self.write("secret.txt").resolve()
        (self.folder / "link.xsd").symlink_to(target)
        self.assertEqual(self.refused("link.xsd").advice, "--allow-files")
        self.write("real.xsd")
        (self.folder / "good.xsd").symlink_to((self.folder / "real.xsd").resolve())
        self.assertTrue(Source(LoadPolicy()).open(self.base, "good.xsd").key.endswith("real.xsd"))

    def test_irregular(self) -> None:
        (self.folder / "folder.xsd").mkdir()
        self.refused("folder.xsd")
        if not hasattr(os, "mkfifo"):
            raise SkipTest("no FIFOs here")
        os.mkfifo(self.folder / "pipe.xsd")
        self.assertEqual(self.refused("pipe.xsd").reason, "it is not a regular file")
        self.assertRaises(Unreadable, Source(LoadPolicy()).open_root, str(self.folder / "pipe.xsd"))

    def test_root_may_be_any_regular_file(self) -> None:
        path = self.write("wsdl.txt")
        source = Source(LoadPolicy())
        self.assertEqual(source.open_root(str(path)).content, b"<a/>")
        self.assertEqual(source.open_root(path.resolve().as_uri()).content, b"<a/>")

    def test_size(self) -> None:
        self.write("a.xsd", b"x" * 101)
        error = self.refused("a.xsd", limits=Limits(document_bytes=100))
        self.assertIn("document_bytes=100", error.reason)

    def test_other_schemes(self) -> None:
        for location in ("ftp://h/a.xsd", "urn:a.xsd", "jar:file:x!/a.xsd", "data:text/xml,<a/>"):
            self.assertIn("scheme", self.refused(location, allow_files=True).reason)


class NetworkTests(SynchronousTestCase):
    def setUp(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place = {"/moved": "/dir/a.xsd", "/file": "file:///etc/hostname"}.get(self.path)
                if place:
                    self.send_response(302)
                    self.send_header("Location", place)
                else:
                    self.send_response(404 if self.path.endswith("/no") else 200)
                    kind = "text/plain" if self.path.startswith("/text") else "text/xml"
                    self.send_header("Content-Type", f"{kind}; charset=ISO-8859-1")
                self.end_headers()
                text = {"/text": b"nothing here,\ntry /x\n", "/text/xml": b"\n<a/>"}
                text["/text/no"] = text["/text"]
                self.wfile.write(text.get(self.path, b"<a/>"))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.open = Source(LoadPolicy(allow_network=True, fetch_seconds=5))

    def test_not_allowed(self) -> None:
        source = Source(LoadPolicy(allow_files=True))
        for call in (
            lambda: source.open_root(self.url + "/a.wsdl"),
            lambda: source.open("main.wsdl", self.url + "/a.xsd"),
        ):
            self.assertIn("--allow-network", self.assertRaises(Unreadable, call).advice)

    def test_fetched(self) -> None:
        raw = self.open.open_root(self.url + "/dir/main.wsdl")
        self.assertEqual((raw.content, raw.charset), (b"<a/>", "iso-8859-1"))
        other = self.open.open(raw.url, "a.xsd?x=1")
        self.assertEqual(other.url, self.url + "/dir/a.xsd?x=1")
        self.assertEqual(self.open.key(raw.url, "a.xsd?x=1"), other.key)

    def test_redirected(self) -> None:
        self.assertEqual(self.open.open_root(self.url + "/moved").url, self.url + "/dir/a.xsd")
        self.assertRaises(Unreadable, self.open.open_root, self.url + "/file")

    def test_refused(self) -> None:
        error = self.assertRaises(Unreadable, self.open.open_root, self.url + "/no")
        self.assertIn("404", error.reason)
        error = self.assertRaises(Unreadable, self.open.open_root, "http://127.0.0.1:1/")
        self.assertIn("cannot be fetched", error.reason)
        small = Source(LoadPolicy(allow_network=True, limits=Limits(document_bytes=2)))
        self.assertRaises(Unreadable, small.open_root, self.url)

    def test_text(self) -> None:
        """It says why there is no document; a document that is called text is one."""
        for path, code in (("/text", "text"), ("/text/no", "404")):
            error = self.assertRaises(Unreadable, self.open.open_root, self.url + path)
            self.assertEqual(error.reason, f"the server answered {code}: 'nothing here, try /x'")
        self.assertEqual(self.open.open_root(self.url + "/text/xml").content, b"\n<a/>")

    def test_network_documents_name_no_files(self) -> None:
        location = Path(__file__).resolve().as_uri()
        base = self.url + "/main.wsdl"
        self.assertRaises(Unreadable, self.open.open, base, location)
