"""How the box is, gathered from all who know a part of it, in the plain words of agent.web."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.app.sight import Sight
from agent.app.version import VERSION
from agent.app.watchdog import Watchdog
from agent.clock.clock import Clock
from agent.config import settings
from agent.model.messages import Reading
from agent.model.quantities import QUANTITIES
from agent.model.time import Stamp, utc_text
from agent.store.journal import Journal
from agent.supervisor.eyes import NAME as EYES
from agent.supervisor.eyes import Seen
from agent.supervisor.keeper import Keeper
from agent.supervisor.lag import LagWatch
from agent.supervisor.state import BusState, DeviceState
from agent.sync.sync import Sync, SyncState
from agent.web import snapshot
from agent.web.process import cost
from agent.web.snapshot import Clock as Hours
from agent.web.snapshot import Evidence, Eyes, Process, Snapshot
from agent.web.snapshot import Journal as Pages
from agent.web.tally import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """Everything a snapshot is made of.  ``snapshot`` is a few hundred steps: once per question."""

    box: settings.Box
    clock: Clock
    journal: Journal
    keepers: Sequence[Keeper]  # of the wires, and the eyes
    sight: Sight
    watchdog: Watchdog
    sync: Sync | None
    lag: LagWatch
    tally: Tally
    began_ns: int

    def snapshot(self) -> Snapshot:
        now = self.clock.now()
        buses = [keeper.state() for keeper in self.keepers]
        return Snapshot(
            gateway=self.box.site.gateway,
            site=self.box.site.name,
            boot=now.boot,
            config_digest=self.box.digest,
            mono_s=now.mono_ns / 1e9,
            process=self._process(now),
            clock=self._clock(now),
            journal=self._journal(),
            sync=snapshot.Sync() if self.sync is None else _sync(self.sync.state(), now),
            buses=tuple(_bus(bus) for bus in buses if bus.bus != EYES),
            devices=tuple(_devices(buses, now)),
            eyes=self._eyes(now),
            evidence=self._evidence(),
            commands=self.tally.commands(),
            happenings=self.tally.happenings(now.mono_ns),
        )

    def _process(self, now: Stamp) -> Process:
        costs = cost()
        return Process(
            version=VERSION,
            pid=os.getpid(),
            uptime_s=(now.mono_ns - self.began_ns) / 1e9,
            rss_bytes=costs.rss_bytes,
            cpu_s=costs.cpu_s,
            written_bytes=costs.written_bytes,
            loop_lag_s=self.lag.last,
            loop_lag_worst_s=self.lag.worst,
            stalled=self.watchdog.stalled,
        )

    def _clock(self, now: Stamp) -> Hours:
        return Hours(
            quality=now.tq.value,
            utc=None if now.utc_ns is None else utc_text(now.utc_ns),
            source=self.clock.source,
        )

    def _eyes(self, now: Stamp) -> Eyes:
        if self.sight.eyes is None:
            return Eyes()
        state = self.sight.eyes.eyes()
        return Eyes(
            enabled=True,
            up=state.up,
            runs=state.runs,
            other_config=state.other_config,
            loop_lag_s=state.lag,
            rss_bytes=state.rss_bytes,
            cpu_s=state.cpu_s,
            dropped=state.dropped,
            cameras=tuple(_camera(camera, now) for camera in state.cameras),
        )

    def _evidence(self) -> Evidence:
        if self.sight.evidence is None:
            return Evidence()
        counts, budget = self.sight.evidence.counts(), self.box.vision.evidence_bytes
        return Evidence(
            enabled=True,
            writes=counts.writes,
            reason=counts.reason,
            passages=counts.passages,
            held=counts.held,
            refused=counts.refused,
            bytes=counts.bytes,
            budget_bytes=budget,
        )

    def _journal(self) -> Pages:
        counts = self.journal.counts()
        budgets = {"urgent": self.box.store.urgent_bytes, "bulk": self.box.store.bulk_bytes}
        return Pages(
            writes=counts.writes,
            reason=counts.reason,
            streams=tuple(
                snapshot.Stream(
                    name=each.name,
                    epoch=str(counts.epoch),
                    captured=each.captured,
                    stored=each.stored,
                    gapped=each.gapped,
                    open=each.open,
                    pending=each.pending,
                    bytes=each.bytes,
                    budget_bytes=budgets[each.name],
                )
                for each in counts.streams
            ),
        )


def _sync(state: SyncState, now: Stamp) -> snapshot.Sync:
    return snapshot.Sync(
        enabled=True,
        up=state.up,
        reason=state.reason,
        for_s=(now.mono_ns - state.since.mono_ns) / 1e9,
        connects=state.connects,
        rtt_s=None if state.rtt_ms is None else state.rtt_ms / 1e3,
        catchup_rps=state.catchup_rps,
        acked=sum(state.acked.values()),
        lanes=tuple(
            snapshot.Lane(
                name=lane.name, in_flight=lane.in_flight, sent=lane.sent, resent=lane.resent
            )
            for lane in state.lanes
        ),
        accepted=state.accepted,
        rejected=tuple(
            snapshot.Commands(result=reason, count=count)
            for reason, count in sorted(state.rejected.items())
        ),
    )


def _bus(bus: BusState) -> snapshot.Bus:
    return snapshot.Bus(
        id=bus.bus,
        port=bus.port,
        up=bus.up,
        tried=bus.tried,
        isolated=bus.isolated,
        reopens=max(0, bus.opened - 1),
        restarts=bus.restarts,
        exchanges=bus.line.get("exchanges", 0),
        timeouts=bus.line.get("timeouts", 0),
        noise_bytes=bus.line.get("noise_bytes", 0),
        adverts=bus.line.get("adverts", 0),
        links=bus.links,
    )


def _camera(camera: Seen, now: Stamp) -> snapshot.Camera:
    return snapshot.Camera(
        id=camera.id,
        up=camera.state.up,
        fault=camera.state.fault,
        fps=camera.state.fps,
        frames=camera.state.frames,
        reads=camera.state.reads,
        cpu_ms=camera.state.cpu_ms,
        events=camera.events,
        last_event_s=None if camera.last is None else (now.mono_ns - camera.last.mono_ns) / 1e9,
    )


def _devices(buses: Sequence[BusState], now: Stamp) -> Iterator[snapshot.Device]:
    for bus in buses:
        for device in bus.devices:
            yield _device(bus, device, now)


def _device(bus: BusState, device: DeviceState, now: Stamp) -> snapshot.Device:
    return snapshot.Device(
        id=device.device,
        driver=device.driver,
        bus=bus.bus,
        here=device.here,
        reason=device.reason,
        readings=device.readings,
        events=device.events,
        polls=device.polls,
        misses=device.misses,
        refusals=device.refusals,
        broke=device.broke,
        last=tuple(_value(reading, now) for reading in device.last.values()),
    )


def _value(reading: Reading, now: Stamp) -> snapshot.Value:
    quantity = QUANTITIES.get(reading.quantity)
    return snapshot.Value(
        quantity=reading.quantity,
        value=reading.value,
        unit=quantity.unit if quantity else "",
        quality=reading.quality.value,
        age_s=(now.mono_ns - reading.at.mono_ns) / 1e9,
    )
