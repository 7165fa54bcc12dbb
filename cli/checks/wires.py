"""Are the serial ports there, ours to open, and left alone by everybody else?"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from agent.config.settings import Bus
from cli.checks.finding import Finding, Verdict, fine, skipped
from cli.checks.host import Host, Process

_PASSING = re.compile(r"/dev/tty(USB|ACM)\d+\Z")
"""Names the kernel gives in the order of plugging in; they change with the next power cut."""

_MEDDLERS = {
    "ModemManager": ("会向每个新串口发送 AT 指令", "sends AT commands to every new port"),
    "brltty": ("会抢占 CH340/CP210x 串口", "seizes CH340 and CP210x adapters"),
}


def wires(buses: tuple[Bus, ...], host: Host, agent: int | None) -> Iterator[Finding]:
    """``agent``: the running agent's process, which may well hold the ports."""
    for bus in buses:
        if "://" in bus.port:
            zh, en = "网络串口服务器：见 linli status", "a serial server: see linli status"
            yield skipped("port", zh, en, bus.id)
        else:
            yield from _port(bus, host, agent)


def meddlers(host: Host) -> Iterator[Finding]:
    running = [each.name for each in host.processes() if each.name in _MEDDLERS]
    for name in sorted(set(running)):
        zh, en = _MEDDLERS[name]
        yield Finding(
            check="meddler",
            verdict=Verdict.WARN,
            about=name,
            zh=f"{name} 正在运行，{zh}",
            en=f"{name} runs and {en}",
            todo_zh=f"停用：systemctl mask --now {name}，或用 udev 规则让它忽略这些串口",
            todo_en=f"systemctl mask --now {name}, or have udev rules make it ignore these ports",
        )
    if not running:
        yield fine("meddler", "没有程序争用串口", "nobody meddles with serial ports")


def _port(bus: Bus, host: Host, agent: int | None) -> Iterator[Finding]:
    trouble = _unusable(bus) or _console(bus, host) or _held(bus, host, agent)
    if trouble is not None:
        yield trouble
        return
    if _PASSING.match(bus.port):
        yield Finding(
            check="port",
            verdict=Verdict.WARN,
            about=bus.id,
            zh=f"{bus.port} 这个名字断电后可能换成另一个适配器",
            en=f"after a power cut {bus.port} may be another adapter",
            todo_zh="改用 /dev/serial/by-path/ 下的名字（按插口固定）",
            todo_en="use its name under /dev/serial/by-path, which stays with the socket",
        )
        return
    yield fine("port", f"{bus.port} 可用", f"{bus.port} can be used", bus.id)


def _unusable(bus: Bus) -> Finding | None:
    try:
        mode = Path(bus.port).stat().st_mode
    except OSError:
        todo = "检查适配器和供电；看 ls -l /dev/serial/by-path", "check the adapter and its power"
        return _bad(bus, f"找不到 {bus.port}", f"there is no {bus.port}", todo)
    if not stat.S_ISCHR(mode):
        todo = "改正配置里的 port", "mend the port in the configuration"
        return _bad(bus, f"{bus.port} 不是串口", f"{bus.port} is no serial port", todo)
    if not os.access(bus.port, os.R_OK | os.W_OK):
        todo = "把用户加入 dialout 组并重新登录", "add the user to the group dialout, log in again"
        zh, en = f"当前用户无权打开 {bus.port}", f"this user may not open {bus.port}"
        return _bad(bus, zh, en, todo)
    return None


def _console(bus: Bus, host: Host) -> Finding | None:
    """The kernel's messages and a login prompt would go to the devices."""
    names = re.findall(r"\bconsole=([^ ,]+)", host.text("/proc/cmdline") or "")
    consoles = {os.path.realpath(host.path(f"/dev/{name}")) for name in names}
    if os.path.realpath(bus.port) not in consoles:
        return None
    zh, en = f"{bus.port} 是系统控制台", f"{bus.port} is the system's console"
    todo = "从 /boot/firmware/cmdline.txt 删去 console=…", "remove console=… from cmdline.txt"
    return _bad(bus, zh, en, todo)


def _held(bus: Bus, host: Host, agent: int | None) -> Finding | None:
    for each in host.holders(Path(bus.port)):
        if not _ours(each, agent):
            who = f"{each.name} ({each.pid})"
            zh, en = f"{bus.port} 被 {who} 占用", f"{bus.port} is held by {who}"
            return _bad(bus, zh, en, (f"停止 {each.name}", f"stop {each.name}"))
    return None


def _ours(holder: Process, agent: int | None) -> bool:
    """The agent, or a worker it started."""
    return agent is not None and agent in {holder.pid, holder.parent}


def _bad(bus: Bus, zh: str, en: str, todo: tuple[str, str]) -> Finding:
    return Finding(
        check="port",
        verdict=Verdict.BAD,
        about=bus.id,
        zh=zh,
        en=en,
        todo_zh=todo[0],
        todo_en=todo[1],
    )
