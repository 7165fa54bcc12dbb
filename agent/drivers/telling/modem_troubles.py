"""Why a modem says no, by who must act.

Codes: ``+CMS ERROR`` up to 127 from 3GPP TS 24.011 annex E, up to 255 from 23.040 9.2.3.22, above
from 27.005 3.2.5; ``+CME ERROR`` from 27.007 9.2.  From 512 on each maker has his own: 515 is
"busy" on Wavecom, Cinterion and their kind.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from agent.drivers.base import Refused

_RESULT = re.compile(r"\+(CM[ES]) ERROR: (\d{1,4})")


class Who(StrEnum):
    NOBODY = "nobody"  # it passes: ask again later
    ASKER = "asker"
    TECHNICIAN = "technician"  # somebody goes there
    OPERATOR = "operator"  # the card's contract


class Trouble(StrEnum):
    NO_SIM = "no_sim"
    SIM_LOCKED = "sim_locked"
    SIM_FAILED = "sim_failed"
    SIM_BUSY = "sim_busy"
    NO_NETWORK = "no_network"
    CONGESTION = "congestion"
    NOT_ALLOWED = "not_allowed"
    BAD_NUMBER = "bad_number"
    SMSC_UNKNOWN = "smsc_unknown"
    MEMORY_FULL = "memory_full"
    BAD_MESSAGE = "bad_message"
    MODEM_FAILED = "modem_failed"


WHO: Mapping[Trouble, Who] = MappingProxyType(
    {
        Trouble.NO_SIM: Who.TECHNICIAN,
        Trouble.SIM_LOCKED: Who.TECHNICIAN,
        Trouble.SIM_FAILED: Who.TECHNICIAN,
        Trouble.SIM_BUSY: Who.NOBODY,
        Trouble.NO_NETWORK: Who.TECHNICIAN,
        Trouble.CONGESTION: Who.NOBODY,
        Trouble.NOT_ALLOWED: Who.OPERATOR,
        Trouble.BAD_NUMBER: Who.ASKER,
        Trouble.SMSC_UNKNOWN: Who.OPERATOR,
        Trouble.MEMORY_FULL: Who.NOBODY,
        Trouble.BAD_MESSAGE: Who.ASKER,
        Trouble.MODEM_FAILED: Who.TECHNICIAN,
    }
)

_TEXTS: Mapping[Trouble, str] = MappingProxyType(
    {
        Trouble.NO_SIM: "no SIM card 没有 SIM 卡",
        Trouble.SIM_LOCKED: "the SIM wants a PIN: switch it off SIM 卡要求 PIN 码，请关闭",
        Trouble.SIM_FAILED: "the SIM cannot be read: seat it anew SIM 卡读取失败，请重新插卡",
        Trouble.SIM_BUSY: "the SIM is not ready yet SIM 卡尚未就绪，请稍候",
        Trouble.NO_NETWORK: "no network: look at the antenna 无网络，请检查天线",
        Trouble.CONGESTION: "the network is busy 网络繁忙，请稍候",
        Trouble.NOT_ALLOWED: "this card may not do that: ask the operator 该卡未开通，请联系运营商",
        Trouble.BAD_NUMBER: "there is no such number 号码无效",
        Trouble.SMSC_UNKNOWN: "no message centre on this card 卡内无短信中心号码，请联系运营商",
        Trouble.MEMORY_FULL: "its memory for messages is full 短信存储已满",
        Trouble.BAD_MESSAGE: "the network does not take this message 网络拒收该短信",
        Trouble.MODEM_FAILED: "the modem failed: restart it 模块故障，请重启",
    }
)

_CMS_CODES: Mapping[Trouble, tuple[int, ...]] = MappingProxyType(
    {
        Trouble.NO_SIM: (310,),
        Trouble.SIM_LOCKED: (311, 312, 316, 317, 318),
        Trouble.SIM_FAILED: (313, 315),
        Trouble.SIM_BUSY: (314, 515, 532),
        Trouble.NO_NETWORK: (27, 38, 331, 332),
        Trouble.CONGESTION: (41, 42, 47, 192, 194),
        Trouble.NOT_ALLOWED: (8, 10, 28, 29, 30, 50, 69, 193, 196, 302, 303),
        Trouble.BAD_NUMBER: (1, 195),
        Trouble.SMSC_UNKNOWN: (330,),
        Trouble.MEMORY_FULL: (208, 211, 322),
        Trouble.BAD_MESSAGE: (21, 81, 95, 96, 97, 98, 99, 111, 127, 197, 304, 305),
    }
)
_CME_CODES: Mapping[Trouble, tuple[int, ...]] = MappingProxyType(
    {
        Trouble.NO_SIM: (10,),
        Trouble.SIM_LOCKED: (5, 6, 7, 11, 12, 16, 17, 18, 262),
        Trouble.SIM_FAILED: (13, 15, 772),
        Trouble.SIM_BUSY: (14,),
        Trouble.NO_NETWORK: (30, 31, 32),
        Trouble.NOT_ALLOWED: (3, 103, 106, 111, 112, 113, 133, 257),
        Trouble.BAD_NUMBER: (26, 27, 260),
        Trouble.MEMORY_FULL: (20,),
    }
)


def _by_code(table: Mapping[Trouble, tuple[int, ...]]) -> Mapping[int, Trouble]:
    return MappingProxyType({code: trouble for trouble, codes in table.items() for code in codes})


_KNOWN = MappingProxyType({"CMS": _by_code(_CMS_CODES), "CME": _by_code(_CME_CODES)})


class ModemRefused(Refused):
    """``trouble`` says what is wrong, ``who`` whose turn it is."""

    def __init__(self, trouble: Trouble, result: str) -> None:
        self.trouble, self.who = trouble, WHO[trouble]
        super().__init__(f"{trouble}: {_TEXTS[trouble]} ({result.removeprefix('+')[:24]})")


def trouble_of(result: str) -> Trouble:
    """What a result that is not OK means.  A bare ERROR and codes of makers: the modem failed."""
    code = _RESULT.fullmatch(result)
    if code is None:
        return Trouble.MODEM_FAILED
    return _KNOWN[code[1]].get(int(code[2]), Trouble.MODEM_FAILED)


def refusal(result: str) -> ModemRefused:
    return ModemRefused(trouble_of(result), result)
