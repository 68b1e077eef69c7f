"""Tests of ZSI.mock.matching."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import Call, bank, bank_call, call_of
from ZSI.mock import matchers as m
from ZSI.mock.contract import MockContract
from ZSI.mock.facts import Facts
from ZSI.mock.matching import MOST_MISSES, ReadyStub, StubIndex
from ZSI.mock.stubs import Stub, When
from ZSI.TC.values import NIL

OPERATION = bank("GetBalance")


def ready(when: When | dict[str, Any], **changes: Any) -> ReadyStub:
    made = when if isinstance(when, When) else When(when)
    return ReadyStub.of(Stub("GetBalance", made, **changes), OPERATION, OPERATION.scope)


def chosen(stubs: list[ReadyStub], call: Call, **more: Any) -> str | None:
    stub = StubIndex(stubs).match(call, **more).stub
    return stub.label if stub is not None else None


def by_hand(stubs: list[ReadyStub], call: Call) -> Stub | None:
    """What the order of choice says, without an index."""
    for each in StubIndex(stubs).stubs:
        if each.condition.holds(Facts(call)):
            return each.stub
    return None


class MatchTests(SynchronousTestCase):
    def test_order_of_choice(self) -> None:
        call = bank_call("GetBalance", account=42)
        stubs = [
            ready({"account": 42}, label="file", origin="file"),
            ready({}, label="any, file", origin="file"),
            ready({"account": 42}, label="older"),
            ready({"account": m.matching("4")}, label="newer"),
        ]
        self.assertEqual("newer", chosen(stubs, call))
        self.assertEqual("older", chosen(stubs[:3], call))
        self.assertEqual("file", chosen(stubs[:2], call))
        self.assertEqual("any, file", chosen(stubs[:2], bank_call("GetBalance", account=1)))
        high = ready({"account": m.present}, label="high", origin="file", priority=1)
        self.assertEqual("high", chosen([*stubs, high], call))
        self.assertIs(None, chosen([], call))

    def test_fields_in_lists_and_several_values(self) -> None:
        operation = bank("GetRates")
        stubs = [
            ReadyStub.of(Stub("GetRates", When({"currency": value}), label=str(value)), operation,
                operation.scope)
            for value in ("EUR", m.one_of("USD", "GBP"))
        ]  # fmt: skip
        body = '<GetRates xmlns="urn:example:bank"><currency>{}</currency></GetRates>'
        body = body.replace("</GetRates>", "<currency>EUR</currency></GetRates>")
        both = call_of(operation, body.format("GBP"))
        one = call_of(operation, body.format("EUR"))
        index = StubIndex(stubs)
        self.assertIs(stubs[1].stub, index.match(both).stub)
        self.assertIs(stubs[0].stub, index.match(one).stub)

    def test_available(self) -> None:
        call = bank_call("GetBalance", account=42)
        stubs = [ready({"account": 42}, label="first"), ready({"account": 42}, label="second")]
        self.assertEqual("second", chosen(stubs, call))
        self.assertEqual("first", chosen(stubs, call, available=lambda s: s.label == "first"))
        match = StubIndex(stubs).match(call, lambda stub: False)
        self.assertIs(None, match.stub)
        self.assertEqual(
            {"it matches, but may not answer now"}, {r for x in match.misses() for r in x.reasons}
        )

    def test_sessions(self) -> None:
        stubs = [ready({}, label="all"), ready({}, label="mine", session="t17")]
        self.assertEqual("all", chosen(stubs, bank_call("GetBalance", account=1)))
        mine = replace(bank_call("GetBalance", account=1), session="t17")
        self.assertEqual("mine", chosen(stubs, mine))
        other = StubIndex(stubs[1:]).match(bank_call("GetBalance", account=1))
        self.assertEqual(("it is for session t17",), other.misses()[0].reasons)

    def test_fallbacks_answer_nothing(self) -> None:
        match = StubIndex([ready({}, fallback="fault")]).match(bank_call("GetBalance", account=1))
        self.assertIs(None, match.stub)
        self.assertEqual((), match.misses())

    def test_a_request_that_could_not_be_read(self) -> None:
        call = replace(bank_call("GetBalance", account=42), request=None)
        stubs = [
            ready({"account": 42}, label="field"),
            ready(When(http={"$method": "POST"}), label="http"),
        ]
        self.assertEqual("http", chosen(stubs, call))

    def test_errors_of_functions_are_told(self) -> None:
        def broken(request: Any) -> bool:
            raise ValueError("mine")

        match = StubIndex([ready(When(tests=(broken,)))]).match(bank_call("GetBalance", account=1))
        self.assertEqual([("broken", "mine")], [(words, str(e)) for words, e in match.errors])


class MissTests(SynchronousTestCase):
    def test_nearest_first_with_reasons(self) -> None:
        stubs = [
            ready({"account": "9999"}, label="far"), ready({"account": "43"}, label="near"),
            ready(When({"account": "42"}, version="1.2"), label="version"),
        ]  # fmt: skip
        misses = StubIndex(stubs).match(bank_call("GetBalance", account=42)).misses()
        self.assertEqual({"near", "version"}, {miss.stub.label for miss in misses[:2]})
        self.assertEqual("far", misses[-1].stub.label)
        self.assertIn("account: expected = '43', was '42'", {r for x in misses for r in x.reasons})
        self.assertEqual(
            ("SOAP version: expected = '1.2', was '1.1'",),
            next(miss.reasons for miss in misses if miss.stub.label == "version"),
        )

    def test_only_the_nearest_are_kept(self) -> None:
        stubs = [ready({"account": str(number)}) for number in range(50)]
        match = StubIndex(stubs).match(bank_call("GetBalance", account="x"))
        self.assertEqual(MOST_MISSES, len(match.misses()))

    def test_the_chosen_one_is_none_of_them(self) -> None:
        stubs = [ready({"account": 42}, label="it"), ready({"account": 43}, label="other")]
        match = StubIndex(stubs).match(bank_call("GetBalance", account=42))
        self.assertEqual("it", match.stub.label if match.stub else None)
        self.assertEqual(["other"], [miss.stub.label for miss in match.misses()])


SPECS = st.one_of(
    st.sampled_from(["1", "2", "3"]), st.just(m.one_of("1", "2")), st.just(m.matching("[12]")),
    st.just(m.not_("1")), st.just(m.any_of("1", m.absent)), st.just(m.all_of("2", m.present)),
    st.just(m.present),
)  # fmt: skip


class IndexTests(SynchronousTestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.fixed_dictionaries({}, optional={"account": SPECS, "on": st.sampled_from(
                    ["2026-01-01", "2026-01-02", m.absent, m.present])}),
                st.integers(-1, 1), st.sampled_from(["file", "python"]),
            ), max_size=8,
        ),
        st.sampled_from(["1", "2", "3", "4"]), st.sampled_from([None, "2026-01-01", "2026-01-03"]),
    )  # fmt: skip
    def test_it_chooses_as_asking_one_by_one_does(
        self, rows: list[tuple[dict[str, Any], int, Any]], account: str, on: str | None
    ) -> None:
        stubs = [ready(when, priority=priority, origin=origin) for when, priority, origin in rows]
        fields = {"account": account, **({"on": on} if on else {})}
        call = bank_call("GetBalance", **fields)
        self.assertIs(by_hand(stubs, call), StubIndex(stubs).match(call).stub)

    def test_a_thousand_stubs_cost_less_than_twice_one(self) -> None:
        call = bank_call("GetBalance", account="500")
        one = StubIndex([ready({"account": "500"})])
        many = StubIndex([ready({"account": str(number)}) for number in range(1_000)])
        self.assertIsNot(None, many.match(call).stub)
        self.assertLess(ratio(lambda: many.match(call), lambda: one.match(call)), 2)

    def test_stubs_that_compare_different_fields_are_indexed_too(self) -> None:
        call = bank_call("GetBalance", account="500", on="2026-01-01")
        stubs = [ready({"account": str(number)}) for number in range(500)]
        stubs += [ready({"on": f"20{n % 90 + 10}-02-0{n % 9 + 1}"}) for n in range(500)]
        index = StubIndex(stubs)
        self.assertEqual([], list(index._candidates(Facts(call))))
        self.assertEqual(
            1, len(list(index._candidates(Facts(bank_call("GetBalance", account="7")))))
        )


class UndeclaredTests(SynchronousTestCase):
    """A field whose type the message alone says is indexed, too: by value and by text."""

    values = (1, "1", "01", " 1 ", True, "true", 1.5, "1.50", Decimal("1.5"), date(2026, 1, 2),
              "2026-01-02", b"a", "YQ==", NIL, None, "")  # fmt: skip

    def setUp(self) -> None:
        contract = MockContract.load(Path(__file__).parents[2] / "echo.wsdl")
        self.operation = contract.operations.all[0]

    def ready(self, value: Any) -> ReadyStub:
        return ReadyStub.of(
            Stub("Echo", When({"value": value})), self.operation, self.operation.scope
        )

    def call(self, value: Any) -> Call:
        return replace(
            bank_call("GetBalance", account=1), request=self.operation.request_class(value=value)
        )

    def test_it_chooses_as_asking_one_by_one_does(self) -> None:
        stubs = [self.ready(value) for value in self.values if value is not None]
        for value in self.values:
            for many in (stubs, stubs[::-1], stubs[:3], stubs[3:6]):
                call = self.call(value)
                self.assertIs(by_hand(many, call), StubIndex(many).match(call).stub, value)

    def test_few_are_asked(self) -> None:
        stubs = [self.ready(f"value {number}") for number in range(1_000)]
        index = StubIndex(stubs)
        self.assertEqual(len(list(index._candidates(Facts(self.call("value 7"))))), 1)
        self.assertEqual(list(index._candidates(Facts(self.call(NIL)))), [])


def ratio(one: Callable[[], Any], other: Callable[[], Any]) -> float:
    """How many times as long the one takes: the best of several runs, on a busy machine."""
    gc.collect()
    times: list[list[float]] = [[], []]
    for _ in range(15):
        for number, work in enumerate((one, other)):
            started = time.thread_time()
            for _ in range(200):
                work()
            times[number].append(time.thread_time() - started)
    return min(times[0]) / min(times[1])
