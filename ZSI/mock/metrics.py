"""Figures of a mock server for Prometheus.

Every exchange is counted, and hardly one is asked for: counting is two additions in plain
dictionaries, and the client library is not loaded before somebody wants its format.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from ZSI.mock.exchange import Call

if TYPE_CHECKING:
    from ZSI.mock.engine import Engine
    from ZSI.mock.facade import Mock

#: Seconds: the mock answers in tenths of a millisecond.
_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0)
_BOUNDS = (*map(str, _BUCKETS), "+Inf")


class Durations:
    """How long the exchanges of an operation took."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * len(_BOUNDS)
        self.total = 0.0


class Metrics:
    """Counts exchanges by operation, source and status, and how long they took."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, int], int] = {}
        self._times: dict[str, Durations] = {}

    def record(self, call: Call) -> None:
        """Count a finished call."""
        operation, sent, seconds = call.operation, call.sent, call.seconds
        name = operation.name if operation is not None else ""
        key = (name, call.source, sent.status if sent is not None else 0)
        self._counts[key] = self._counts.get(key, 0) + 1
        times = self._times.get(name)
        if times is None:
            times = self._times[name] = Durations()
        times.counts[bisect_left(_BUCKETS, seconds)] += 1
        times.total += seconds

    def collect(self) -> Iterator[Any]:
        """prometheus_client: everything that was counted."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        labels = ("operation", "source", "status")
        exchanges = CounterMetricFamily("zsi_mock_exchanges", "Exchanges answered.", labels=labels)
        for (name, source, status), count in self._counts.items():
            exchanges.add_metric((name, source, str(status or "")), count)
        yield exchanges
        seconds = HistogramMetricFamily(
            "zsi_mock_seconds", "Seconds until a reply was ready, delays not counted.",
            labels=("operation",),
        )  # fmt: skip
        for name, times in self._times.items():
            buckets = [*zip(_BOUNDS, accumulate(times.counts), strict=True)]
            seconds.add_metric((name,), buckets, times.total)
        yield seconds


_metrics: WeakKeyDictionary[Engine, Metrics] = WeakKeyDictionary()


def metrics_of(engine: Engine) -> Metrics:
    """The figures of an engine; counting begins when they are first asked for."""
    made = _metrics.get(engine)
    if made is None:
        made = _metrics[engine] = Metrics()
        engine.records.append(made.record)
    return made


def render(mock: Mock) -> str:
    """The figures in Prometheus' text format."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry()
    registry.register(metrics_of(mock.engine))
    return generate_latest(registry).decode()
