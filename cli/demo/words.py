"""What is said of each scene, in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Headline:
    """``style`` is a colour of rich."""

    name: str
    zh: str
    en: str
    style: str = "green"


_ALL = (
    Headline("daily", "平常的一天：称重、开门、测量", "an ordinary day: bags, doors, sensors"),
    Headline("gate", "平台下发签名指令：打开东门", "the platform opens the east gate", "cyan"),
    Headline("locker", "平台下发签名指令：打开快递柜", "the platform opens a locker", "cyan"),
    Headline(
        "flat", "平台下发签名指令：打开蓝牙门锁", "the platform opens a Bluetooth lock", "cyan"
    ),
    Headline("message", "平台让调制解调器发短信", "the platform has a text message sent", "cyan"),
    Headline(
        "refused", "网络断了：连不上平台，门照常开", "the network is pulled; doors go on", "red"
    ),
    Headline(
        "swallowed",
        "网络黑洞：发出的都石沉大海，门照常开",
        "the line swallows everything; doors go on",
        "red",
    ),
    Headline("catching_up", "网络恢复，正在补传", "the network is back: catching up", "yellow"),
    Headline(
        "replayed",
        "有人重放录下的开门指令：拒绝",
        "somebody plays a recorded command again: refused",
        "magenta",
    ),
    Headline("forged", "有人伪造开门指令：拒绝", "somebody forges a command: refused", "magenta"),
    Headline(
        "nobody",
        "平台指令指向不存在的设备：失败并回报",
        "a command for a device that is not there fails",
        "magenta",
    ),
    Headline(
        "late", "线路卡住，指令迟到：拒绝", "a command is held up and comes too late", "magenta"
    ),
    Headline("draining", "收尾：等全部数据入库", "the end: everything is to arrive", "yellow"),
)

_BY_NAME: Mapping[str, Headline] = MappingProxyType({each.name: each for each in _ALL})


def headline(name: str) -> Headline:
    return _BY_NAME[name]
