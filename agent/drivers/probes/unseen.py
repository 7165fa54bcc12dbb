"""Devices of the register that no scan names, and what a person does instead."""

from collections.abc import Mapping
from types import MappingProxyType

CANNOT_BE_FOUND: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "lcus": (
            "旧板从不应答；查询指令与动作指令只差一个字节，探测时不发送。按一次按键看指示灯",
            "old boards never answer, and the question of newer ones is one byte from an order",
        ),
        "alarm-tower": (
            "只接受控制指令；能看出那里有 Modbus 设备，看不出型号",
            "it takes orders only: a Modbus device is seen to be there, not which",
        ),
        "rain-gauge": (
            "只有一个寄存器，与许多变送器相同；列为候选",
            "it has one register, like many transmitters: given as a candidate",
        ),
        "yaohua-equals": (
            "两种“=”格式正负相同时无法区分；列为候选，用已知重量确认",
            "its two formats look alike: given as a candidate, a known weight tells",
        ),
        "wiegand-485": (
            "只在刷卡时输出一行文字，与读码器相同；列为候选",
            "it says a line when a card is shown, like a code reader: given as a candidate",
        ),
    }
)
"""By driver: why, in Chinese and English."""

MUTE: tuple[str, ...] = ("lcus", "rdm6300", "wiegand-485", "scan-line", "gm65")
"""Drivers whose devices can hang on a wire that says nothing to anybody: until a card or a code is
shown, for a relay that never answers, for a reader of which only TX is connected."""
