"""Questions that only read, in the order in which they are asked.

First what every device of a pair survives (Modbus, in ``modbus.py``, comes before all of these),
then inclinometers and code readers, then boards of locks, whose questions share their heads with
orders, and at last text, which a device may take for something else.

Not here, on purpose: whatever sets, switches or opens (functions 5, 6, 15 and 16, ``A0 …``,
``8A …``, KR-CU 31 and 33, CU48 61, Winnsen 05), MT-SICS ``@`` (it resets), and any question of an
LCUS relay, which differs from an order in one byte.
"""

from agent.drivers.probes import boards, dust, inclinometers, readers, telling, weighing
from agent.drivers.probes.step import Probe

FEW = (0, 1, 2, 3, 4)
"""Where devices are delivered as 0; nobody numbers many of them."""

FROM_ONE = (1, 2, 3, 4)

PROBES: tuple[Probe, ...] = (
    Probe(
        device="rion",
        protocol="rion68",
        steps=inclinometers.rion,
        addresses=FEW,
        bauds=(9600, 2400),  # a public log runs at 2400
    ),
    Probe(device="bwsensing", protocol="bw77", steps=inclinometers.bwsensing, addresses=FEW),
    Probe(
        device="bwsensing", protocol="bw77a4", steps=inclinometers.bwsensing_4, addresses=FEW[:2]
    ),
    Probe(device="gm65", protocol="gm65", steps=readers.gm65_, bauds=(9600, 115_200), alone=True),
    Probe(
        device="kerong",
        protocol="krcu",
        steps=boards.kerong_16,
        addresses=FEW[:4],
        bauds=(19_200, 9600),
    ),
    Probe(
        device="kerong",
        protocol="krcu",
        steps=boards.kerong_48,
        addresses=FEW[:4],
        bauds=(19_200, 9600),
    ),
    Probe(device="lock-8a", protocol="bcc8a", steps=boards.lock_8a, addresses=FROM_ONE),
    Probe(device="winnsen", protocol="winnsen", steps=boards.winnsen_, addresses=FROM_ONE),
    Probe(
        device="osdp",
        protocol="osdp",
        steps=boards.osdp_,
        addresses=FEW[:3],
        bauds=(9600, 115_200),
    ),
    Probe(device="zemic", protocol="zemic", steps=weighing.zemic_, addresses=FROM_ONE[:2]),
    Probe(
        device="yaohua-cmd",
        protocol="yaohua_cmd",
        steps=weighing.yaohua_,
        addresses=FROM_ONE,
        bauds=(9600, 4800),
    ),
    Probe(device="pms", protocol="pms", steps=dust.pms_, alone=True),
    Probe(device="sds011", protocol="sds011", steps=dust.sds011_, alone=True),
    Probe(device="speech", protocol="syn6288", steps=telling.speech, alone=True),
    Probe(
        device="led-display",
        protocol="onbon_k",
        steps=telling.led_display,
        addresses=FROM_ONE[:2],
        bauds=(57_600, 9600),
    ),
    Probe(
        device="ups-q1",
        protocol="megatec",
        steps=telling.ups_q1,
        bauds=(2400, 9600),  # at 9600 as well before any other text is sent
        alone=True,
        tries=2,
    ),
    Probe(
        device="scan-line",
        protocol="newland",
        steps=readers.newland_,
        bauds=(9600, 115_200),
        alone=True,
    ),
    Probe(
        device="scan-line",
        protocol="honeywell",
        steps=readers.honeywell_,
        bauds=(9600, 115_200),
        alone=True,
    ),
    Probe(device="mt-sics", protocol="mtsics", steps=weighing.mt_sics, tries=2),
    Probe(
        device="modem",
        protocol="at",
        steps=telling.modem,
        bauds=(115_200, 9600),
        alone=True,
        tries=2,
    ),
)
