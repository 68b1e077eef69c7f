"""Scripted scenes: what clients of real services do, each with a rule file and over a socket.

Each scene is played with small WSDLs of our own and, where ``../shared/wsdl`` is there, with the
real one. Covers nothing that is not covered elsewhere: it shows that the parts play together.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from lxml import etree
from twisted.trial.unittest import SkipTest

from tests.mock.serving import Said, element, post, send
from tests.mock.test_recipes import Served
from tests.mock.test_rules import Files
from ZSI.names import SOAP11_ENC, SOAP11_ENV, SOAP12_ENV, WSA, WSSE, XSD, XSI
from ZSI.parse import ParsedSoap

HERE = Path(__file__).parent
SHARED = HERE.parents[1] / ".." / "shared" / "wsdl"
SCENES = HERE / "scenes.wsdl"
VERSIONS = ("1.1", "1.2")
TYPES = f'xmlns:xsi="{XSI}" xmlns:t="urn:scenes"'


def real(path: str) -> Path:
    """A WSDL of others; the test is skipped where there is none."""
    found = SHARED / path
    if not found.exists():
        raise SkipTest(f"../shared/wsdl/{path} is not there")
    return found.resolve()


class Scenes(Files):
    """Serves a rule file on a free port."""

    def serve(self, rules: str, **names: Any) -> Served:
        """A server for a rule file; ``NAME`` in it stands for what ``names`` say."""
        for name, value in names.items():
            rules = rules.replace(name, str(value))
        served = Served(self.write("rules.yaml", rules), SCENES)
        self.assertEqual([str(error) for error in served.mistakes], [])
        self.addCleanup(served.stop)
        self.base = f"http://{served.address}"
        return served

    def ask(self, name: str, inner: str, **how: Any) -> Said:
        """A call of the tax office."""
        body = f'<{name} xmlns="urn:scenes" {TYPES}>{inner}</{name}>'
        return post(f"{self.base}/scenes.asmx", body=body, **how)

    def valid(self, served: Served, said: Said, operation: str) -> Any:
        """The typed response in an answer."""
        self.assertEqual(said.status, 200, said.body)
        found = served.mock.engine.operations.find(operation)[0]
        assert found.response_class is not None
        return ParsedSoap(said.body).Parse(found.response_class.typecode)


class WcfTests(Scenes):
    """A WCF client: wsse and wsa headers that have to be understood, and its timestamps."""

    HEADERS = (
        '<a:Action xmlns:a="{wsa}" e:mustUnderstand="{must}">{action}</a:Action>'
        '<a:MessageID xmlns:a="{wsa}">urn:uuid:7d8e6a5c-0000-4000-8000-1234567890ab</a:MessageID>'
        '<a:ReplyTo xmlns:a="{wsa}"><a:Address>{wsa}/anonymous</a:Address></a:ReplyTo>'
        '<a:To xmlns:a="{wsa}" e:mustUnderstand="{must}">{to}</a:To>'
        '<o:Security xmlns:o="{wsse}" e:mustUnderstand="{must}">'
        "<o:UsernameToken><o:Username>u</o:Username><o:Password>hush-hush</o:Password>"
        "</o:UsernameToken></o:Security>"
    )

    def headers(self, action: str, to: str) -> str:
        return self.HEADERS.format(wsa=WSA, wsse=WSSE, must="1", action=action, to=to)

    def converse(self, served: Served, url: str, body: str, action: str, version: str) -> None:
        content = "text/xml; charset=utf-8"
        if version == "1.2":
            content = "application/soap+xml; charset=utf-8"
        # WCF has the action in SOAPAction even where 1.2 wants it in the media type
        fields = {"Content-Type": content, "SOAPAction": f'"{action}"', "Expect": "100-continue"}
        said = post(url, body=body, header=self.headers(action, url), version=version, http=fields)
        self.assertEqual(said.status, 200, said.body)
        header = etree.fromstring(said.body)[0]
        related = header.find(f"{{{WSA}}}RelatesTo")
        assert related is not None
        self.assertEqual(related.text, "urn:uuid:7d8e6a5c-0000-4000-8000-1234567890ab")
        self.assertIsNotNone(header.find(f"{{{WSA}}}Action"))
        entry = list(served.mock.journal)[-1]
        self.assertIn("not-verified", [finding.rule for finding in entry.call.findings])
        self.assertNotIn(b"hush-hush", entry.request_body)
        self.assertIn(b"<o:Username>u</o:Username>", entry.request_body)

    def test_own(self) -> None:
        served = self.serve("services: [WSDL]", WSDL=SCENES)
        for version in VERSIONS:
            url = f"{self.base}/scenes.asmx"
            body = element("Login", {"user": "a", "password": "b"}, "urn:scenes")
            self.converse(served, url, body, "urn:scenes/Login", version)

    def test_others_are_not_understood(self) -> None:
        """What nobody declares is refused, until a rule file says otherwise."""
        strange = '<x:Routing xmlns:x="urn:x" e:mustUnderstand="1">r</x:Routing>'
        login = "<user>a</user><password>b</password>"
        self.serve("services: [WSDL]", WSDL=SCENES)
        said = self.ask("Login", login, header=strange)
        self.assertEqual((said.status, b"MustUnderstand" in said.body), (500, True))
        self.serve("services: [{wsdl: WSDL, understand: '{urn:x}Routing'}]", WSDL=SCENES)
        self.assertEqual(self.ask("Login", login, header=strange).status, 200)

    def test_real(self) -> None:
        served = self.serve("services: [WSDL]", WSDL=real("wsdl2go/soap12wcf.wsdl"))
        (operation,) = served.mock.operations
        body = ParsedSoap(served.mock.sample_request(operation.name)).message.body_elements[0]
        text = etree.tostring(body, encoding="unicode")
        self.converse(
            served, served.mock.url(), text, operation.soap_action or "", operation.version.number
        )


ONVIF = """<definitions name="{name}" targetNamespace="urn:onvif:{name}"
    xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:onvif:{name}"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types><xs:schema targetNamespace="urn:onvif:{name}" elementFormDefault="qualified">
    <xs:element name="GetServiceCapabilities"><xs:complexType/></xs:element>
    <xs:element name="GetServiceCapabilitiesResponse"><xs:complexType><xs:sequence>
      <xs:element name="{name}" type="xs:boolean"/></xs:sequence></xs:complexType></xs:element>
  </xs:schema></types>
  <message name="In"><part name="p" element="t:GetServiceCapabilities"/></message>
  <message name="Out"><part name="p" element="t:GetServiceCapabilitiesResponse"/></message>
  <portType name="{name}"><operation name="GetServiceCapabilities">
    <input message="t:In"/><output message="t:Out"/></operation></portType>
  <binding name="{name}Binding" type="t:{name}">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="GetServiceCapabilities"><soap:operation soapAction=""/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation></binding></definitions>"""


class OnvifTests(Scenes):
    """Four WSDLs without a service, on one host."""

    def test_own(self) -> None:
        """At the path of their bindings, and together at one; one operation name, four elements."""
        names = ("Device", "Media", "Events", "Ptz")
        for name in names:
            self.write(f"{name}.wsdl", ONVIF.format(name=name))
        self.serve(f"services: [{', '.join(f'{name}.wsdl' for name in names)}]")
        for name in names:
            said = self.capabilities(f"/{name}Binding", f"urn:onvif:{name}")
            self.assertIsNotNone(said.text(name))
        items = ", ".join(f"{{wsdl: {name}.wsdl, path: /onvif}}" for name in names)
        self.serve(
            f"services: [{items}]\nstubs:\n"
            "- {op: GetServiceCapabilities, service: Ptz, reply: {Ptz: false}}\n"
        )
        for name in names:
            said = self.capabilities("/onvif", f"urn:onvif:{name}")
            self.assertEqual(said.text(name), "false" if name == "Ptz" else "true")

    def capabilities(self, path: str, namespace: str) -> Said:
        body = element("GetServiceCapabilities", {}, namespace)
        said = post(self.base + path, body=body, version="1.2")
        self.assertEqual(said.status, 200, said.body)
        return said

    def test_real(self) -> None:
        wsdls = {
            "specs/ver10/device/wsdl/devicemgmt.wsdl": "http://www.onvif.org/ver10/device/wsdl",
            "specs/ver20/imaging/wsdl/imaging.wsdl": "http://www.onvif.org/ver20/imaging/wsdl",
            "specs/ver20/ptz/wsdl/ptz.wsdl": "http://www.onvif.org/ver20/ptz/wsdl",
            "specs/ver10/recording.wsdl": "http://www.onvif.org/ver10/recording/wsdl",
        }
        served = self.serve(f"services: {[str(real(path)) for path in wsdls]}")
        paths = [mount.path for mount in served.mock.mounts]
        self.assertEqual(len(set(paths)), 4)
        for path, namespace in zip(paths, wsdls.values(), strict=True):
            self.capabilities(path, namespace)
        shown = send(f"{self.base}{paths[0]}?wsdl", "GET", None, {})
        self.assertEqual(shown.status, 200)


class SessionTests(Scenes):
    """A login whose reply carries the mock's own URL; then its session goes stale."""

    RULES = """
services: [WSDL]
stubs:
- op: Login
  reply: {serverUrl: "{{ mock.url('ScenesSoap') }}", sid: s-1}
- op: Solicit
  header: {Session/sid: {$not: s-1}}
  fault: {SessionFault: {exceptionCode: INVALID_SESSION}, $code: "f:INVALID_SESSION",
          $string: "the session is over"}
- {op: Solicit, fallback: sample}
"""
    SOLICIT = "<Batch><Details><Detail><Number>1</Number></Detail></Details></Batch>"
    SESSION = '<Session xmlns="urn:scenes"><sid>{}</sid></Session>'

    def test_own(self) -> None:
        self.serve(self.RULES, WSDL=SCENES)
        for version in VERSIONS:
            login = self.ask("Login", "<user>a</user><password>b</password>", version=version)
            url, sid = login.text("serverUrl"), login.text("sid")
            assert url is not None and sid is not None
            self.assertEqual(url, f"{self.base}/scenes.asmx")
            body = f'<Solicit xmlns="urn:scenes">{self.SOLICIT}</Solicit>'
            good = post(url, body=body, header=self.SESSION.format(sid), version=version)
            self.assertEqual(good.status, 200)
            stale = post(url, body=body, header=self.SESSION.format("old"), version=version)
            self.assertEqual((stale.status, stale.text("exceptionCode")), (500, "INVALID_SESSION"))
            self.assertEqual(self.code(stale.body), "{urn:scenes:fault}INVALID_SESSION")

    def code(self, body: bytes) -> str:
        """The fault code (of SOAP 1.2: the innermost subcode) as an expanded name."""
        root = etree.fromstring(body)
        found = root.xpath("//faultcode | //*[local-name() = 'Value']")
        assert isinstance(found, list)
        node: Any = found[-1]
        prefix, _, local = str(node.text).strip().rpartition(":")
        return f"{{{node.nsmap[prefix]}}}{local}"

    def test_real(self) -> None:
        wsdl = real("soap/test/soap_SUITE_data/salesforce_small.wsdl")
        served = self.serve(
            "services: [WSDL]\nstubs:\n"
            "- {op: login, when: {username: u}, reply: {//serverUrl: '{{ mock.url() }}/0DF',"
            " //sessionId: s-1}}\n"
            "- {op: describeSObject, header: {SessionHeader/sessionId: {$not: s-1}},"
            " fault: {$code: '{urn:fault.sforce}INVALID_SESSION_ID', $string: no session}}\n"
            "- {op: describeSObject, fallback: sample}\n",
            WSDL=wsdl,
        )
        operation = served.mock.engine.operations.find("login")[0]
        assert operation.root is not None
        space, url = operation.root.namespace or "", served.mock.url()
        said = post(url, body=element("login", {"username": "u", "password": "p"}, space))
        self.valid(served, said, "login")
        self.assertEqual((said.text("serverUrl"), said.text("sessionId")), (f"{url}/0DF", "s-1"))
        for sid, status in (("s-1", 200), ("s-0", 500)):
            header = element("SessionHeader", {"sessionId": sid}, space)
            body = element("describeSObject", {"sObjectType": "Account"}, space)
            said = post(url, body=body, header=header)
            self.assertEqual(said.status, status, said.body)
        self.assertEqual(self.code(said.body), "{urn:fault.sforce}INVALID_SESSION_ID")


class BatchTests(Scenes):
    """One reply item for each request item, three levels deep; 1.1 and 1.2 at one path."""

    def test_own(self) -> None:
        served = self.serve(
            "services: [WSDL]\nstubs:\n- op: Solicit\n  reply:\n    Result/Answers/Answer:\n"
            "      $for: Batch/Details/Detail\n      Number: '{{ item.Number }}'\n"
            "      Code: '{{ 74000 + loop.index }}'\n      Sum: '{{ item.Line|sum }}'\n",
            WSDL=SCENES,
        )
        for version in VERSIONS:
            for count in (1, 3):
                details = "".join(
                    f"<Detail><Number>{n}</Number><Line>1.50</Line><Line>{n}</Line></Detail>"
                    for n in range(7, 7 + count)
                )
                inner = f"<Batch><Details>{details}</Details></Batch>"
                said = self.ask("Solicit", inner, version=version)
                made = self.valid(served, said, "Solicit")
                self.assertEqual(
                    [(a.Number, a.Code, str(a.Sum)) for a in made.Result.Answers.Answer],
                    [(7 + n, str(74001 + n), f"{8 + n}.50") for n in range(count)],
                )
                uri = SOAP12_ENV if version == "1.2" else SOAP11_ENV
                self.assertIn(uri.encode(), said.body)
        self.assertEqual({call.operation for call in served.mock.journal}, {"Solicit"})


class AbstractTests(Scenes):
    """Where the contract has an abstract type, concrete ones come and go."""

    def test_own(self) -> None:
        served = self.serve(
            "services: [WSDL]\nstubs:\n"
            "- {op: Find, when: {like/register: HRB 1}, reply: {found: "
            "[{$type: t:Company, id: c1, register: HRB 1}, {$type: t:Person, born: 2001-02-03}]}}\n"
            "- {op: Find, fallback: sample}\n",
            WSDL=SCENES,
        )
        like = '<like xsi:type="t:Company"><id>x</id><register>{}</register></like>'
        made = self.valid(served, self.ask("Find", like.format("HRB 1")), "Find")
        self.assertEqual([type(one).__name__ for one in made.found], ["Company", "Person"])
        self.assertEqual((made.found[0].register, str(made.found[1].born)), ("HRB 1", "2001-02-03"))
        other = self.valid(served, self.ask("Find", like.format("HRB 2")), "Find")
        self.assertNotEqual(type(other.found[0]).__name__, "Record")
        bare = self.ask("Find", "<like><id>x</id></like>")
        self.assertEqual((bare.status, b"abstract" in bare.body), (500, True))


class Vim25Tests(Scenes):
    """vSphere: Login, then RetrieveProperties with values of any type."""

    def test_real(self) -> None:
        served = self.serve(
            """
services: [WSDL]
namespaces: {v: "urn:vim25", xs: "http://www.w3.org/2001/XMLSchema"}
stubs:
- op: Login
  when: {userName: root}
  reply: {returnval: {key: sess-1, userName: "{{ request.userName }}"}}
- {op: Login, fault: {InvalidLoginFault: {}}}
- op: RetrieveProperties
  reply:
    returnval:
    - obj: {"@type": VirtualMachine, .: vm-42}
      propSet:
      - {name: name, val: {$type: "xs:string", $value: web01}}
      - {name: config.cpu, val: {$type: "xs:int", $value: 4}}
""",
            WSDL=real("ZSI/test/wsdl2py/wsdl/vim25/vimService.wsdl"),
        )
        url = served.mock.url()
        login = ('<Login xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this>'
                 "<userName>{}</userName><password>p</password></Login>")  # fmt: skip
        said = post(url, body=login.format("root"), http={"SOAPAction": '"urn:vim25/4.0"'})
        self.assertEqual(self.valid(served, said, "Login").returnval.key, "sess-1")
        said = post(url, body=login.format("guest"))
        self.assertEqual((said.status, b"InvalidLogin" in said.body), (500, True), said.body)
        said = post(
            url,
            body='<RetrieveProperties xmlns="urn:vim25"><_this type="PropertyCollector">pc</_this>'
            "<specSet><propSet><type>VirtualMachine</type><pathSet>name</pathSet></propSet>"
            '<objectSet><obj type="Folder">group-v1</obj></objectSet></specSet>'
            "</RetrieveProperties>",
        )
        (content,) = self.valid(served, said, "RetrieveProperties").returnval
        values = [(one.name, getattr(one.val, "value", one.val)) for one in content.propSet]
        self.assertEqual(values, [("name", "web01"), ("config.cpu", 4)])
        self.assertIn(b":string", said.body)


class RecoveryTests(Scenes):
    """A load balancer's page, then a fault, then it works; asked by one client and by another."""

    def test_own(self) -> None:
        served = self.serve(
            "services: [WSDL]\nstubs:\n- op: Login\n  per: user\n  replies:\n"
            "  - {raw: '<html><h1>503 Service Unavailable</h1></html>', status: 503,"
            " media_type: text/html, http: {Retry-After: 1}}\n"
            "  - {fault: {$code: Server, $string: still starting}}\n"
            "  - {reply: {sid: s-9}}\n",
            WSDL=SCENES,
        )
        for user in ("a", "b"):
            page, fault, good, more = (
                self.ask("Login", f"<user>{user}</user><password>p</password>") for _ in range(4)
            )
            self.assertEqual((page.status, page.headers["Retry-After"]), (503, "1"))
            self.assertTrue(page.headers["Content-Type"].startswith("text/html"))
            self.assertEqual((fault.status, fault.text("faultstring")), (500, "still starting"))
            self.assertEqual((good.text("sid"), more.text("sid")), ("s-9", "s-9"))
        self.assertEqual(len(list(served.mock.journal)), 8)


class OneWayTests(Scenes):
    """Nobody waits for an answer, but the journal knows."""

    def test_own(self) -> None:
        served = self.serve("services: [WSDL]\nstubs: [{op: Notify, delay: 100ms}]", WSDL=SCENES)
        for version in VERSIONS:
            began = time.monotonic()
            said = self.ask("Notify", "<text>on fire</text>", version=version)
            self.assertEqual((said.status, said.body), (202, b""))
            self.assertGreater(time.monotonic() - began, 0.09)
        self.assertEqual([call.request.text for call in served.mock.journal], ["on fire"] * 2)
        wrong = self.ask("Notify", "<txt/>")
        self.assertEqual((wrong.status, b"Fault" in wrong.body), (500, True))


ARRAYS = """<definitions name="Arrays" targetNamespace="urn:arrays"
    xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:arrays"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soapenc="{enc}"
    xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types><xs:schema targetNamespace="urn:arrays">
    <xs:import namespace="{enc}"/>
    <xs:complexType name="Point"><xs:sequence><xs:element name="x" type="xs:int"/>
      <xs:element name="label" type="xs:string"/></xs:sequence></xs:complexType>
    <xs:complexType name="Points"><xs:complexContent><xs:restriction base="soapenc:Array">
      <xs:attribute ref="soapenc:arrayType" wsdl:arrayType="t:Point[]"/>
    </xs:restriction></xs:complexContent></xs:complexType>
  </xs:schema></types>
  <message name="In"><part name="points" type="t:Points"/></message>
  <message name="Out"><part name="points" type="t:Points"/></message>
  <portType name="P"><operation name="move"><input message="t:In"/><output message="t:Out"/>
    </operation></portType>
  <binding name="B" type="t:P">
    <soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="move"><soap:operation soapAction=""/>
      <input><soap:body use="encoded" namespace="urn:arrays" encodingStyle="{enc}"/></input>
      <output><soap:body use="encoded" namespace="urn:arrays" encodingStyle="{enc}"/></output>
    </operation></binding>
  <service name="Arrays"><port name="Arrays" binding="t:B">
    <soap:address location="http://localhost/arrays"/></port></service></definitions>"""


class EncodedTests(Scenes):
    """rpc/encoded arrays both ways, in each layout in which clients send them."""

    SPACES = (f'xmlns:m="urn:arrays" xmlns:n="{SOAP11_ENC}" xmlns:xsi="{XSI}" xmlns:xsd="{XSD}" '
              f'e:encodingStyle="{SOAP11_ENC}"')  # fmt: skip
    LAYOUTS = (
        # items in place, with arrayType
        '<m:move {spaces}><points xsi:type="n:Array" n:arrayType="m:Point[2]">'
        "<item><x>1</x><label>a</label></item><item><x>2</x><label>b</label></item>"
        "</points></m:move>",
        # Axis: everything in its own element after the call
        '<m:move {spaces}><points href="#p"/></m:move>'
        '<multiRef id="p" {spaces} xsi:type="n:Array" n:arrayType="m:Point[2]">'
        '<item href="#1"/><item href="#2"/></multiRef>'
        '<multiRef id="1" {spaces} xsi:type="m:Point"><x xsi:type="xsd:int">1</x>'
        '<label xsi:type="xsd:string">a</label></multiRef>'
        '<multiRef id="2" {spaces} xsi:type="m:Point"><x xsi:type="xsd:int">2</x>'
        '<label xsi:type="xsd:string">b</label></multiRef>',
        # no arrayType, items named as they like
        "<m:move {spaces}><points><Point><x>1</x><label>a</label></Point>"
        "<Point><x>2</x><label>b</label></Point></points></m:move>",
    )
    RULES = """
services: [WSDL]
stubs:
- op: move
  when: {points/item: {$count: 2}, "points/item[2]/label": b}
  reply: {points: {$for: points/item, x: "{{ item.x * 10 }}", label: "{{ item.label }}!"}}
"""

    def test_own(self) -> None:
        self.write("arrays.wsdl", ARRAYS.format(enc=SOAP11_ENC))
        served = self.serve(self.RULES, WSDL="arrays.wsdl")
        for layout in self.LAYOUTS:
            said = post(f"{self.base}/arrays", body=layout.replace("{spaces}", self.SPACES))
            made = self.valid(served, said, "move")
            self.assertEqual([(p.x, p.label) for p in made.points], [(10, "a!"), (20, "b!")])
            self.assertRegex(said.body.decode(), r'arrayType="\w+:Point\[2\]"')

    def test_real(self) -> None:
        """What is asked comes back as the sample: strings and structs, read by zeep."""
        wsdl = real("deb-php8.2/interop/Round2/Base/round2_base.wsdl")
        served = self.serve(
            "services: [WSDL]\nstubs:\n"
            "- {op: echoStringArray, reply: {return: '{{ request.inputStringArray }}'}}\n"
            "- {op: echoStructArray, reply: {outputStructArray: {$for: inputStructArray, "
            "varString: '{{ item.varString|upper }}'}}}\n".replace("return", "outputStringArray"),
            WSDL=wsdl,
        )
        from tests.corpus.zeeps import client_of

        client = client_of(f"{served.mock.url()}?wsdl", self.base)
        service = client.service
        strings = client.get_type("{http://soapinterop.org/xsd}ArrayOfstring")
        self.assertEqual(list(service.echoStringArray(strings(["a", "b"]))), ["a", "b"])
        structs = client.get_type("{http://soapinterop.org/xsd}ArrayOfSOAPStruct")
        struct = client.get_type("{http://soapinterop.org/xsd}SOAPStruct")
        items = [struct(varString=text, varInt=1, varFloat=1.5) for text in "xy"]
        found = service.echoStructArray(structs(items))
        self.assertEqual([one.varString for one in found], ["X", "Y"])
