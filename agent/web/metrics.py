"""/metrics: the snapshot as Prometheus text (exposition format 0.0.4).

One table says what there is; docs/running.md explains each line of it, and a test holds the two
together.  A registry of our own: nothing that a library counts on the side is published.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from agent.web.snapshot import Bus, Camera, Device, Lane, Snapshot, Stream

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[tuple[str, ...], float]
"""Values of the labels, and the number."""


@dataclass(frozen=True, slots=True)
class Family:
    """One metric.  A counter's name ends in ``_total``, as Prometheus wants it."""

    name: str
    help: str
    labels: tuple[str, ...]
    samples: Callable[[Snapshot], Iterable[Sample]]

    def metric(self, now: Snapshot) -> Metric:
        kind = CounterMetricFamily if self.name.endswith("_total") else GaugeMetricFamily
        metric = kind(self.name, self.help, labels=self.labels)
        for labels, value in self.samples(now):
            metric.add_metric(labels, value)
        return metric


def _one(number: Callable[[Snapshot], float]) -> Callable[[Snapshot], Iterable[Sample]]:
    return lambda now: [((), number(now))]


def _streams(number: Callable[[Stream], float]) -> Callable[[Snapshot], Iterable[Sample]]:
    return lambda now: [((stream.name,), number(stream)) for stream in now.journal.streams]


def _lanes(number: Callable[[Lane], float]) -> Callable[[Snapshot], Iterable[Sample]]:
    return lambda now: [((lane.name,), number(lane)) for lane in now.sync.lanes]


def _buses(number: Callable[[Bus], float]) -> Callable[[Snapshot], Iterable[Sample]]:
    return lambda now: [((bus.id,), number(bus)) for bus in now.buses]


def _devices(number: Callable[[Device], float]) -> Callable[[Snapshot], Iterable[Sample]]:
    return lambda now: [((each.id, each.bus), number(each)) for each in now.devices]


def _cameras(number: Callable[[Camera], float]) -> Callable[[Snapshot], Iterable[Sample]]:
    return lambda now: [((each.id,), number(each)) for each in now.eyes.cameras]


def _written(now: Snapshot) -> Iterator[Sample]:
    if now.process.written_bytes is not None:
        yield (), now.process.written_bytes


def _clock(now: Snapshot) -> Iterator[Sample]:
    for quality in ("trusted", "holdover", "untrusted"):
        yield (quality,), now.clock.quality == quality


def _commands(now: Snapshot) -> Iterator[Sample]:
    for each in now.commands:
        yield (each.result,), each.count


def _rejected(now: Snapshot) -> Iterator[Sample]:
    for each in now.sync.rejected:
        yield (each.result,), each.count


def _info(now: Snapshot) -> Iterator[Sample]:
    yield (now.process.version, now.gateway, now.config_digest[:12]), 1


_STREAM, _LANE, _BUS, _DEVICE = ("stream",), ("lane",), ("bus",), ("device", "bus")
_CAMERA = ("camera",)

FAMILIES = (
    Family("linli_info", "Always 1; who this is", ("version", "gateway", "config"), _info),
    Family("linli_up_seconds", "Since the agent started", (), _one(lambda s: s.process.uptime_s)),
    Family("linli_memory_bytes", "Resident memory", (), _one(lambda s: s.process.rss_bytes)),
    Family("linli_cpu_seconds_total", "Processor time", (), _one(lambda s: s.process.cpu_s)),
    Family("linli_disk_written_bytes_total", "Bytes this process wrote to storage", (), _written),
    Family(
        "linli_loop_lag_seconds",
        "How late the event loop was at its last tick",
        (),
        _one(lambda s: s.process.loop_lag_s),
    ),
    Family(
        "linli_loop_lag_worst_seconds",
        "The latest it was within a minute",
        (),
        _one(lambda s: s.process.loop_lag_worst_s),
    ),
    Family(
        "linli_stalled_tasks",
        "Tasks without progress, which keep the watchdog unfed",
        (),
        _one(lambda s: len(s.process.stalled)),
    ),
    Family("linli_clock", "1 for how far the time may be believed", ("quality",), _clock),
    Family(
        "linli_journal_writes",
        "1 while the journal reaches the disk",
        (),
        _one(lambda s: s.journal.writes),
    ),
    Family(
        "linli_journal_captured_total",
        "Records handed to the journal",
        _STREAM,
        _streams(lambda s: s.captured),
    ),
    Family(
        "linli_journal_stored_total", "Records made durable", _STREAM, _streams(lambda s: s.stored)
    ),
    Family(
        "linli_journal_gapped_total",
        "Records given up, each covered by a gap record",
        _STREAM,
        _streams(lambda s: s.gapped),
    ),
    Family("linli_journal_open", "Records not yet durable", _STREAM, _streams(lambda s: s.open)),
    Family(
        "linli_journal_pending",
        "Durable records the platform has not acknowledged",
        _STREAM,
        _streams(lambda s: s.pending),
    ),
    Family("linli_journal_bytes", "Size on the disk", _STREAM, _streams(lambda s: s.bytes)),
    Family(
        "linli_journal_budget_bytes",
        "Size it may grow to",
        _STREAM,
        _streams(lambda s: s.budget_bytes),
    ),
    Family(
        "linli_sync_up",
        "1 while the platform is connected and has answered",
        (),
        _one(lambda s: s.sync.up),
    ),
    Family(
        "linli_sync_connects_total",
        "Times the platform was reached",
        (),
        _one(lambda s: s.sync.connects),
    ),
    Family(
        "linli_sync_acked_total",
        "Records the platform has committed",
        (),
        _one(lambda s: s.sync.acked),
    ),
    Family(
        "linli_sync_in_flight",
        "Records sent and without word from the platform",
        _LANE,
        _lanes(lambda each: each.in_flight),
    ),
    Family(
        "linli_sync_sent_total",
        "Records sent, every sending counted",
        _LANE,
        _lanes(lambda each: each.sent),
    ),
    Family(
        "linli_sync_resent_total",
        "Of them sent before",
        _LANE,
        _lanes(lambda each: each.resent),
    ),
    Family(
        "linli_commands_rejected_total",
        "Commands from outside that were refused",
        ("reason",),
        _rejected,
    ),
    Family("linli_bus_up", "1 while the wire is open", _BUS, _buses(lambda b: b.up)),
    Family(
        "linli_bus_reopens_total", "Times the wire came back", _BUS, _buses(lambda b: b.reopens)
    ),
    Family(
        "linli_bus_restarts_total",
        "Times its worker process was started again",
        _BUS,
        _buses(lambda b: b.restarts),
    ),
    Family(
        "linli_bus_exchanges_total",
        "Questions sent, every attempt counted",
        _BUS,
        _buses(lambda b: b.exchanges),
    ),
    Family(
        "linli_bus_timeouts_total",
        "Of them without an answer",
        _BUS,
        _buses(lambda b: b.timeouts),
    ),
    Family(
        "linli_bus_noise_bytes_total",
        "Bytes heard where nothing was expected",
        _BUS,
        _buses(lambda b: b.noise_bytes),
    ),
    Family(
        "linli_bus_adverts_total",
        "Advertisements of anybody that a radio heard",
        _BUS,
        _buses(lambda b: b.adverts),
    ),
    Family(
        "linli_bus_links", "Devices of a radio that are connected", _BUS, _buses(lambda b: b.links)
    ),
    Family(
        "linli_device_here",
        "1 while the device is there, 0 while it is away or not yet known",
        _DEVICE,
        _devices(lambda d: d.here is True),
    ),
    Family(
        "linli_device_readings_total", "Readings it gave", _DEVICE, _devices(lambda d: d.readings)
    ),
    Family(
        "linli_device_misses_total",
        "Polls and commands without an answer",
        _DEVICE,
        _devices(lambda d: d.misses),
    ),
    Family(
        "linli_device_broke_total",
        "Times its driver broke and was started again",
        _DEVICE,
        _devices(lambda d: d.broke),
    ),
    Family("linli_eyes_up", "1 while the eyes' process is there", (), _one(lambda s: s.eyes.up)),
    Family(
        "linli_eyes_memory_bytes",
        "Resident memory of the eyes' process",
        (),
        _one(lambda s: s.eyes.rss_bytes),
    ),
    Family(
        "linli_camera_fps", "Frames a second that are looked at", _CAMERA, _cameras(lambda c: c.fps)
    ),
    Family(
        "linli_camera_frames_total",
        "Frames that were looked at",
        _CAMERA,
        _cameras(lambda c: c.frames),
    ),
    Family(
        "linli_camera_reads_total", "Plates and codes read", _CAMERA, _cameras(lambda c: c.reads)
    ),
    Family("linli_camera_events_total", "Events it gave", _CAMERA, _cameras(lambda c: c.events)),
    Family(
        "linli_evidence_bytes", "Size of the pictures kept", (), _one(lambda s: s.evidence.bytes)
    ),
    Family(
        "linli_evidence_held",
        "Passages whose pictures are held for a case",
        (),
        _one(lambda s: s.evidence.held),
    ),
    Family(
        "linli_evidence_refused_total",
        "Passages whose pictures were given up",
        (),
        _one(lambda s: s.evidence.refused),
    ),
    Family("linli_commands_total", "Commands by how they ended", ("result",), _commands),
)


class _Box(Collector):
    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        now = self._snapshot()
        for family in FAMILIES:
            yield family.metric(now)


def exposition(snapshot: Callable[[], Snapshot]) -> Callable[[], bytes]:
    """What renders the present snapshot each time it is called."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Box(snapshot))
    return lambda: generate_latest(registry)
