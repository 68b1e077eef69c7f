"""Reading XML from anyone, and writing it so that it comes back the same."""

from __future__ import annotations

import codecs
import sys
import threading
import time
from unittest import mock

from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import LimitExceeded, ParseException, ValueRefused
from ZSI.limits import Limits
from ZSI.xmlio import (
    canonicalize,
    codec_of,
    escape_attribute,
    escape_text,
    parse_document,
    replace_forbidden,
    serialize_element,
    to_utf8,
)

SAMPLE = (
    b'<?xml version="1.0" encoding="UTF-8"?><!-- c --><s:Envelope xmlns:s="'
    b'http://schemas.xmlsoap.org/soap/envelope/"><s:Body id="b"><e:Echo xmlns:e="urn:ZSI">'
    b"<e:value>pl\xc3\xb6p &amp; <![CDATA[<x>]]>&#x1F600;</e:value></e:Echo></s:Body></s:Envelope>"
)
#: What XML 1.0 section 2.2 allows.
XML_TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r&<>\"'")
)


def text_of(data: bytes | str, charset: str | None = None) -> str:
    return parse_document(data, charset=charset).text or ""


class Base(SynchronousTestCase):
    def refused(self, data: bytes | str, words: str = "", charset: str | None = None) -> None:
        """It is a ParseException of one line that says so."""
        error = self.assertRaises(ParseException, parse_document, data, charset=charset)
        self.assertIn(words, str(error))
        self.assertNotIn("\n", str(error))

    def limited(self, limit: str, data: bytes, limits: Limits | None = None) -> None:
        error = self.assertRaises(LimitExceeded, parse_document, data, limits=limits or Limits())
        self.assertEqual(error.limit, limit)


class CharsetTests(Base):
    """BOM, then charset=, then XML declaration, then UTF-8 (RFC 7303 section 3)."""

    def test_utf8(self) -> None:
        for data in (
            "<a>ö</a>",
            "<a>ö</a>".encode(),
            codecs.BOM_UTF8 + "<a>ö</a>".encode(),
            "<?xml version='1.0'?><a>ö</a>".encode(),
            '<?xml version="1.0" encoding="utf-8"?><a>ö</a>'.encode(),
            " \n<a>ö</a>".encode(),
        ):
            self.assertEqual(text_of(data), "ö", data)

    def test_utf16(self) -> None:
        for declared in ("", '<?xml version="1.0" encoding="UTF-16"?>'):
            text = declared + "<a>ö😀</a>"
            little, big = text.encode("utf-16-le"), text.encode("utf-16-be")
            for data, charset in (
                (codecs.BOM_UTF16_LE + little, None),
                (codecs.BOM_UTF16_BE + big, None),
                (codecs.BOM_UTF16_LE + little, "utf-16"),
                (little, None),
                (big, None),
                (little, "utf-16"),
                (big, "utf-16"),
                (little, "UTF-16LE"),
                (big, "utf-16be"),
            ):
                self.assertEqual(text_of(data, charset), "ö😀", (data, charset))

    def test_declared(self) -> None:
        for charset, text in (
            ("ISO-8859-1", "Grüße"),
            ("iso-8859-15", "5 €"),
            ("windows-1252", "5 €"),
            ("windows-1251", "привет"),
            ("KOI8-R", "привет"),
            ("US-ASCII", "plop"),
            ("Shift_JIS", "日本\\"),
            ("EUC-JP", "日本"),
            ("ISO-2022-JP", "日本"),
            ("GB18030", "中文😀"),
            ("gbk", "中文"),
            ("Big5", "中文"),
            ("euc-kr", "한글"),
            ("Windows-31J", "①"),
        ):
            body, codec = f"<a>{text}</a>", codec_of(charset)
            quoted = f'<?xml version="1.0" encoding="{charset}"?>{body}'.encode(codec)
            single = f"<?xml version='1.0'  encoding = '{charset}' ?>{body}".encode(codec)
            for data, said in ((quoted, None), (single, None), (body.encode(codec), charset)):
                self.assertEqual(text_of(data, said), text, (charset, said))

    def test_precedence(self) -> None:
        latin = "<a>ö</a>".encode("latin-1")
        declared = b"<?xml version='1.0' encoding='utf-8'?>" + latin
        self.assertEqual(text_of(declared, "iso-8859-1"), "ö")
        utf8 = b"<?xml version='1.0' encoding='iso-8859-1'?>" + "<a>ö</a>".encode()
        self.assertEqual(text_of(utf8, "utf-8"), "ö")
        self.assertEqual(text_of(utf8), "Ã¶")
        self.assertEqual(text_of(codecs.BOM_UTF8 + utf8, "iso-8859-1"), "ö")
        self.assertEqual(text_of(codecs.BOM_UTF16_LE + "<a>ö</a>".encode("utf-16-le"), "x"), "ö")

    def test_str_forgets_its_declaration(self) -> None:
        self.assertEqual(text_of('<?xml version="1.0" encoding="UTF-16"?><a>ö</a>'), "ö")
        self.assertEqual(text_of("\ufeff<a>ö</a>"), "ö")

    def test_utf16_declared_in_utf8(self) -> None:
        """.NET's StringWriter says utf-16 whatever is sent."""
        self.assertEqual(text_of('<?xml version="1.0" encoding="utf-16"?><a>ö</a>'.encode()), "ö")

    def test_not_read(self) -> None:
        text = '<?xml version="1.0" encoding="%s"?><a/>'
        for name in ("UTF-7", "cp037", "IBM500", "utf-32", "bogus", "zlib", "unicode_escape"):
            self.refused(b"<a/>", name, charset=name)
            self.refused((text % name).encode(), name)
        self.refused("<a/>".encode("cp037"))
        self.refused((text % "cp037").encode("cp037"), "EBCDIC")
        self.refused(codecs.BOM_UTF32_LE + "<a/>".encode("utf-32-le"), "UTF-32")
        self.refused("<a/>".encode("utf-32-be"), "UTF-32")
        self.refused(b"+/v8-<a/>", "UTF-7")
        self.refused(b'<?xml version="1.0" encoding=""?><a/>', "''")

    def test_names_from_outside_are_not_looked_up(self) -> None:
        """codecs.lookup imports modules by name, and keeps every miss."""
        before = codecs.lookup
        self.patch(codecs, "lookup", lambda name: self.fail(f"looked up {name}"))
        self.assertRaises(ParseException, codec_of, "antigravity")
        self.patch(codecs, "lookup", before)

    def test_wrong_bytes(self) -> None:
        self.refused(b"<a>\xff</a>", "line 1")
        self.refused(b"<a>\xff</a>", "ascii", charset="us-ascii")
        self.refused(b"<a>\xed\xa0\x80</a>")
        self.refused("<a/>".encode("utf-16-le")[:-1], "utf_16_le", charset="utf-16le")
        self.refused(b"\xff\xfe<\x00\x00\xd8>\x00", "utf_16_le")
        self.refused("<a>\ud800</a>", "surrogate")
        self.refused(b"<a/>", charset="utf-16")

    def test_to_utf8_leaves_utf8_alone(self) -> None:
        self.assertIs(to_utf8(SAMPLE), SAMPLE)
        self.assertIs(to_utf8(SAMPLE, "utf-8"), SAMPLE)

    @settings(deadline=None)
    @given(XML_TEXT, st.sampled_from(["utf-8", "utf-16", "utf-16-be", "gb18030"]))
    def test_any_text(self, text: str, charset: str) -> None:
        data = f"<a>{escape_text(text)}</a>".encode(charset)
        self.assertEqual(text_of(data, charset), text)


class WellFormedTests(Base):
    def test_line_and_column(self) -> None:
        error = self.assertRaises(ParseException, parse_document, b"<a>\n <b></c></a>", file="f")
        self.assertEqual(error.where.file if error.where else None, "f")
        self.assertEqual(error.where.line if error.where else None, 2)
        self.assertIn("line 2, column 9", str(error))
        self.assertIn("mismatch", str(error))

    def test_not_xml(self) -> None:
        for data in (
            b"",
            b" ",
            b"plop",
            b'{"a": 1}',
            b"<a>",
            b"<a/><b/>",
            b"<a/>x",
            b"<a b=1/>",
            b"<a b='<'/>",
            b"<a b='' b=''/>",
            b"<a>&nbsp;</a>",
            b"<a>&#0;</a>",
            b"<a>&#xFFFE;</a>",
            b"<a>]]></a>",
            b"<x:a/>",
            b"<a xmlns:x=''/>",
            b"<a xmlns:xml='urn:x'/>",
            b'\n<?xml version="1.0"?><a/>',
            b"\xff\xfe",
            b"<",
        ):
            self.refused(data)
            self.refused(data.decode("latin-1"))

    def test_nothing(self) -> None:
        self.assertIn("nothing came", str(self.assertRaises(ParseException, parse_document, b"")))

    def test_nul(self) -> None:
        for data in (b"\0", b"<a>\0</a>", b"<a/>\0", b"<a\0/>", b"<\0a/>", b"<a b='\0'/>"):
            self.refused(data)

    def test_truncated_anywhere(self) -> None:
        for end in range(len(SAMPLE)):
            self.assertRaises(ParseException, parse_document, SAMPLE[:end])
        self.assertEqual(text_of(b"<a>x</a>"), "x")

    @settings(max_examples=300, deadline=None)
    @given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "shift_jis", "x"]))
    @example(b"\xef\xbb\xbf", None)
    @example(b'<?xml version="1.0" encoding="utf-8', None)
    def test_any_bytes(self, data: bytes, charset: str | None) -> None:
        try:
            parse_document(data, charset=charset)
        except ParseException as error:
            str(error)

    @settings(max_examples=300, deadline=None)
    @given(st.integers(0, len(SAMPLE) - 1), st.binary(max_size=4), st.integers(0, 4))
    def test_any_damage(self, at: int, put: bytes, cut: int) -> None:
        try:
            parse_document(SAMPLE[:at] + put + SAMPLE[at + cut :])
        except ParseException as error:
            str(error)

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=50))
    def test_any_str(self, text: str) -> None:
        try:
            parse_document("<a>" + text)
        except ParseException as error:
            str(error)

    def test_message_holds_no_raw_control_characters(self) -> None:
        error = self.assertRaises(ParseException, parse_document, b"<a \x01='\x02'>\n\r<b\x03")
        self.assertNotRegex(str(error), "[\x00-\x1f]")

    def test_namespace_that_is_no_uri(self) -> None:
        """Namespaces in XML 1.0 calls it well-formed, and real contracts have it."""
        for name in ("My Service", "%zz", "relative/one"):
            self.assertEqual(parse_document(f"<a xmlns='{name}'/>").tag, f"{{{name}}}a")
        self.refused("<a xmlns='My Service'><b></a>", "mismatch")
        self.refused("<a><b></a><c xmlns='My Service'/>", "mismatch")
        self.refused("<a xmlns='My Service' x:y=''/>", "prefix x")

    def test_an_error_leaves_the_parser_usable(self) -> None:
        for _ in range(300):
            self.assertRaises(ParseException, parse_document, b"<a><b></a>")
            self.assertEqual(text_of(b"<a>x</a>"), "x")

    def test_many_threads(self) -> None:
        wrong: list[object] = []

        def work(number: int) -> None:
            for step in range(100):
                text = f"{number}-{step}"
                if text_of(f"<a{number}>{text}</a{number}>") != text:
                    wrong.append(text)
                try:
                    parse_document(f"<a{number}>")
                except ParseException as error:
                    if f"a{number}" not in str(error):
                        wrong.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class ContentTests(Base):
    def test_comments_go_and_text_merges(self) -> None:
        root = parse_document("<!-- x --><a>one<!-- two -->three<b/>f<!-- -->our</a><!-- y -->")
        self.assertEqual((root.text, len(root), root[0].tail), ("onethree", 1, "four"))
        self.assertIsNone(root.getprevious())

    def test_instructions_stay(self) -> None:
        root = parse_document("<?before x?><a><?in y?></a>")
        self.assertEqual(len(list(root.iter(etree.ProcessingInstruction))), 1)
        self.assertIsNotNone(root.getprevious())

    def test_cdata_and_references(self) -> None:
        self.assertEqual(text_of("<a><![CDATA[<&]]>&lt;&#65;&#x1F600;</a>"), "<&<A😀")

    def test_line_numbers(self) -> None:
        self.assertEqual(parse_document(b"<a>\n\n<b/></a>")[0].sourceline, 3)


class DoctypeTests(Base):
    BOMB = "<!DOCTYPE a [" + "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x"}">' for n in range(10)
    )

    def test_refused(self) -> None:
        for data in (
            "<!DOCTYPE a><a/>",
            "<!DOCTYPE a []><a/>",
            '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
            '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><a>&e;</a>',
            '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]><a/>',
            '<!DOCTYPE a [<!ENTITY e "x">]><a b="&e;"/>',
            self.BOMB + "]><a>&e9;</a>",
            self.BOMB + ']><a b="&e9;"/>',
            '<?xml version="1.0"?>\n<!-- <a> --> <?pi <a>?>\n<!DOCTYPE a><a/>',
            "<!---->" * 5000 + "<!DOCTYPE a><a/>",
        ):
            self.refused(data, "DOCTYPE")
            for charset in ("utf-16", "utf-16-le", "shift_jis", "utf-8-sig"):
                label = None if charset == "utf-8-sig" else charset
                self.refused(data.encode(charset), "DOCTYPE", charset=label)
        self.refused(codecs.BOM_UTF16_BE + "<!DOCTYPE a><a/>".encode("utf-16-be"), "DOCTYPE")

    def test_line(self) -> None:
        error = self.assertRaises(ParseException, parse_document, "<!-- -->\n\n<!DOCTYPE a><a/>")
        self.assertEqual(error.where.line if error.where else None, 3)

    def test_harmless(self) -> None:
        for data in (
            "<!-- <!DOCTYPE a> --><a>x</a>",
            "<?pi <!DOCTYPE a>?><a>x</a>",
            "<a>x</a><!-- <!DOCTYPE a> -->",
        ):
            self.assertEqual(text_of(data), "x")
        self.assertEqual(text_of("<a><![CDATA[<!DOCTYPE a>]]></a>"), "<!DOCTYPE a>")

    def test_misplaced(self) -> None:
        for data in (
            "<a><!DOCTYPE a></a>",
            "<a/><!DOCTYPE a>",
            "x<!DOCTYPE a><a/>",
            "<!doctype a>",
        ):
            self.refused(data)

    def test_scan_is_linear(self) -> None:
        """An unterminated comment after very many of them: no backtracking."""
        data = b"<!---->" * 100_000 + b"<!-- <!DOCTYPE a><a/>"
        started = time.process_time()
        self.refused(data)
        self.assertLess(time.process_time() - started, 2)


class LimitTests(Base):
    def test_depth(self) -> None:
        for depth in (201, 255, 256, 300, 100_000):
            self.limited("depth", b"<a>" * depth + b"</a>" * depth)
        self.limited("depth", b"<a>" * 100_000)
        parse_document(b"<a>" * 200 + b"</a>" * 200)

    def test_depth_in_the_middle_of_much(self) -> None:
        flat = b"<r><a>1</a></r>" * 5_000
        deep = b"<a>" * 200 + b"</a>" * 200
        self.limited("depth", b"<x>" + flat + deep + flat + b"</x>")
        parse_document(b"<x>" + flat + deep[3:-4] + flat + b"</x>")

    def test_own_depth(self) -> None:
        self.limited("depth", b"<a><b><c/></b></a>" + b" " * 30, Limits(depth=2))
        parse_document(b"<a><b>c</b></a>" + b" " * 30, limits=Limits(depth=2))

    def test_depth_message_names_our_limit(self) -> None:
        error = self.assertRaises(LimitExceeded, parse_document, b"<a>" * 300)
        self.assertEqual(error.maximum, 200)

    def test_elements(self) -> None:
        few = Limits(elements=1_000)
        self.limited("elements", b"<x>" + b"<a/>" * 1_000 + b"</x>", few)
        self.limited("elements", b"<x>" + b"<a></a>" * 1_000 + b"</x>", few)
        parse_document(b"<x>" + b"<a></a>" * 999 + b"<!-- --></x>", limits=few)

    def test_elements_before_a_tree_is_built(self) -> None:
        started = time.process_time()
        self.limited("elements", b"<x>" + b"<a/>" * 2_500_000 + b"</x>")
        self.assertLess(time.process_time() - started, 2)

    def test_attributes_of_one_element(self) -> None:
        many = b" ".join(b"a%d=''" % n for n in range(1_001))
        names = b" ".join(b'xmlns:a%d = "u"' % n for n in range(1_001))
        for data in (many, names):
            self.limited("attributes", b"<x>\n<a " + data + b"/></x>")
            self.limited("attributes", b"<x><a " + data + b">text</a></x>")
        parse_document(b"<a " + many.rpartition(b" ")[0] + b"/>")

    def test_text_that_looks_like_attributes(self) -> None:
        parse_document(b"<x a='>'>" + b' a=""' * 5_000 + b"</x>")
        parse_document(b"<x>" + b"=" * 50_000 + b"</x>")
        parse_document(b'<x a="' + b"=''" * 900 + b'"/>')

    def test_long_tags_take_no_long_time(self) -> None:
        """Each of them could be looked at as far as the end of the document."""
        data = b"<x>" + b"=" * 1_001 + (b"<" + b"a" * 7_100) * 1_400
        quoted = b"<x a='" + b"=" * 1_001 + (b"<" + b"a" * 7_100) * 1_400
        for hostile in (data, quoted):
            began = time.process_time()
            self.assertRaises(ParseException, parse_document, hostile)
            self.assertLess(time.process_time() - began, 2)

    def test_attributes_after_a_quote_are_counted(self) -> None:
        many = b" ".join(b"a%d=''" % n for n in range(1_001))
        data = b"<x><![CDATA[<y '" + b"z" * 8_000 + b"]]><a " + many + b"/></x>"
        self.limited("attributes", data)

    def test_names_are_let_go_of(self) -> None:
        """libxml2 takes no new name any more once it holds some 100 MB of them."""
        for number in range(24):
            parse_document(b'<r xmlns="urn:%d%b"/>' % (number, b"x" * 9_000_000))
        for number in range(4_000):
            parse_document(b'<r xmlns="urn:%d%b"/>' % (number, b"y" * 60_000))
        self.assertEqual(parse_document("<a_name_not_met_before/>").tag, "a_name_not_met_before")

    def test_python_without_ctypes(self) -> None:
        with mock.patch.dict(sys.modules, {"ctypes": None}):
            root = parse_document(b"<r>" + b" " * 900_000 + b"</r>")
        self.assertEqual(root.tag, "r")

    def test_names_in_documents_that_stay(self) -> None:
        kept = parse_document('<a xmlns:b="urn:b"><b:c d="e"/></a>')
        for _ in range(300):
            parse_document(b"<r>" + b" " * 60_000 + b"</r>")
        parse_document(b"<r>" + b" " * 900_000 + b"</r>")
        other = parse_document('<a xmlns:b="urn:b"><b:c d="f"/></a>')
        other.append(kept[0])
        self.assertEqual([child.get("d") for child in other.iter("{urn:b}c")], ["f", "e"])
        self.assertEqual(
            serialize_element(other), b'<a xmlns:b="urn:b"><b:c d="f"/><b:c d="e"/></a>'
        )

    def test_attributes_in_all(self) -> None:
        """They cost memory as elements do."""
        data = b"<x>" + b"<a b='' c='' d=''/>" * 1_000 + b"</x>"
        self.limited("elements", data, Limits(elements=2_000))
        parse_document(data, limits=Limits(elements=3_000))

    def test_scopes(self) -> None:
        """Declarations in scope count at each element that is in it, others do not."""
        around = b" ".join(b"xmlns:a%d='u'" % n for n in range(100))
        inner, own = b"<b/>" * 500, b"<b xmlns:c='u'/>" * 500
        for data in (
            b"<x " + around + b">" + inner + b"</x>",
            b"<x " + around + b"><x xmlns:a1='v'>" + inner + b"</x></x>",
            b"<w><x " + around + b"/><x " + around + b">" + inner + b"</x></w>",
            b"<x " + b" ".join(around.split()[:70]) + b">" + own + b"</x>",
        ):
            self.limited("scopes", data, Limits(scopes=24_000))
            parse_document(data, limits=Limits(scopes=60_000))
        beside = b"<x>" + b"<y xmlns:a='u'/>" * 5_000 + b"</x>"
        parse_document(beside, limits=Limits(scopes=6_000))

    def test_scopes_exactly(self) -> None:
        around = b" ".join(b"xmlns:%c='u'" % letter for letter in b"abcdefghijklmnopqrstuvwyz")
        data = b"<x " + around + b">" + b"<b/>" * 59 + b"</x>"
        self.limited("scopes", data, Limits(scopes=25 * 60 - 1))
        parse_document(data, limits=Limits(scopes=25 * 60))

    def test_scopes_by_default(self) -> None:
        """Seconds for each such message: 5,000 declarations around 5,000 elements."""
        around = b"".join(
            b"<x " + b" ".join(b"xmlns:a%d='u'" % n for n in range(1_000)) + b">" for _ in range(5)
        )
        self.limited("scopes", around + b"<b/>" * 5_000 + b"</x>" * 5)
        parse_document(around + b"<b/>" * 3_900 + b"</x>" * 5)

    def test_limits_of_libxml2(self) -> None:
        self.limited("text_bytes", b"<a>" + b"x" * 10_000_001 + b"</a>")
        self.limited("attribute_bytes", b"<a b='" + b"x" * 10_000_001 + b"'/>")
        self.limited("name_bytes", b"<" + b"a" * 60_000 + b"/>")

    def test_utf16_is_counted_after_transcoding(self) -> None:
        data = ("<x>" + "<a/>" * 1_001 + "</x>").encode("utf-16")
        self.limited("elements", data, Limits(elements=1_000))


class EscapeTests(SynchronousTestCase):
    FORBIDDEN = ("\x00", "\x0b", "\x1f", "\ud800", "\udfff", "\ufffe", "\uffff")

    @settings(deadline=None)
    @given(XML_TEXT)
    def test_round_trip(self, text: str) -> None:
        root = parse_document(f'<a b="{escape_attribute(text)}">{escape_text(text)}</a>')
        self.assertEqual((root.text or "", root.get("b")), (text, text))

    @settings(deadline=None)
    @given(XML_TEXT)
    def test_is_canonical(self, text: str) -> None:
        written = f'<a b="{escape_attribute(text)}">{escape_text(text)}</a>'.encode()
        self.assertEqual(canonicalize(parse_document(written)), written)

    def test_as_written(self) -> None:
        self.assertEqual(escape_text("a<b>&\r\n\t\"'"), "a&lt;b&gt;&amp;&#xD;\n\t\"'")
        self.assertEqual(escape_attribute("a<b>&\r\n\t\"'"), "a&lt;b>&amp;&#xD;&#xA;&#x9;&quot;'")
        self.assertEqual(escape_text("]]>"), "]]&gt;")

    def test_plain_text_is_returned_as_it_is(self) -> None:
        text = "plop ä 日本 😀 \x7f\x80"
        self.assertIs(escape_text(text), text)
        self.assertIs(escape_attribute(text), text)

    def test_forbidden(self) -> None:
        for character in self.FORBIDDEN:
            for escape in (escape_text, escape_attribute):
                for text in (character, "a<" + character):
                    error = self.assertRaises(ValueRefused, escape, text)
                    self.assertIn(f"U+{ord(character):04X}", str(error))
                    str(error).encode()  # can be logged

    def test_replaced(self) -> None:
        for character in self.FORBIDDEN:
            self.assertEqual(replace_forbidden(f"a{character}b"), "a\ufffdb")


class SerializeTests(SynchronousTestCase):
    ROOT = '<x:a xmlns:x="urn:x" xmlns:y="urn:y" xmlns="urn:d">t<x:b c="y:z">é</x:b>tail</x:a>'

    def test_element(self) -> None:
        element = parse_document(self.ROOT)[0]
        expected = '<x:b xmlns:x="urn:x" xmlns:y="urn:y" xmlns="urn:d" c="y:z">é</x:b>'
        self.assertEqual(serialize_element(element).decode(), expected)

    def test_canonical(self) -> None:
        element = parse_document(self.ROOT)[0]
        self.assertEqual(canonicalize(element).decode(), '<x:b xmlns:x="urn:x" c="y:z">é</x:b>')
        self.assertEqual(
            canonicalize(element, inclusive_prefixes=["y"]).decode(),
            '<x:b xmlns:x="urn:x" xmlns:y="urn:y" c="y:z">é</x:b>',
        )
        self.assertEqual(
            canonicalize(element, exclusive=False).decode(),
            '<x:b xmlns="urn:d" xmlns:x="urn:x" xmlns:y="urn:y" c="y:z">é</x:b>',
        )

    def test_relative_namespace_has_no_canonical_form(self) -> None:
        self.assertRaises(ParseException, canonicalize, parse_document("<a xmlns='u'/>"))
