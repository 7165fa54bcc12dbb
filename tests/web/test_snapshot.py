"""What is told about the box: as JSON and back, as verdicts, as metrics, and in the page."""

import json
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.web import metrics
from agent.web.plain import from_plain, to_plain
from agent.web.process import cost
from agent.web.readiness import alive, notes, ready, well
from agent.web.routes import routes
from agent.web.snapshot import Bus, Journal, Process, Snapshot, Sync
from tests.web.samples import BUSY


def test_a_snapshot_survives_json() -> None:
    plain = json.loads(json.dumps(to_plain(BUSY)))
    assert from_plain(Snapshot, plain) == BUSY


def test_another_version_is_read_as_far_as_known() -> None:
    plain = {"gateway": "g", "news": 1, "buses": [{"id": "b", "colour": "red"}], "process": {}}
    assert from_plain(Snapshot, plain) == Snapshot(gateway="g", buses=(Bus(id="b"),))


@pytest.mark.parametrize("plain", [None, [], "text", {"process": 3}])
def test_what_is_no_snapshot_is_refused(plain: object) -> None:
    with pytest.raises(ValueError, match="not a"):
        from_plain(Snapshot, plain)


def test_a_busy_box_is_alive_ready_and_well() -> None:
    assert alive(BUSY) == ready(BUSY) == well(BUSY) == ()


def codes(reasons: tuple[object, ...]) -> list[str]:
    return [str(to_plain(reason)["code"]) for reason in reasons]


def test_a_fresh_process_is_alive_and_not_ready() -> None:
    fresh = Snapshot(buses=(Bus(id="b"),))
    assert alive(fresh) == ()
    assert codes(ready(fresh)) == ["journal", "configuration", "bus_untried"]
    assert codes(well(fresh)) == codes(ready(fresh))  # what was not tried is not yet down


def test_devices_and_wires_away_are_no_reason_against_readiness() -> None:
    away = replace(
        BUSY,
        buses=(replace(BUSY.buses[0], up=False),),
        devices=(replace(BUSY.devices[0], here=False), replace(BUSY.devices[1], here=None)),
    )
    assert ready(away) == ()
    assert codes(well(away)) == ["bus_down", "device_away"]


def test_each_trouble_is_named() -> None:
    late = replace(BUSY, process=Process(loop_lag_s=3.0, stalled=("bus rs485",)))
    assert codes(alive(late)) == ["loop_late"]
    assert codes(well(late)) == ["loop_late", "stalled"]
    full = replace(BUSY, journal=Journal(writes=False, reason="ENOSPC"))
    assert codes(ready(full)) == ["journal"]
    assert all("ENOSPC" in reason.zh and "ENOSPC" in reason.en for reason in ready(full))


def test_eyes_are_looked_after() -> None:
    gone = replace(BUSY, eyes=replace(BUSY.eyes, up=False))
    other = replace(BUSY, eyes=replace(BUSY.eyes, other_config=True))
    blurred = replace(BUSY.eyes.cameras[0], fault="blurred")
    dim = replace(BUSY, eyes=replace(BUSY.eyes, cameras=(blurred,)))
    assert codes(well(gone)) == ["eyes_down"]
    assert codes(well(other)) == ["eyes_config"]
    assert codes(well(dim)) == ["camera_fault"]
    assert ready(gone) == ()


def test_pictures_that_are_not_kept_are_told() -> None:
    full = replace(BUSY, evidence=replace(BUSY.evidence, writes=False, reason="held"))
    assert codes(well(full)) == ["evidence"]
    assert ready(full) == ()


def test_a_box_without_its_platform_is_well_and_says_so() -> None:
    offline = replace(BUSY, sync=Sync(enabled=True, reason="refused"))
    assert well(offline) == ()
    assert codes(notes(offline)) == ["offline"]
    assert all("refused" in reason.zh and "refused" in reason.en for reason in notes(offline))
    assert notes(replace(BUSY, sync=Sync())) == ()


def test_routes_answer_in_kind() -> None:
    served = routes(lambda: BUSY)
    assert {path: make().status for path, make in served.items()} == {
        "/healthz": 200,
        "/readyz": 200,
        "/metrics": 200,
        "/status": 200,
    }
    unready = routes(Snapshot)["/readyz"]()
    assert unready.status == 503
    assert json.loads(unready.body)["reasons"][0]["code"] == "journal"
    told = json.loads(served["/status"]().body)
    assert told["well"] is True
    assert from_plain(Snapshot, told) == BUSY


def scraped(now: Snapshot) -> dict[tuple[str, ...], float]:
    text = metrics.exposition(lambda: now)().decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_say_what_the_snapshot_says() -> None:
    values = scraped(BUSY)
    assert values["linli_info", "c" * 12, "box-1", "0.1.0"] == 1  # labels in the alphabet's order
    assert values["linli_journal_captured_total", "bulk"] == 90
    assert values["linli_journal_gapped_total", "bulk"] == 1
    assert values["linli_journal_pending", "urgent"] == 7
    assert values["linli_bus_timeouts_total", "rs485"] == 2
    assert values["linli_device_readings_total", "rs485", "noise-1"] == 50
    assert values["linli_device_broke_total", "scale", "scale-1"] == 1
    assert values["linli_commands_total", "expired"] == 1
    assert values["linli_disk_written_bytes_total",] == 4096
    assert values["linli_clock", "trusted"] == 1
    assert values["linli_camera_reads_total", "gate-cam"] == 12
    assert values["linli_evidence_held",] == 2
    assert values["linli_clock", "untrusted"] == 0


def test_what_the_kernel_hides_is_left_out_rather_than_zero() -> None:
    hidden = replace(BUSY, process=replace(BUSY.process, written_bytes=None))
    assert ("linli_disk_written_bytes_total",) not in scraped(hidden)


def test_the_cost_of_this_process_is_believable() -> None:
    mine = cost()
    assert 2**20 < mine.rss_bytes < 2**33
    assert mine.cpu_s > 0
    assert mine.written_bytes is None or mine.written_bytes >= 0
