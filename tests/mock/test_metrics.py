"""Figures for Prometheus."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.serving import bank_mock, serve
from ZSI.mock.metrics import metrics_of, render


class MetricsTests(SynchronousTestCase):
    def test_exchanges_by_operation_source_and_status(self) -> None:
        mock, other = bank_mock(), bank_mock()
        for each in (mock, other):
            metrics_of(each.engine)
        mock.op("GetBalance").when(account="1").fail("AccountNotFound", code=1)
        for account in ("1", "1", "2"):
            serve(mock, "GetBalance", account=account)
        serve(mock, "GetRates", currency="EUR")
        families = {f.name: f for f in text_string_to_metric_families(render(mock))}
        counts = {
            tuple(sample.labels.values()): sample.value
            for sample in families["zsi_mock_exchanges"].samples
            if sample.name.endswith("_total")
        }
        self.assertEqual(counts[("GetBalance", "stub", "500")], 2)
        self.assertEqual(counts[("GetBalance", "fallback", "500")], 1)
        self.assertEqual(counts[("GetRates", "sample", "200")], 1)
        self.assertIn("zsi_mock_seconds", families)
        self.assertNotIn("GetBalance", render(other))
