"""One snapshot with something in every corner."""

from agent.web.snapshot import (
    Bus,
    Clock,
    Commands,
    Device,
    Happening,
    Journal,
    Lane,
    Process,
    Snapshot,
    Stream,
    Sync,
    Value,
)

BUSY = Snapshot(
    gateway="box-1",
    site="翠苑一区",
    boot="b" * 36,
    config_digest="c" * 64,
    mono_s=1000.0,
    process=Process(
        version="0.1.0",
        pid=42,
        uptime_s=60.5,
        rss_bytes=40 * 2**20,
        cpu_s=1.25,
        written_bytes=4096,
        loop_lag_s=0.001,
        loop_lag_worst_s=0.02,
    ),
    clock=Clock(quality="trusted", utc="2026-11-24T00:00:00.000000Z", source="rtc"),
    journal=Journal(
        writes=True,
        streams=(
            Stream(name="urgent", epoch="e1", captured=7, stored=7, pending=7, bytes=8192),
            Stream(name="bulk", epoch="e1", captured=90, stored=64, gapped=1, open=25, bytes=12288),
        ),
    ),
    sync=Sync(
        enabled=True,
        up=True,
        for_s=60.0,
        connects=2,
        rtt_s=0.08,
        catchup_rps=20_000.0,
        acked=70,
        lanes=(Lane(name="urgent", in_flight=1, sent=8, resent=1), Lane(name="live", sent=64)),
        accepted=2,
        rejected=(Commands(result="nonce", count=3),),
    ),
    buses=(
        Bus(id="rs485", port="/dev/ttyUSB0", up=True, tried=True, exchanges=50, timeouts=2),
        Bus(id="scale", port="/dev/ttyUSB1", up=True, tried=True, reopens=3),
    ),
    devices=(
        Device(
            id="noise-1",
            driver="noise",
            bus="rs485",
            here=True,
            readings=50,
            misses=2,
            last=(Value(quantity="sound_level", value=55.3, unit="dB(A)", age_s=0.4),),
        ),
        Device(id="scale-1", driver="yaohua_cont", bus="scale", here=True, broke=1),
    ),
    commands=(Commands(result="done", count=5), Commands(result="expired", count=1)),
    happenings=(
        Happening(age_s=3.0, device="scale-1", kind="weighing", data={"weight": 1.5, "unit": "kg"}),
    ),
)
