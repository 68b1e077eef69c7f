"""Figures of a mock server for Prometheus, in a registry of each server's own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from ZSI.mock.exchange import Call

if TYPE_CHECKING:
    from ZSI.mock.engine import Engine
    from ZSI.mock.facade import Mock

#: Seconds: the mock answers in tenths of a millisecond.
_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0)


class Metrics:
    """Counts exchanges by operation, source and status, and how long they took."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.exchanges = Counter(
            "zsi_mock_exchanges", "Exchanges answered.", ("operation", "source", "status"),
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "zsi_mock_seconds", "Seconds until a reply was ready, delays not counted.",
            ("operation",), registry=self.registry, buckets=_BUCKETS,
        )  # fmt: skip

    def record(self, call: Call) -> None:
        """Count a finished call."""
        name = call.operation.name if call.operation is not None else ""
        status = str(call.sent.status) if call.sent is not None else ""
        self.exchanges.labels(name, call.source, status).inc()
        self.seconds.labels(name).observe(call.seconds)


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
    return generate_latest(metrics_of(mock.engine).registry).decode()
