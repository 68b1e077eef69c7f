"""Every example of the mock's language through each door that can say it, with one result.

The doors: Python verbs; an entry of a rule file; the same as JSON over the HTTP interface; and
the Python verbs once more, spoken to a server elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import BANK, Said, bank_mock, post, serve
from ZSI.mock import api
from ZSI.mock.client import Remote, RemoteError, RemoteMock
from ZSI.mock.definitions import parse_stub
from ZSI.mock.dsl import fault, raw, reply
from ZSI.mock.errors import DefinitionError
from ZSI.mock.facade import Mock
from ZSI.mock.matchers import (
    absent,
    all_of,
    any_of,
    between,
    contains,
    count,
    matching,
    nil,
    not_,
    one_of,
    present,
    valid,
)
from ZSI.mock.server import MockServer, MockVerbs
from ZSI.mock.verify import once
from ZSI.mock.yamlfile import parse_yaml

LANGUAGE = Path(__file__).parent / "language.wsdl"
SECOND_TRANSFER = {"from": "1", "to": "2", "amount": "1.00"}


class Here(Remote):
    """A client whose server is in this process: HTTP without the socket."""

    def __init__(self, mock: Mock) -> None:
        super().__init__("http://here")
        self.server = mock

    def request(
        self, method: str, path: str, body: Any = None, *, wait: float = 0.0, session: str = ""
    ) -> Any:
        """One request, through JSON and back."""
        data = json.loads(json.dumps(body), parse_float=str, parse_int=str)
        query = {"session": session} if session else {}
        answer = api.call(self.server, method, path, query, data)
        if answer.status >= 400 and "holds" not in answer.data:
            raise RemoteError(answer.status, answer.data["error"])
        return json.loads(json.dumps(answer.data))


def as_text(data: Any) -> Any:
    """Plain data with its numbers and truths as a rule file has them."""
    if isinstance(data, dict):
        return {key: as_text(value) for key, value in data.items()}
    if isinstance(data, list):
        return [as_text(value) for value in data]
    return json.dumps(data) if isinstance(data, bool | int | float) else data


#: A call and what is seen of its answer.
Call = tuple[str, Mapping[str, Any], Mapping[str, Any]]
#: What is seen of an answer.
Seen = Callable[[Said], Any]


@dataclass(frozen=True)
class Example:
    """One example: how it is said, which calls follow, and what they see.

    Attributes:
        name: its letter on the language page, and which of its forms.
        python: says it with the verbs. yaml: says it as entries of a rule file; "": Python only.
        calls: operation, fields, and how (header, http, version).
        seen: what is looked at in each answer. expected: for each call.
        before: sets the stage on the mock itself.
        remote: the verbs can be spoken to a server elsewhere.
        settings: of the mock.
    """

    name: str
    python: Callable[[Any], object]
    yaml: str
    calls: Sequence[Call]
    seen: Seen
    expected: Sequence[Any]
    wsdl: Path = BANK
    before: Callable[[Mock], object] = lambda mock: None
    remote: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)


def text(*names: str) -> Seen:
    """The texts of elements."""

    def seen(said: Said) -> Any:
        found = tuple(said.text(name) for name in names)
        return found[0] if len(found) == 1 else found

    return seen


def status(said: Said) -> int:
    """The HTTP status."""
    return said.status


def balances(*accounts: str, **how: Any) -> list[Call]:
    """Calls of GetBalance."""
    return [("GetBalance", {"account": account}, how) for account in accounts]


def language(name: str, xml: str, **how: Any) -> Call:
    """A call of the language's own WSDL."""
    return name, {}, {"body": f'<{name} xmlns="urn:language">{xml}</{name}>', **how}


def operator(spec: Any, yaml: str, accounts: str, expected: str) -> Example:
    """An operator on the account: 1 where the stub answers, 0 where it does not."""
    return Example(
        f"B {yaml}",
        lambda bank: bank.GetBalance.when(account=spec).reply(balance="1.00"),
        f"- {{op: GetBalance, when: {{account: {yaml}}}, reply: {{balance: 1.00}}}}",
        balances(*accounts.split()),
        lambda said: "1" if said.text("balance") == "1.00" else "0",
        expected.split(),
    )


def optional(spec: Any, yaml: str, expected: str) -> Example:
    """An operator on a field that one of two calls has."""
    return Example(
        f"B {yaml}",
        lambda bank: bank.GetBalance.when(on=spec).reply(balance="1.00"),
        f"- {{op: GetBalance, when: {{on: {yaml}}}, reply: {{balance: 1.00}}}}",
        [("GetBalance", {"account": "1", **more}, {}) for more in ({"on": "2026-01-01"}, {})],
        lambda said: "1" if said.text("balance") == "1.00" else "0",
        expected.split(),
    )


NOTHING = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"'


def per_message(gov: Any) -> None:
    gov.getState.per("MessageGUID").replies(
        reply({"//RequestState": 1}), reply({"//RequestState": 3})
    )


def by_handler(bank: Any) -> None:
    @bank.Transfer.handler
    def transfer(request: Any) -> Any:
        return bank.Transfer.sample(status="DONE")


def customer(erp: Any) -> None:
    erp.get.when({"baseRef/@internalId": "42"}).reply(
        {"//record": {"$type": "listRel:Customer", "entityId": "ACME"}}
    )


HEADER = '<SessionHeader xmlns="urn:language"><sessionId>{}</sessionId></SessionHeader>'
QUERY = "<queryString>SELECT Id FROM Account</queryString>"

EXAMPLES = (
    Example(
        "A", lambda bank: bank.GetBalance.when(account="42").reply(balance="10.00"),
        "- {op: GetBalance, when: {account: 42}, reply: {balance: 10.00}}",
        balances("42", "43"), lambda said: (said.status, said.text("balance")),
        [(200, "10.00"), (500, None)],
    ),
    Example(
        "B", lambda crm: crm.query.when(queryString=matching("FROM Account")).reply(size=3),
        "- {op: query, when: {queryString: {$re: FROM Account}}, reply: {size: 3}}",
        [language("query", QUERY), language("query", QUERY.replace("Account", "Contact"))],
        text("size"), ["3", None], LANGUAGE,
    ),
    operator(one_of("41", "42"), "{$in: [41, 42]}", "42 43", "1 0"),
    operator(not_("42"), "{$not: 42}", "42 43", "0 1"),
    operator(any_of("42", matching("^9")), "{$any: [42, {$re: ^9}]}", "42 91 43", "1 1 0"),
    operator(all_of(matching("^4"), contains("2")), "{$all: [{$re: ^4}, {$contains: 2}]}",
             "42 41 24", "1 0 0"),
    optional(present, "{$present: true}", "1 0"),
    optional(absent, "{$absent: true}", "0 1"),
    Example(
        "B {$nil: true}",
        lambda bank: bank.ReportFraud.when(note=nil).raw("in", status=299),
        "- {op: ReportFraud, when: {note: {$nil: true}}, raw: in, status: 299}",
        [("ReportFraud", {}, {"body": '<ReportFraud xmlns="urn:example:bank"><transactionId>1'
          f"</transactionId><note{nothing}/></ReportFraud>"}) for nothing in (NOTHING, "")],
        status, [299, 500],
    ),
    Example(
        "B {$count: 2}",
        lambda bank: bank.GetRates.when(currency=count(2)).reply(rate=[{"value": "2.5"}]),
        "- {op: GetRates, when: {currency: {$count: 2}}, reply: {rate: [{value: 2.5}]}}",
        [("GetRates", {"currency": ["EUR", "USD", "GBP"][:n]}, {}) for n in (1, 2, 3)],
        lambda said: said.all("value"), [[], ["2.5"], []],
    ),
    operator(contains("4"), "{$contains: 4}", "142 13", "1 0"),
    replace(
        operator(valid, "{$valid: true}", f"42 {'4' * 35}", "1 0"), settings={"requests": "off"}
    ),
    Example(
        "B $range",
        lambda bank: bank.ReportFraud.when(transactionId=between(1, 10)).raw("in", status=299),
        "- {op: ReportFraud, when: {transactionId: {$range: [1, 10]}}, raw: in, status: 299}",
        [("ReportFraud", {"transactionId": n, "note": ""}, {}) for n in (10, 11)],
        status, [299, 500],
    ),
    Example(
        "C", customer,
        "- {op: get, when: {baseRef/@internalId: 42},\n"
        "   reply: {//record: {$type: 'listRel:Customer', entityId: ACME}}}",
        [language("get", '<baseRef internalId="42"/>'),
         language("get", '<baseRef internalId="43"/>')],
        lambda said: (said.text("entityId"), b":Customer" in said.body, said.text("vendorId")),
        [("ACME", True, None), (None, False, None)], LANGUAGE,
    ),
    Example(
        "D",
        lambda tax: tax.Request.reply(
            {"//DetResponse": {"$for": "//DetRequest", "CAE": "{{ 10000 + loop.index }}"}}
        ),
        "- {op: Request, reply: {//DetResponse: {$for: //DetRequest,\n"
        "     CAE: '{{ 10000 + loop.index }}'}}}",
        [language("Request", "<FeCAEReq>" + "<DetRequest><DocNro>7</DocNro></DetRequest>" * n
                  + "</FeCAEReq>") for n in (1, 3)],
        lambda said: said.all("CAE"), [["10001"], ["10001", "10002", "10003"]], LANGUAGE,
    ),
    Example(
        "E",
        lambda crm: crm.query.header({"SessionHeader/sessionId": absent}).fault(
            code="sf:INVALID_SESSION_ID", string="no session"
        ),
        "- {op: query, header: {SessionHeader/sessionId: {$absent: true}},\n"
        "   fault: {$code: 'sf:INVALID_SESSION_ID', $string: no session}}\n"
        "- {op: query, fallback: sample}",
        [language("query", QUERY), language("query", QUERY, header=HEADER.format("s1"))],
        lambda said: (said.status, said.text("faultstring"), b"INVALID_SESSION_ID" in said.body),
        [(500, "no session", True), (200, None, False)], LANGUAGE,
        lambda mock: mock.op("query").fallback("sample"),
    ),
    Example(
        "F", lambda bank: bank.GetBalance.when(account="13").fail("AccountNotFound", code=7),
        "- {op: GetBalance, when: {account: 13}, fault: {AccountNotFound: {code: 7}}}",
        [*balances("13"), *balances("13", version="1.2")],
        lambda said: (said.status, said.text("code"), b"AccountNotFound" in said.body),
        [(500, "7", True), (500, "7", True)],
    ),
    Example(
        "F code",
        lambda bank: bank.GetBalance.fail("AccountNotFound", code=7).fault_code("{urn:x}Lost"),
        "- {op: GetBalance, fault: {AccountNotFound: {code: 7}, $code: '{urn:x}Lost'}}",
        balances("13"), lambda said: (said.text("code"), said.text("faultcode", )[-4:]),
        [("7", "Lost")],
    ),
    Example(
        "F typed",
        lambda bank: bank.GetBalance.fail(
            bank.mock.faults("GetBalance")["AccountNotFound"](code=7)
        ),
        "", balances("13"), text("code"), ["7"], remote=False,
    ),
    Example(
        "G", per_message,
        "- {op: getState, per: MessageGUID,\n"
        "   replies: [{reply: {//RequestState: 1}}, {reply: {//RequestState: 3}}]}",
        [language("getState", f"<MessageGUID>{guid}</MessageGUID>") for guid in "aabab"],
        text("RequestState"), ["1", "3", "1", "3", "3"], LANGUAGE,
    ),
    Example(
        "G mixed",
        lambda bank: bank.GetBalance.replies(
            raw("busy", status=503), fault(string="again"), reply(balance="1.00")
        ),
        "- {op: GetBalance, replies: [{raw: busy, status: 503}, {fault: {$string: again}},\n"
        "   {reply: {balance: 1.00}}]}",
        balances("1", "1", "1"),
        lambda said: (said.status, said.text("faultstring"), said.text("balance")),
        [(503, None, None), (500, "again", None), (200, None, "1.00")],
    ),
    Example(
        "H",
        lambda bank: bank.mock.port("BankSoap12").GetBalance.http({"X-Env": "uat"})
        .times(2).priority(5).status(299),
        "- {op: BankSoap12/GetBalance, http: {X-Env: uat}, times: 2, priority: 5, status: 299}",
        [*balances("1", http={"X-Env": "uat"}),
         *balances("1", http={"X-Env": "uat"}, version="1.2"),
         *balances("1", version="1.2"),
         *balances("1", "1", http={"X-Env": "uat"}, version="1.2")],
        status, [200, 299, 500, 299, 500],
    ),
    Example(
        "H delay", lambda bank: bank.GetBalance.delay("300ms"),
        "- {op: GetBalance, delay: 300ms}",
        balances("42"), lambda said: (said.status, said.text("account")), [(200, "42")],
    ),
    Example(
        "J",
        lambda bank: bank.GetBalance.raw(b"<html>", status=503, media_type="text/html"),
        "- {op: GetBalance, raw: <html>, status: 503, media_type: text/html}",
        balances("1"), lambda said: (said.status, said.body), [(503, b"<html>")],
    ),
    Example(
        "K", lambda bank: bank.Transfer.gate("hold"), "- {op: Transfer, gate: hold}",
        [("Transfer", SECOND_TRANSFER, {})], status, [200],
    ),
    Example(
        "L",
        lambda bank: bank.Transfer.trouble("empty", probability=0.5, seed=7),
        "- {op: Transfer, trouble: {kind: empty, probability: 0.5, seed: 7}}",
        [("Transfer", SECOND_TRANSFER, {})] * 6, lambda said: len(said.body) > 0,
        [False, False, True, False, True, False],
    ),
    Example(
        "M",
        lambda bank: bank.Transfer.scenario("outage", when="down", then="up")
        .fail("AccountNotFound"),
        "- {op: Transfer, scenario: {name: outage, when: down, then: up},\n"
        "   fault: {AccountNotFound: }}\n"
        "- {op: Transfer, fallback: sample}",
        [("Transfer", SECOND_TRANSFER, {})] * 2, status, [500, 200],
        before=lambda mock: (
            mock.scenarios.update(outage="down"), mock.op("Transfer").fallback("sample")
        ),
    ),
    Example(
        "N", by_handler, "", [("Transfer", SECOND_TRANSFER, {})], text("status"), ["DONE"],
        remote=False,
    ),
    Example(
        "template",
        lambda bank: bank.Transfer.reply(
            reference="{{ request.from }} to {{ request.to }}", transferId="{{ 40 + 2 }}"
        ),
        "- {op: Transfer, reply: {reference: '{{ request.from }} to {{ request.to }}',\n"
        "   transferId: '{{ 40 + 2 }}'}}",
        [("Transfer", SECOND_TRANSFER, {})], text("reference", "transferId"), [("1 to 2", "42")],
    ),
    Example(
        "choice",
        lambda bank: bank.OpenAccount.reply(refused="too young"),
        "- {op: OpenAccount, reply: {refused: too young}}",
        [("OpenAccount", {}, {"body": '<OpenAccount xmlns="urn:example:bank"><company><name>A'
          "</name><register>B</register></company><currency>EUR</currency></OpenAccount>"})],
        text("refused", "opened"), [("too young", None)],
    ),
    Example(
        "keywords",
        lambda bank: bank.Transfer.when(from_="1").reply(status="DONE"),
        "- {op: Transfer, when: {from: 1}, reply: {status: DONE}}",
        [("Transfer", SECOND_TRANSFER, {})], text("status"), ["DONE"],
    ),
    Example(
        "session",
        lambda bank: bank.GetBalance.session("t17").reply(balance="17.00"),
        "- {op: GetBalance, session: t17, reply: {balance: 17.00}}",
        [*balances("1", session="t17"), *balances("1", session="t18")],
        lambda said: said.text("balance") == "17.00", [True, False],
    ),
)  # fmt: skip


def by_python(mock: Mock, example: Example) -> None:
    """The verbs in this process."""
    example.before(mock)
    example.python(MockVerbs(mock))


def by_yaml(mock: Mock, example: Example) -> None:
    """Entries of a rule file; as from a file, the first stands in front."""
    example.before(mock)
    entries = parse_yaml(example.yaml, "rules.yaml")
    mock.engine.load([parse_stub(entry) for entry in entries])


def by_http(mock: Mock, example: Example) -> None:
    """The same entries as JSON."""
    example.before(mock)
    for entry in reversed(parse_yaml(example.yaml, "rules.yaml")):
        Here(mock).define_entry(entry)


def by_remote(mock: Mock, example: Example) -> None:
    """The verbs, spoken to a server elsewhere."""
    example.before(mock)
    remote = RemoteMock("http://here")
    remote.mock = Here(mock)
    example.python(remote)


DOORS = (by_python, by_yaml, by_http, by_remote)


def can_say(door: Callable[..., Any], example: Example) -> bool:
    """Whether a door is meant to say an example."""
    if door in (by_yaml, by_http):
        return bool(example.yaml)
    return door is by_python or example.remote


class ExamplesTests(SynchronousTestCase):
    maxDiff = None

    def test_every_example_through_every_door(self) -> None:
        wrong = []
        for example in EXAMPLES:
            for door in DOORS:
                if not can_say(door, example):
                    continue
                mock = bank_mock(example.wsdl, **example.settings)
                try:
                    door(mock, example)
                    seen = [
                        example.seen(serve(mock, name, **how, **fields))
                        for name, fields, how in example.calls
                    ]
                except Exception as error:
                    seen = [repr(error)]
                if seen != list(example.expected):
                    wrong.append(f"{example.name} {door.__name__}: {seen}")
        self.assertEqual(wrong, [])

    def test_every_door_makes_the_same_stubs(self) -> None:
        """What no single answer shows: delays, gates, kinds of trouble."""
        for example in EXAMPLES:
            made = {}
            for door in DOORS:
                if can_say(door, example):
                    mock = bank_mock(example.wsdl, **example.settings)
                    door(mock, replace(example, before=lambda mock: None))
                    entries = as_text(Here(mock).stubs())
                    for entry in entries:
                        del entry["id"]
                    made[door.__name__] = entries
            wanted = made.get("by_yaml")
            for name, entries in made.items():
                if wanted is not None:
                    other = [entry for entry in entries if entry not in wanted]
                    self.assertEqual(other, [], f"{example.name} {name}: {wanted}")

    def test_all_letters_of_the_page(self) -> None:
        letters = {example.name[0] for example in EXAMPLES if example.name[0].isupper()}
        self.assertEqual(letters | {"I"}, set("ABCDEFGHIJKLMN"))  # I is the test below

    def test_a_stub_of_verbs_is_the_entry_of_a_file(self) -> None:
        """What Python says is shown as an entry that a file can hold, and means the same."""
        for example in EXAMPLES:
            if not example.yaml:
                continue
            mock, again = (bank_mock(example.wsdl, **example.settings) for _ in range(2))
            by_python(mock, example)
            example.before(again)
            shown = json.loads(json.dumps(Here(mock).stubs()))
            again.reset()
            if example.name == "M":
                again.scenarios["outage"] = "down"
            Here(again).load(shown)
            seen = [example.seen(serve(again, n, **how, **fields))
                    for n, fields, how in example.calls]  # fmt: skip
            self.assertEqual(seen, list(example.expected), example.name)


class VerificationTests(SynchronousTestCase):
    """I: asked in Python and over HTTP."""

    def test_through_both_doors(self) -> None:
        mock = bank_mock()
        serve(mock, "GetBalance", account="42")
        serve(mock, "GetBalance", account="43")
        bank = MockVerbs(mock)
        bank.GetBalance.when(account="42").assert_called(once, within=5)
        self.assertEqual(bank.GetBalance.calls[-1].request.account, "43")
        asked = {"op": "GetBalance", "when": {"account": "42"}, "count": 1, "within": 1}
        self.assertTrue(Here(mock).request("POST", "/verify", asked)["holds"])
        remote = RemoteMock("http://here")
        remote.mock = Here(mock)
        remote.GetBalance.when(account="42").assert_called(once, within=5)
        self.assertEqual(remote.GetBalance.calls[-1].request.account, "43")
        words = [
            str(self.assertRaises(AssertionError, verbs.assert_called_once_with, account="41"))
            for verbs in (bank.GetBalance, remote.GetBalance)
        ]
        self.assertEqual(words[0], words[1])


class GateTests(SynchronousTestCase):
    """K over a socket: said through every door, released in Python and over HTTP."""

    def transfer(self, url: str, said: list[Said]) -> None:
        said.append(post(url, "Transfer", **SECOND_TRANSFER))

    def test_held_until_released(self) -> None:
        example = next(example for example in EXAMPLES if example.name == "K")
        with MockServer(BANK, admin=True) as bank:
            remote = RemoteMock(bank.mock.admin_url)
            for door in DOORS:
                for release in (bank.mock.gate("hold").release, remote.mock.gate("hold").release):
                    bank.mock.reset()
                    door(bank.mock, example)
                    said: list[Said] = []
                    client = Thread(target=self.transfer, args=(bank.url, said))
                    client.start()
                    end = monotonic() + 20
                    while not remote.mock.gate("hold").waiting and monotonic() < end:
                        sleep(0.005)
                    self.assertEqual((bank.mock.gate("hold").waiting, said), (1, []))
                    release()
                    client.join(20)
                    self.assertEqual([each.status for each in said], [200], door.__name__)
                    bank.mock.run(bank.mock.engine.load, [])


class MistakesTests(SynchronousTestCase):
    """What is wrong is said when it is said, through every door, with the nearest names."""

    WRONG: tuple[tuple[Callable[[Any], object], str, str], ...] = (
        (lambda bank: bank.GetBalance.when(acount=1).reply(),
         "{op: GetBalance, when: {acount: 1}}", "account"),
        (lambda bank: bank.GetBalance.reply(balance="much"),
         "{op: GetBalance, reply: {balance: much}}", "much"),
        (lambda bank: bank.GetBalance.reply(status="LOST"),
         "{op: GetBalance, reply: {status: LOST}}", "LOST"),
        (lambda bank: bank.GetBalance.fail("AcountNotFound"),
         "{op: GetBalance, fault: {AcountNotFound: }}", "AccountNotFound"),
        (lambda bank: bank.GetBalance.trouble("resett"),
         "{op: GetBalance, trouble: resett}", "reset"),
        (lambda bank: bank["GetBalence"].reply(), "{op: GetBalence}", "GetBalance"),
        (lambda bank: bank["BankSoap13/GetBalance"].reply(),
         "{op: BankSoap13/GetBalance}", "BankSoap12"),
        (lambda bank: bank.GetBalance.reply(balance="{{ request.acount }}"),
         "{op: GetBalance, reply: {balance: '{{ request.acount }}'}}", "account"),
    )  # fmt: skip

    def test_through_every_door(self) -> None:
        for python, yaml, words in self.WRONG:
            example = Example("", python, f"- {yaml}", (), status, ())
            for door in DOORS:
                error = self.assertRaises((DefinitionError, RemoteError), door, bank_mock(),
                                          example)  # fmt: skip
                self.assertIn(words, str(error), door.__name__)
                if door is by_yaml:
                    self.assertIn("rules.yaml:1", str(error))
