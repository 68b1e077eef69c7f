"""Messages that nobody means well with, sent to the echo service through both fronts."""

from __future__ import annotations

import time
from collections.abc import Iterator

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.services import Typed
from tests.twisted_.wire import FRONTS, Answer, Connected, raw
from ZSI.envelope import SOAP11, SOAP12, SoapVersion
from ZSI.names import SOAP11_ENC, XSD

CLIENT, MISUNDERSTOOD, MISMATCH = "Client", "MustUnderstand", "VersionMismatch"
#: The same code in SOAP 1.2, and the HTTP status of either.
IN_12 = {CLIENT: "Sender", MISUNDERSTOOD: MISUNDERSTOOD, MISMATCH: MISMATCH}
SCOPE = f'xmlns:xsi="{XSD}-instance" xmlns:xsd="{XSD}" xmlns:c="{SOAP11_ENC}" xmlns:n="urn:ZSI"'

#: Inside of ``value``, with its attributes before a bar; None: it comes back.
VALUES: dict[str, str | None] = {
    'xsi:type="xsd:string"|plop': None,
    "|<!DOCTYPE x>": CLIENT,
    "|&nbsp;": CLIENT,
    "|a<?php b?>c": CLIENT,
    "|" + "<a>" * 250 + "</a>" * 250: CLIENT,
    "|" + "<a>" * 200_000: CLIENT,
    "|<a " + " ".join(f'a{n}=""' for n in range(2_000)) + "/>": CLIENT,
    "|<" + "a" * 60_000 + "/>": CLIENT,
    '|<a xmlns:xml="urn:x"/>': CLIENT,
    '|<a xmlns:p=""/>': CLIENT,
    '|<a b="1" b="2"/>': CLIENT,
    "|<p:a/>": CLIENT,
    '|<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>': CLIENT,
    '|<n:value xmlns:n="urn:other">x</n:value>': None,
    'xsi:type="p:string"|x': CLIENT,
    'xsi:type=""|x': CLIENT,
    'xsi:type="xsd:nothing"|x': None,
    f'xsi:type="xsd:{"a" * 300_000}"|x': None,
    'xsi:nil="true"|': None,
    'xsi:nil="true"|x': CLIENT,
    'xsi:nil="maybe"|': CLIENT,
    f'xsi:type="xsd:int"|{"9" * 300_000}': CLIENT,
    f'xsi:type="xsd:decimal"|0.{"9" * 300_000}': CLIENT,
    'xsi:type="xsd:int"|1_000': CLIENT,
    'xsi:type="xsd:int"|\u0663': CLIENT,
    'xsi:type="xsd:int"|1<!-- -->2': None,
    'xsi:type="xsd:int"|1<b/>2': CLIENT,
    'xsi:type="xsd:dateTime"|1000000000-01-01T00:00:00Z': None,
    f'xsi:type="xsd:dateTime"|{"9" * 100_000}-01-01T00:00:00Z': CLIENT,
    'xsi:type="xsd:dateTime"|2020-02-30T00:00:00': CLIENT,
    f'xsi:type="xsd:duration"|P{"9" * 100_000}Y': CLIENT,
    'xsi:type="xsd:float"|NaN': None,
    'xsi:type="xsd:float"|nan': CLIENT,
    'xsi:type="xsd:boolean"|TRUE': CLIENT,
    'xsi:type="xsd:base64Binary"|AAA': CLIENT,
    'xsi:type="xsd:QName"|p:a': CLIENT,
    'xsi:type="xsd:string"|&#0;': CLIENT,
    'xsi:type="xsd:string"|&#xD800;': CLIENT,
    'xsi:type="xsd:string"|\x01': CLIENT,
    'xsi:type="xsd:string"|<![CDATA[a]]>b<![CDATA[<]]>': None,
    'xsi:type="xsd:string"|]]>': CLIENT,
    'xsi:type="c:Array" c:arrayType="xsd:int[2147483647]"|<i>1</i>': CLIENT,
    'xsi:type="c:Array" c:arrayType="xsd:int[1]" c:offset="[2147483647]"|<i>1</i>': CLIENT,
    "|x: " + "y" * 300_000: None,
    "|" + "<a/>" * 20_000: None,
}
#: Envelopes, where E is the namespace, O that of the other version, and % the rest of it.
ENVELOPES: dict[str, str | None] = {
    "": CLIENT,
    "hello": CLIENT,
    '{"a": 1}': CLIENT,
    "<": CLIENT,
    "<" * 100_000: CLIENT,
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>%": CLIENT,
    "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x'>%": CLIENT,
    "<?php x?>%": CLIENT,
    "%<?php x?>": CLIENT,
    "%<a/>": CLIENT,
    "%\0": CLIENT,
    "%<!-- -->": None,
    " <?xml version='1.0'?>%": CLIENT,
    "<e:Envelope xmlns:e='urn:x'><e:Body/></e:Envelope>": MISMATCH,
    "<Envelope><Body/></Envelope>": MISMATCH,
    "<e:Envelope xmlns:e='E'/>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Header/></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body/></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body>text</e:Body></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body/><e:Header/></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Header/><e:Header/><e:Body/></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body/><e:Body/></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><o:Body xmlns:o='O'/></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E' a='b'><e:Body/></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body><a/></e:Body></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body><e:Fault/></e:Body></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body><Echo xmlns='urn:ZSI'/></e:Body></e:Envelope>": CLIENT,
    "<e:Envelope xmlns:e='E'><e:Body><Echo xmlns='urn:ZSI'><value/></Echo><a/></e:Body>"
    "</e:Envelope>": CLIENT,
}
#: Attributes of a header block.
BLOCKS: dict[str, str | None] = {
    'e:mustUnderstand="1"': MISUNDERSTOOD,
    'e:mustUnderstand="0"': None,
    'e:mustUnderstand="yes"': CLIENT,
    'e:mustUnderstand=""': CLIENT,
    'mustUnderstand="1"': None,
    'e:mustUnderstand="1" e:A="N"': MISUNDERSTOOD,
    'e:mustUnderstand="1" e:A=""': MISUNDERSTOOD,
    'e:mustUnderstand="1" e:A="urn:somebody"': None,
    'e:mustUnderstand="1" e:A="http://www.w3.org/2003/05/soap-envelope/role/none"': None,
}


def message(version: SoapVersion, value: str = "|x", header: str = "") -> str:
    """An echo of a value."""
    attributes, _, content = value.partition("|")
    return (
        f'<e:Envelope xmlns:e="{version.namespace}" {SCOPE}><e:Header>{header}</e:Header><e:Body>'
        f"<n:Echo><n:value {attributes}>{content}</n:value></n:Echo></e:Body></e:Envelope>"
    )


def messages(version: SoapVersion) -> Iterator[tuple[str, str | None]]:
    """All of them, with the fault's code of SOAP 1.1."""
    other = SOAP12 if version is SOAP11 else SOAP11
    whole = message(version)
    for value, code in VALUES.items():
        yield message(version, value), code
    for envelope, code in ENVELOPES.items():
        text = envelope.replace("'E'", f"'{version.namespace}'").replace("'O'", other.namespace)
        yield text.replace("%", whole), code
    actor = version.actor_attribute.rpartition("}")[2]
    for block, code in BLOCKS.items():
        text = block.replace("e:A=", f"e:{actor}=").replace('"N"', f'"{version.next_actor}"')
        yield message(version, header=f'<h:a xmlns:h="urn:h" {text}/>'), code


class HostileTests(SynchronousTestCase):
    """A fault of the request's version, soon, and then the next request is answered."""

    def send(self, here: Connected, version: SoapVersion, text: str) -> Answer:
        before = len(here.answers())
        media_type = f"Content-Type: {version.media_type}; charset=utf-8".encode()
        body = text.encode()
        length = b"Content-Length: %d" % len(body)
        here.send(raw(b"POST /echo HTTP/1.1", b"Host: h", media_type, length, body=body))
        return here.answers()[before]

    def check(self, answer: Answer, version: SoapVersion, code: str | None, sent: str) -> None:
        root = etree.fromstring(answer.body)
        self.assertEqual(root.tag, f"{{{version.namespace}}}Envelope", sent)
        found = root.xpath("string(//faultcode|//*[local-name()='Code']/*[1])").rpartition(":")[2]
        wanted = code if code is None or version is SOAP11 else IN_12[code]
        self.assertEqual(found or None, wanted, sent)
        status = 200 if wanted is None else version.status_for(wanted)
        self.assertEqual(answer.status, status, sent)
        if code is not None:
            self.assertLess(len(answer.body), 4_000, sent)
            for inside in (b"Traceback", b" object at ", b".py"):
                self.assertNotIn(inside, answer.body, sent)

    def test_each(self) -> None:
        for kind in FRONTS:
            for version in (SOAP11, SOAP12):
                here = Connected(kind, Typed())
                for text, code in messages(version):
                    began = time.process_time()
                    answer = self.send(here, version, text)
                    self.assertLess(time.process_time() - began, 2, text[:200])
                    self.check(answer, version, code, text[:400])
                    here.wire.clear()
                    self.check(self.send(here, version, message(version)), version, None, "after")
                    here.wire.clear()

    def test_an_upgrade_is_offered(self) -> None:
        """SOAP 1.2 part 1, 5.4.7."""
        here = Connected("front", Typed())
        text = message(SOAP12).replace(SOAP12.namespace, "urn:x")
        self.assertIn(b":Upgrade>", self.send(here, SOAP12, text).body)
