"""What a StatsD server and an OpenTelemetry collector would get, received over UDP and HTTP."""

from __future__ import annotations

import gzip
import socket
import threading
from collections import defaultdict
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality, Metric

from demo.environment import LOOPBACK

PREFIX = "airflow."


class StatsdReceiver:
    """A StatsD server from its creation on; it outlives the Airflows that send to it. ``got`` keeps every datagram."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind((LOOPBACK, 0))
        self._values: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.got: list[bytes] = []
        threading.Thread(target=self._receive, daemon=True).start()

    @property
    def variables(self) -> dict[str, str]:
        """What makes Airflow send here."""
        return {"AIRFLOW__METRICS__STATSD_ON": "True", "AIRFLOW__METRICS__STATSD_HOST": LOOPBACK,
                "AIRFLOW__METRICS__STATSD_PORT": str(self._socket.getsockname()[1])}

    def values(self, kind: str) -> dict[str, list[float]]:
        """Every value by its name, without Airflow's prefix.

        :param kind: ``c``, ``ms`` or ``g``, as StatsD's protocol has it.
        """
        return {name: list(values) for (name, of_kind), values in list(self._values.items()) if of_kind == kind}

    def counts(self) -> dict[str, float]:
        """The sum of every counter."""
        return {name: round(sum(values), 6) for name, values in self.values("c").items()}

    def _receive(self) -> None:
        while True:
            datagram = self._socket.recv(65535)
            self.got.append(datagram)
            for line in datagram.decode().splitlines():
                name, _, rest = line.partition(":")
                value, kind, *_ = rest.split("|")
                self._values[name.removeprefix(PREFIX), kind].append(float(value))


Series = tuple[str, tuple[tuple[str, str], ...]]
"""A metric's name without Airflow's prefix, and its attributes in order."""


class OtlpReceiver:
    """An OpenTelemetry collector for metrics (OTLP over HTTP) from its creation on."""

    def __init__(self) -> None:
        self._sums: dict[Series, float] = defaultdict(float)
        self._histograms: dict[Series, list[tuple[int, float]]] = defaultdict(list)
        self._lock = threading.Lock()
        receiver = self

        class Collector(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver._take(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer((LOOPBACK, 0), Collector)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def variables(self) -> dict[str, str]:
        """What makes Airflow send here, each process what happened since it sent last."""
        return {"AIRFLOW__METRICS__OTEL_ON": "True",
                "AIRFLOW__METRICS__LEGACY_NAMES_ON": "False",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://{LOOPBACK}:{self._server.server_port}/v1/metrics",
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta"}

    def counts(self) -> dict[Series, float]:
        """The sum of every counter by its series."""
        with self._lock:
            return {series: round(value, 6) for series, value in self._sums.items()}

    def timings(self) -> dict[Series, tuple[int, float]]:
        """Number and sum in milliseconds of every timer by its series."""
        with self._lock:
            return {series: (sum(count for count, _ in found), sum(total for _, total in found))
                    for series, found in self._histograms.items()}

    def _take(self, body: bytes) -> None:
        request = ExportMetricsServiceRequest.FromString(body)
        with self._lock:
            for resource in request.resource_metrics:
                for scope in resource.scope_metrics:
                    for metric in scope.metrics:
                        self._add(metric)

    def _add(self, metric: Metric) -> None:
        name = metric.name.removeprefix(PREFIX)
        for point in metric.sum.data_points:
            assert metric.sum.aggregation_temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
            value = point.as_double if point.HasField("as_double") else point.as_int
            self._sums[name, _attributes(point.attributes)] += value
        for histogram in metric.exponential_histogram.data_points:
            self._histograms[name, _attributes(histogram.attributes)].append((histogram.count, histogram.sum))


def _attributes(found: object) -> tuple[tuple[str, str], ...]:
    pairs: Mapping[str, str] = {each.key: each.value.string_value for each in found}  # type: ignore[attr-defined]
    return tuple(sorted(pairs.items()))
