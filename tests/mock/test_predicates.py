"""Tests of ZSI.mock.predicates."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import Call, HttpRequest, bank, call_of, refusal
from tests.mock.test_facts import SESSION
from ZSI.mock import matchers as m
from ZSI.mock.facts import Facts
from ZSI.mock.predicates import compile_when
from ZSI.mock.stubs import When

SECURITY = """<w:Security xmlns:w="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">
<w:UsernameToken><w:Username>ada</w:Username></w:UsernameToken></w:Security>"""
BODY = '<GetBalance xmlns="urn:example:bank"><account>42</account></GetBalance>'
HTTP = HttpRequest(
    uri="/bank?env=uat&empty=",
    headers={"X-Env": "uat", "SOAPAction": '"urn:example:bank:GetBalance"'},
)
CALL = call_of(bank("GetBalance"), BODY, SESSION + SECURITY, http=HTTP)
CALL12 = call_of(bank("GetBalance"), BODY, version="1.2")
OPERATION = bank("GetBalance")


def raising(value: Any) -> bool:
    raise KeyError("oops")


def holds(when: When, call: Call = CALL) -> bool:
    condition = compile_when(when, OPERATION, OPERATION.scope)
    verdict = condition.verdict(Facts(call))
    result = condition.holds(Facts(call))
    assert result == verdict.holds, (when, verdict)
    assert result or verdict.reasons
    return result


NS = "urn:example:bank"
PREFIXED = f"<b:GetBalance xmlns:b='{NS}'> <b:account>{{{{ int }}}}</b:account></b:GetBalance>"
WHOLE = (
    "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>{}<e:Body>{}</e:Body>"
    "</e:Envelope>"
)
CASES: list[tuple[When, bool]] = [
    (When(), True),
    (When({"account": "42"}), True), (When({"account": "43"}), False),
    (When({"account": 42, "on": m.absent}), True), (When({"account": 42, "on": m.present}), False),
    # header blocks
    (When(header={"Session/sessionId": "s1"}), True),
    (When(header={"Session/sessionId": "s2"}), False),
    (When(header={"Session": m.present}), True), (When(header={"Session": m.absent}), False),
    (When(header={"Session/language": m.absent}), True),
    (When(header={"bank:Session/sessionId": "s1"}), True),
    (When(header={"Session": {"sessionId": {"$re": "^s"}}}), True),
    (When(header={"Session": m.count(1)}), True),
    (When(header={"wsse:Security/wsse:UsernameToken/wsse:Username": "ada"}), True),
    (When(header={"wsse:Security/UsernameToken/Username": "bob"}), False),
    (When(header={"wsse:Security": m.present}), True),
    (When(header={"wsa:MessageID": m.absent}), True),
    (When(header={"{urn:x}Y": m.present}), False),
    # HTTP
    (When(http={"X-Env": "uat"}), True), (When(http={"x-env": "uat"}), True),
    (When(http={"X-Env": "prod"}), False),
    (When(http={"X-Other": m.absent}), True),
    (When(http={"SOAPAction": m.contains("GetBalance")}), True),
    (When(http={"$method": "POST"}), True), (When(http={"$method": "PUT"}), False),
    (When(http={"$path": "/bank"}), True), (When(http={"$uri": m.matching("env=")}), True),
    (When(http={"$query": {"env": "uat", "empty": "", "none": m.absent}}), True),
    (When(http={"$query": {"env": "prod"}}), False),
    (When(http={"X-Env": m.one_of("uat", "qa")}), True),
    # version
    (When(version="1.1"), True), (When(version="1.2"), False),
    # XPath
    (When(xpath={"//b:account": "42"}, namespaces={"b": NS}), True),
    (When(xpath={"//bank:account": True}), True), (When(xpath={"//bank:nothing": True}), False),
    (When(xpath={"//bank:nothing": m.absent}), True),
    (When(xpath={"count(//bank:account)": "1"}), True),
    (When(xpath={"count(//bank:account) > 1": True}), False),
    (When(xpath={"//bank:account = '42'": True}), True),
    (When(xpath={"//bank:account = '42'": "true"}), True),
    (When(xpath={"bank:account/text()": "42"}), True),
    (When(xpath={"//soap:Body/*/bank:account": "42"}), True),
    (When(xpath={"/soapenv:Envelope": True}), True),
    (When(xpath={"//bank:account": m.matching("^4")}), True),
    (When(xpath={"//bank:account": m.not_("42")}), False),
    (When(xpath={"sum(//bank:account) div 4": "10.5"}), True),
    (When(xpath={"local-name(.)": "GetBalance"}), True),
    (When(xpath={"//@nothing": True}), False),
    # the whole body, and the whole envelope
    (When(body=BODY), True),
    (When(body=PREFIXED), True),
    (When(body=BODY.replace("42", "43")), False),
    (When(body=WHOLE.format("<e:Header>{{any}}</e:Header>", BODY)), True),
    (When(body=WHOLE.format("", "")), False),
    # functions
    (When(tests=(lambda request: request.account == "42",)), True),
    (When(tests=(lambda request: False,)), False),
    (When(calls=(lambda call: call.http.method == "POST",)), True), (When(tests=(raising,)), False),
    (When({"account": raising}), False), (When(header={"Session/sessionId": raising}), False),
    # together
    (When({"account": 42}, version="1.2"), False),
    (When(any_of=(When({"account": 1}), When({"account": 42}))), True),
    (When(any_of=(When({"account": 1}), When({"account": 2}))), False),
    (When(all_of=(When({"account": 42}), When(version="1.1"))), True),
    (When(none_of=(When({"account": 1}), When(version="1.2"))), True),
    (When(none_of=(When({"account": 42}),)), False),
]  # fmt: skip


class ConditionTests(SynchronousTestCase):
    def test_every_case(self) -> None:
        for when, expected in CASES:
            self.assertEqual(expected, holds(when), repr(when))

    def test_soap_12(self) -> None:
        for when, expected in [
            (When(version="1.2"), True), (When(version="1.1"), False),
            (When(xpath={"//soap:Body/*": True}), True),
            (When(xpath={"//soap11:Body": True}), False),
            (When(xpath={"//soap12:Body": True}), True), (When(header={"Session": m.absent}), True),
        ]:  # fmt: skip
            self.assertEqual(expected, holds(when, CALL12), repr(when))

    def test_calls_that_could_not_be_read(self) -> None:
        broken = replace(CALL, request=None)
        nothing = replace(CALL, request=None, ps=None)
        for when, expected in [
            (When({"account": "42"}), False), (When({".": m.absent}), True),
            (When({".": m.valid}), False),
            (When(xpath={"//bank:account": "42"}), True),
            (When(tests=(lambda request: True,)), False),
            (When(calls=(lambda call: call.request is None,)), True), (When(body=BODY), True),
        ]:  # fmt: skip
            self.assertEqual(expected, holds(when, broken), repr(when))
        for when in (When(body=BODY), When(xpath={"/*": True}), When(version="1.1")):
            self.assertFalse(holds(when, nothing))

    def test_refused_when_it_is_said(self) -> None:
        for when, parts in [
            (When({"acount": 1}),
             ["when: acount: no field 'acount' in GetBalance", "did you mean account"]),
            (When({"on": "tomorrow"}), ["when: on: 'tomorrow' breaks xsd:date"]),
            (When({"account": "x" * 35}), ["breaks maxLength"]),
            (When(header={"Sesion/x": 1}),
             ["header: Sesion/x: the contract declares no header block 'Sesion'",
                                             "did you mean Session"]),
            (When(header={"Session/sesionId": 1}), ["did you mean sessionId"]),
            (When(header={"//x": 1}), ["Block/path"]),
            (When(header={".": 1}), ["Block/path"]), (When(header={"zz:B": 1}), ["prefix 'zz'"]),
            (When(http={"$methd": 1}), ["http knows no '$methd'", "did you mean $method"]),
            (When(http={"$query": "x"}), ["$query is a mapping"]),
            (When(version="1.3"), ["no SOAP version '1.3'; expected 1.1, 1.2"]),
            (When(xpath={"//b:account": 1}), ["XPath '//b:account'"]),
            (When(xpath={"//[": 1}), ["XPath '//['"]),
            (When(xpath={"nofunction()": 1}), ["XPath 'nofunction()'"]),
            (When(body="<a>"), ["body: no XML"]),
            (When(any_of=(When({"x": 1}),)), ["any: when: x: no field"]),
            (When(none_of=(When({"x": 1}),)), ["not: when: x"]),
            (When(all_of=(When({"x": 1}),)), ["all: when: x"]),
            (When({"account": {"$bad": 1}}), ["no operator '$bad'"]),
        ]:  # fmt: skip
            said = refusal(lambda w=when: compile_when(w, OPERATION, OPERATION.scope))  # type: ignore[misc]  # bound at once
            self.assertTrue(said.startswith("rules.yaml:7: "), said)
            for part in parts:
                self.assertIn(part, said)

    def test_functions_that_fail_are_noted(self) -> None:
        for when in (
            When(tests=(raising,)),
            When({"account": raising}),
            When(http={"X-Env": raising}),
        ):
            facts = Facts(CALL)
            condition = compile_when(when, OPERATION, OPERATION.scope)
            self.assertFalse(condition.holds(facts))
            self.assertEqual("KeyError('oops')", repr(facts.errors[0][1]))
            self.assertIn("raised KeyError('oops')", condition.verdict(Facts(CALL)).reasons[0])

    def test_the_distance_is_the_mean(self) -> None:
        def distance(when: When) -> float:
            return compile_when(when, OPERATION, OPERATION.scope).verdict(Facts(CALL)).distance

        one = When({"account": "42", "on": m.present})
        two = When({"account": "zz", "on": m.present})
        self.assertEqual(0.5, distance(one))
        self.assertLess(distance(one), distance(two))
        self.assertLess(distance(When({"account": "41"})), distance(When({"account": "zz"})))
        nearest = distance(When(any_of=(When({"account": "zz"}), When({"account": "41"}))))
        self.assertEqual(distance(When({"account": "41"})), nearest)
