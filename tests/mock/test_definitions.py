"""The dict form of stubs: what it means, what it refuses, and back.

Covers: ZSI.mock.definitions, ZSI.mock.unparse, ZSI.mock.keys, ZSI.mock.mistakes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock import matchers
from ZSI.mock.definitions import parse_reply, parse_stub
from ZSI.mock.errors import DefinitionError
from ZSI.mock.keys import Place
from ZSI.mock.mistakes import DefinitionErrors, Mistakes, each_of
from ZSI.mock.stubs import (
    CallableReply,
    DeclaredFault,
    FileReply,
    FreeFault,
    RawReply,
    SampleReply,
    Scenario,
    Stub,
    Trouble,
    TypedReply,
    When,
    XmlReply,
)
from ZSI.mock.unparse import plain, unparse_reply, unparse_stub
from ZSI.mock.yamlfile import parse_yaml

#: Entries as a rule file has them, and what they mean: attributes of the stub.
ENTRIES: list[tuple[str, dict[str, Any]]] = [
    ("{op: Get}", {"op": "Get", "when": When(), "replies": ()}),
    (
        "{op: Get, when: {account: 042}, reply: {balance: 10.00}}",
        {"when": When({"account": "042"}), "replies": (SampleReply({"balance": "10.00"}),)},
    ),
    (
        "{op: S/Get, when: {q: {$re: ^FROM}}, header: {A/b: {$absent: true}}, http: {X: y}}",
        {
            "op": "S/Get",
            "when": When(
                {"q": {"$re": "^FROM"}}, header={"A/b": {"$absent": "true"}}, http={"X": "y"}
            ),
        },
    ),
    (
        "{op: G, version: 1.2, xpath: //a, body: <a/>, namespaces: {p: 'urn:p'}}",
        {"when": When(version="1.2", xpath={"//a": True}, body="<a/>", namespaces={"p": "urn:p"})},
    ),
    ("{op: G, xpath: {count(//a): 2}}", {"when": When(xpath={"count(//a)": "2"})}),
    (
        "{op: G, any: [{when: {a: 1}}, {version: 1.1}], not: {when: {b: 2}}, all: [{xpath: //c}]}",
        {
            "when": When(
                any_of=(When({"a": "1"}), When(version="1.1")),
                none_of=(When({"b": "2"}),),
                all_of=(When(xpath={"//c": True}),),
            )
        },
    ),
    (
        "{op: G, fault: {$code: 'p:X', $string: gone, $actor: a, $detail: <x/>}, status: 503}",
        {"replies": (FreeFault("p:X", "gone", "a", "<x/>", status=503),)},
    ),
    (
        "{op: G, fault: {NotFound: {code: 7}, $code: Client}}",
        {"replies": (DeclaredFault("NotFound", {"code": "7"}, code="Client"),)},
    ),
    ("{op: G, fault: {NotFound: }}", {"replies": (DeclaredFault("NotFound"),)}),
    ("{op: G, fault: {}}", {"replies": (FreeFault(),)}),
    (
        "{op: G, raw: busy, status: 503, media_type: text/html, reply_http: {Retry-After: 1}}",
        {"replies": (RawReply(b"busy", "text/html", status=503, http={"Retry-After": "1"}),)},
    ),
    ("{op: G, raw: {$base64: AP8=}}", {"replies": (RawReply(b"\0\xff"),)}),
    ("{op: G, xml: <a/>, template: no}", {"replies": (XmlReply("<a/>", False),)}),
    ("{op: G, file: r.xml}", {"replies": (FileReply("r.xml"),)}),
    (
        "{op: G, file: r.bin, media_type: a/b}",
        {"replies": (FileReply("r.bin", media_type="a/b"),)},
    ),
    (
        "{op: G, reply_header: {Session: {sessionId: 1}}}",
        {"replies": (SampleReply(header={"Session": {"sessionId": "1"}}),)},
    ),
    (
        "{op: G, per: id, then: repeat, replies: [{reply: {a: 1}}, {raw: x, status: 503}, "
        "{fault: {F: {}}, delay: 1s, header: {H: {}}, http: {X: y}}]}",
        {
            "per": "id",
            "then": "repeat",
            "replies": (
                SampleReply({"a": "1"}),
                RawReply(b"x", status=503),
                DeclaredFault("F", {}, header={"H": {}}, http={"X": "y"}),
            ),
        },
    ),
    (
        "{op: G, input: in, service: s, priority: -5, times: 2, gate: g, session: t, label: l}",
        {
            "input": "in",
            "service": "s",
            "priority": -5,
            "times": 2,
            "gate": "g",
            "session": "t",
            "label": "l",
        },
    ),  # fmt: skip
    ("{op: G, scenario: outage, id: x1}", {"scenario": Scenario("outage"), "id": "x1"}),
    (
        "{op: G, scenario: {name: outage, when: down, then: up}}",
        {"scenario": Scenario("outage", "down", "up")},
    ),
    (
        "{op: G, trouble: [reset, {kind: dribble, probability: 0.1, seed: 7, bytes: 10}]}",
        {"trouble": (Trouble("reset"), Trouble("dribble", 0.1, 7, {"bytes": "10"}))},
    ),
    ("{op: G, fallback: sample}", {"fallback": "sample"}),
    ("{op: G, fallback: {raw: x}}", {"fallback": RawReply(b"x")}),
]


def stub_of(text: str) -> Stub:
    return parse_stub(parse_yaml(text, "f.yaml", {}))


class EntriesTests(SynchronousTestCase):
    """What entries mean."""

    def test_entries(self) -> None:
        for text, expected in ENTRIES:
            stub = stub_of(text)
            for name, value in expected.items():
                found = getattr(stub, name)
                if name == "replies":
                    found = tuple(replace(reply, delay=None) for reply in found)
                self.assertEqual(found, value, text)

    def test_back_and_forth(self) -> None:
        """`unparse_stub` writes what `parse_stub` reads, through JSON too."""
        for text, _ in ENTRIES:
            stub = stub_of(text)
            again = parse_stub(json.loads(json.dumps(unparse_stub(stub))))
            for name in ("op", "when", "replies", "priority", "times", "scenario", "trouble",
                         "fallback", "delay", "gate", "session", "label", "id", "service",
                         "input", "then", "per"):  # fmt: skip
                self.assertEqual(getattr(again, name), getattr(stub, name), text)

    def test_json_scalars(self) -> None:
        """Numbers and booleans, as JSON has them, where text would do."""
        stub = parse_stub(
            {"op": "G", "version": 1.2, "times": 2, "delay": 0.3, "raw": "x", "status": 500}
        )
        self.assertEqual((stub.when.version, stub.times), ("1.2", 2))
        assert stub.delay is not None
        self.assertEqual(stub.delay.seconds, stub.delay.seconds)
        self.assertEqual(stub.delay.describe(), "300ms")

    def test_delays(self) -> None:
        for given in ("300ms", {"uniform": ["100ms", "1s"]}, {"lognormal": ["90ms", "0.4"]}):
            stub = parse_stub({"op": "G", "delay": given})
            self.assertEqual(parse_stub(unparse_stub(stub)).delay, stub.delay)

    def test_what_is_around(self) -> None:
        stub = parse_stub(
            {"op": "G", "namespaces": {"a": "urn:own"}, "session": "mine"},
            origin="http", session="theirs", service="bank",
            namespaces={"a": "urn:outer", "b": "urn:b"},
        )  # fmt: skip
        self.assertEqual(stub.when.namespaces, {"a": "urn:own", "b": "urn:b"})
        self.assertEqual((stub.session, stub.service, stub.origin), ("mine", "bank", "http"))

    def test_place(self) -> None:
        stub = parse_yaml("\n- op: G\n  times: 2\n", "f.yaml", {})[0]
        self.assertEqual(str(parse_stub(stub).where), "f.yaml:2")

    def test_file_is_kept_as_written(self) -> None:
        """It is meant from the rule file's folder, which the place of the stub says."""
        self.assertEqual(unparse_reply(parse_reply({"file": "a/b.xml"})), {"file": "a/b.xml"})


class MistakesTests(SynchronousTestCase):
    """Every mistake: where, what was expected, what is near."""

    def said(self, text: str) -> str:
        return str(self.assertRaises(DefinitionError, stub_of, text))

    def test_mistakes(self) -> None:
        for text, expected in (
            ("{when: {}}", "f.yaml:1: a stub without op; expected op: the name of an operation"),
            ("[]", "a list; expected a mapping"),
            ("{op: [G]}", "f.yaml:1: op: a list; expected text"),
            (
                "op: G\nwen: {}",
                "f.yaml:2: wen: no key 'wen' here; did you mean when?",
            ),
            ("op: G\nwhen: 5", "f.yaml:2: when: '5'; expected a mapping"),
            ("{op: G, version: 1.3}", "'1.3'; expected 1.1, 1.2; did you mean"),
            ("{op: G, then: stop}", "then: 'stop'; expected stay, repeat, pass"),
            ("{op: G, times: -1}", "times: '-1'; expected an integer from 0 to 1000000000"),
            ("{op: G, times: 1.5}", "times: '1.5'; expected an integer"),
            ("{op: G, priority: high}", "'high'; expected an integer from -1000000"),
            ("{op: G, status: 99, raw: x}", "expected an integer from 200 to 599"),
            ("{op: G, delay: soon}", "f.yaml:1: delay: 'soon' is no time"),
            ("{op: G, reply: {}, raw: x}", "raw: reply and raw in one reply; expected one of them"),
            ("{op: G, raw: x, replies: [{}]}", "raw: raw beside replies"),
            ("{op: G, replies: {}}", "replies: a mapping; expected a list"),
            ("{op: G, replies: []}", "replies: no replies; expected a list of replies"),
            ("op: G\nreplies:\n- {}\n- {x: 1}", "f.yaml:4: replies: [2]: x: no key 'x' here"),
            ("{op: G, fault: {A: {}, B: {}}}", "fault: faults A and B; expected one fault"),
            ("{op: G, fault: {$cod: x}}", "fault: $cod: no key '$cod' here; did you mean $code"),
            ("{op: G, fault: {A: {}, $detail: x}}", "$detail beside a declared fault"),
            ("{op: G, media_type: a/b}", "media_type: media_type without raw or file"),
            ("{op: G, reply: {}, template: no}", "template: template without xml or file"),
            ("{op: G, xml: x, template: maybe}", "'maybe'; expected true or false"),
            ("{op: G, raw: {$base64: '*'}}", "raw: $base64: no base64"),
            ("{op: G, scenario: {when: x}}", "a scenario without a name"),
            ("{op: G, trouble: {seed: 1}}", "a trouble without a kind"),
            ("{op: G, trouble: {kind: reset, probability: 2}}", "expected a number from 0 to 1"),
            ("{op: G, fallback: nothing}", "fallback: 'nothing'; expected sample, fault"),
            ("{op: G, fallback: {x: 1}}", "fallback: x: no key 'x' here"),
            ("{op: G, any: [{op: H}]}", "any: [1]: op: no key 'op' here"),
            ("{op: G, namespaces: {p: [1]}}", "namespaces: p: a list; expected text"),
            ("{op: G, http: }", ""),
        ):
            if expected:
                self.assertIn(expected, self.said(text))
            else:
                stub_of(text)

    def test_all_at_once(self) -> None:
        text = "op: G\ntimes: x\nreplies:\n- {raw: a, xml: b}\n- {status: 1}\nzzz: 1\n"
        error = self.assertRaises(DefinitionErrors, stub_of, text)
        lines = str(error).splitlines()
        self.assertEqual([line.split(": ")[0] for line in lines],
                         ["f.yaml:2", "f.yaml:4", "f.yaml:5", "f.yaml:6"])  # fmt: skip
        self.assertEqual(len(list(each_of(DefinitionErrors([error, error])))), 8)

    def test_over_http_there_is_no_file(self) -> None:
        error = self.assertRaises(DefinitionError, parse_stub, {"op": "G", "times": "x"})
        self.assertIn("times: 'x'; expected", str(error))

    def test_collecting(self) -> None:
        mistakes = Mistakes()
        mistakes.finish()
        self.assertEqual(mistakes.attempt(int, "5"), 5)
        mistakes.add(Place({}).below("a").error("wrong"))
        error = self.assertRaises(DefinitionError, mistakes.finish)
        self.assertEqual(str(error), "a: wrong")
        self.assertRaises(ValueError, mistakes.attempt, int, "x")


class PythonOnlyTests(SynchronousTestCase):
    """What only Python says is shown by its name."""

    def test_functions_and_objects(self) -> None:
        def answer(request: Any) -> None: ...

        stub = Stub("G", When({"a": matchers.matching("x"), "b": len}, tests=(answer,)))
        shown = unparse_stub(replace(stub, replies=(CallableReply(answer), TypedReply(Stub("x")))))
        self.assertEqual(shown["when"], {"a": {"$re": "x"}, "b": "python: len"})
        self.assertIn("answer", shown["where"][0])
        self.assertIn("answer", shown["replies"][0]["reply"])
        self.assertEqual(shown["replies"][1]["reply"], "python: Stub")
        self.assertEqual(plain(b"\xff"), {"$base64": "/w=="})
        self.assertEqual(plain(partial(len, [])), "python: len")
        self.assertEqual(plain(attrgetter("a")), "python: attrgetter")
