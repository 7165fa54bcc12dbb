"""The board itself: power, heat, memory, interpreter, watchdog, unit file."""

import platform
import sys
from collections.abc import Iterator

from cli.checks.finding import Finding, Verdict, fine, skipped
from cli.checks.host import Host
from cli.seeing.words import size

HOT_C = 80.0  # where a Raspberry Pi begins to slow down (its documentation, "Frequency management")
SCARCE = 96 * 2**20  # bytes: the agent's own 60 MB and a worker
_THROTTLED = "/sys/devices/platform/soc/soc:firmware/get_throttled"
_UNDER_VOLTAGE, _EVER = 0x1, 0x10000  # get_throttled's bits (raspberrypi/documentation, vcgencmd)
_UNITS = ("/etc/systemd/system/linli.service", "/usr/lib/systemd/system/linli.service")


def board(host: Host) -> Iterator[Finding]:
    yield _power(host)
    yield _heat(host)
    yield _memory(host)
    yield _interpreter()
    yield _watchdog(host)
    yield _unit(host)
    zh, en = "没有发布清单可比对", "there is no release manifest to compare with"
    yield skipped("release", zh, en)


def _power(host: Host) -> Finding:
    text = host.text(_THROTTLED)
    if text is None:
        zh, en = "此主板不报告供电情况", "this board does not report its power"
        return skipped("power", zh, en)
    bits = int(text, 16)
    if not bits & (_UNDER_VOLTAGE | _UNDER_VOLTAGE * _EVER):
        return fine("power", "供电正常", "the power supply holds", flags=f"0x{bits:x}")
    now = bool(bits & _UNDER_VOLTAGE)
    return Finding(
        check="power",
        verdict=Verdict.BAD if now else Verdict.WARN,
        zh="供电不足" if now else "启动以来曾供电不足",
        en="under-voltage now" if now else "under-voltage since the last start",
        todo_zh="换用足额电源和短而粗的线；锁和继电器另行供电",
        todo_en="a stronger supply and a short cable; feed locks and relays from another",
        facts={"flags": f"0x{bits:x}"},
    )


def _heat(host: Host) -> Finding:
    read = [host.text(f"/sys/class/thermal/{path.name}/temp")
            for path in host.glob("/sys/class/thermal/thermal_zone*")]  # fmt: skip
    degrees = [int(text) / 1000 for text in read if text and text.lstrip("-").isdigit()]
    if not degrees:
        return skipped("heat", "没有温度传感器", "there is no temperature sensor")
    hottest = max(degrees)
    zh, en = f"最高 {hottest:.0f} °C", f"{hottest:.0f} °C at most"
    if hottest < HOT_C:
        return fine("heat", zh, en, celsius=hottest)
    return Finding(
        check="heat",
        verdict=Verdict.WARN,
        zh=zh,
        en=en,
        todo_zh="改善散热，避免日晒",
        todo_en="give it air, and shade from the sun",
        facts={"celsius": hottest},
    )


def _memory(host: Host) -> Finding:
    lines = (host.text("/proc/meminfo") or "").splitlines()
    fields = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    if not fields.get("MemAvailable"):
        return skipped("memory", "读不到 meminfo", "meminfo cannot be read")
    free = int(fields["MemAvailable"][0]) * 1024
    zh, en = f"可用内存 {size(free)}", f"{size(free)} of memory available"
    if free >= SCARCE:
        return fine("memory", zh, en, available_bytes=free)
    return Finding(
        check="memory",
        verdict=Verdict.WARN,
        zh=zh,
        en=en,
        todo_zh="停掉不用的服务；top 按内存排序可见大户",
        todo_en="stop services that are not needed; top sorted by memory shows the large ones",
        facts={"available_bytes": free},
    )


def _interpreter() -> Finding:
    version, machine = platform.python_version(), platform.machine()
    told = f"Python {version}, {machine}"
    if (3, 11) <= sys.version_info[:2] <= (3, 13) and machine in {"aarch64", "x86_64"}:
        return fine("python", f"运行环境 {told}", f"the interpreter is {told}")
    return Finding(
        check="python",
        verdict=Verdict.WARN,
        zh=f"未经测试的环境：{told}",
        en=f"not a tested one: {told}",
        todo_zh="使用 64 位 Debian 12 或 13",
        todo_en="use 64-bit Debian 12 or 13",
    )


def _watchdog(host: Host) -> Finding:
    state = host.text("/sys/class/watchdog/watchdog0/state")
    if state is None:
        return skipped("watchdog", "没有硬件看门狗", "there is no hardware watchdog")
    if state == "active":
        return fine("watchdog", "硬件看门狗已启用", "the hardware watchdog is awake")
    return Finding(
        check="watchdog",
        verdict=Verdict.WARN,
        zh="硬件看门狗未启用：系统卡死时不会自动重启",
        en="the hardware watchdog sleeps: a frozen kernel stays frozen",
        todo_zh="在 /etc/systemd/system.conf 设 RuntimeWatchdogSec=15",
        todo_en="set RuntimeWatchdogSec=15 in /etc/systemd/system.conf",
    )


def _unit(host: Host) -> Finding:
    found = next((name for name in _UNITS if host.text(name) is not None), None)
    if found is None:
        zh, en = "未作为系统服务安装", "not installed as a service"
        return skipped("unit", zh, en)
    lines = set((host.text(found) or "").splitlines())
    wanted = ("Type=notify", "Restart=always", "WatchdogSec=30", "NoNewPrivileges=yes")
    lost = [line for line in wanted if line not in lines]
    if not lost:
        return fine("unit", "服务文件完好", "the unit file is as it should be", found)
    return Finding(
        check="unit",
        verdict=Verdict.WARN,
        about=found,
        zh=f"服务文件缺少 {' '.join(lost)}",
        en=f"the unit file lacks {' '.join(lost)}",
        todo_zh="恢复原文件；本地改动写在 systemctl edit linli",
        todo_en="restore it; local changes belong in systemctl edit linli",
    )
