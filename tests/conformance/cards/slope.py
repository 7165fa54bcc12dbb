"""Slopes.  They creep and tremble, so no two values are alike."""

from tests.conformance.card import Card, Misbehaviour

HOURLY = ("sample", {"every_s": 0.5, "for_s": 20})

CARDS = (
    Card(
        driver="wit-tilt-485",
        sim="wit_tilt",
        address=0x50,
        tolerance=1e-4,
        least=20,
        act=HOURLY,
        confirms=False,
    ),
    Card(
        driver="wit-stream",
        tolerance=0.04,  # of a mean over ten frames whose noise is 0.01°
        least=40,
    ),
    Card(
        driver="rion",
        address=0,
        tolerance=1e-6,
        least=20,
        act=HOURLY,
        confirms=False,
        misbehaves=(Misbehaviour("breaks off its answers in the middle", {"breaks_off": 0.3}),),
    ),
    Card(
        driver="bwsensing",
        address=0,
        least=20,
        act=HOURLY,
        confirms=False,
        misbehaves=(
            Misbehaviour("has a four-byte address", {"address_bytes": 4}, {"address_bytes": 4}),
            Misbehaviour("has another address size than configured", {"address_bytes": 4}),
        ),
    ),
    Card(
        driver="laser-crack",
        address=0x50,
        least=5,
        act=HOURLY,
        confirms=False,
        misbehaves=(Misbehaviour("tells 0 when nothing comes back", {"distance": 9000.0}),),
    ),
    Card(
        driver="rain-gauge",
        address=1,
        least=4,
        tolerance=1e-3,
        act=HOURLY,
        confirms=False,
        misbehaves=(Misbehaviour("its counter is full and begins anew", {"start": 65_530}),),
    ),
)
