"""Noise and air."""

from hwsim.orders import Set
from tests.conformance.card import Card, Misbehaviour, said

CARDS = (
    Card(
        driver="noise-485",
        address=1,
        life=said(Set, 41.3, 57.9, 66.6, 72.4, 48.5),
        least=20,
    ),
    Card(
        driver="pms",
        life=said(Set, 12.0, 35.0, 88.0, 140.0, 61.0),
        least=60,
        misbehaves=(
            Misbehaviour("does not confirm, forgets its mode", {"confirms": False}),
            Misbehaviour("the same, asked", {"confirms": False}, {"mode": "passive"}),
            Misbehaviour("its error byte is set", {"error": 0x10}),
        ),
    ),
    Card(
        driver="sds011",
        life=said(Set, 12.3, 35.1, 88.8, 140.7, 61.2),
        act=("work", {}),
        told="work",
        least=60,
        misbehaves=(
            Misbehaviour("speaks unasked", {"restless": True}, {"mode": "query", "warm_s": 5}),
            Misbehaviour("is an SDS198", {"sds198": True}),
        ),
    ),
    Card(
        driver="hj212",
        sim_options={"rtd_s": 5.0},
        life=said(Set, 51.3, 57.9, 66.6, 72.4, 48.5),
        least=40,
        misbehaves=(
            Misbehaviour("writes LA-td", {"misspells": True}),
            Misbehaviour("one ; too many, MN of its own", {"semicolon": True, "swapped": True}),
            Misbehaviour("wants answers, and repeats", {"flag": 5}),
            Misbehaviour("splits its reports", {"split": True}),
            Misbehaviour("has lost its sensor", {"data_flag": "B"}),
            Misbehaviour("tells dust in mg/m³", {"milligrams": True}, {"dust": "mg"}),
        ),
    ),
    Card(
        driver="modbus-sensor",
        address=1,
        options={"map": "cwt-weather-station"},
        life=said(Set, 1.23, 4.56, 7.89, 10.11),
        least=100,
        misbehaves=(
            Misbehaviour("refuses long questions", {"most": 4}),
            Misbehaviour("refuses what it has not", {"table": "dust"}, {"map": "jxbs-3001-pm"}),
            Misbehaviour("has input registers only", {"table": "climate"}, {"map": "xy-md02"}),
            Misbehaviour("is busy now and then", {"busy": 0.3}),
        ),
    ),
)
