"""Is the box alive, ready, well?  Three questions with different askers.

* alive (/healthz): the loop answers in time.  Restart it if not.
* ready (/readyz): it can do its work, whatever the world outside does.  An update is kept or
  rolled back by this.
* well (``linli status``): nothing needs a person.  A device that is away does: it is a reason,
  and no reason to restart anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.web.snapshot import Snapshot

SLOWEST_LOOP_S = 1.0  # a door may take 2 s in all (GB 50396-2007); half of that is no life


@dataclass(frozen=True, slots=True)
class Reason:
    """``code`` is for scripts and keeps its meaning; the sentences are for people."""

    code: str
    zh: str
    en: str
    about: str = ""  # id of the device, bus or stream it is about


def alive(now: Snapshot) -> tuple[Reason, ...]:
    """Reasons why not; none means yes."""
    late = now.process.loop_lag_s
    if late <= SLOWEST_LOOP_S:
        return ()
    return (Reason("loop_late", f"事件循环迟滞 {late:.1f} 秒", f"the loop is {late:.1f} s late"),)


def ready(now: Snapshot) -> tuple[Reason, ...]:
    """Reasons why not.  Devices that are away, or no clock, do not make a box unready."""
    return (*_journal(now), *_configuration(now), *_untried(now))


def well(now: Snapshot) -> tuple[Reason, ...]:
    """All that a person should look at, the gravest first."""
    return (
        *alive(now),
        *ready(now),
        *_stalled(now),
        *_wires(now),
        *_eyes(now),
        *_devices(now),
        *_pictures(now),
    )


def notes(now: Snapshot) -> tuple[Reason, ...]:
    """What is worth saying and heals by itself, or is usual for a box without a clock battery."""
    return (*_unset(now), *_offline(now))


def _unset(now: Snapshot) -> Iterator[Reason]:
    if now.clock.quality == "untrusted":
        yield Reason("clock", "本次启动后尚未校时", "nobody has told the time since this boot")


def _offline(now: Snapshot) -> Iterator[Reason]:
    """A box offline does all its work; what it has to say waits in the journal."""
    if now.sync.enabled and not now.sync.up:
        why = now.sync.reason or "?"
        yield Reason("offline", f"平台未连接：{why}", f"the platform is not connected: {why}")


def _journal(now: Snapshot) -> Iterator[Reason]:
    if not now.journal.writes:
        why = now.journal.reason or "?"
        yield Reason("journal", f"缓存无法写入：{why}", f"the journal does not write: {why}")


def _configuration(now: Snapshot) -> Iterator[Reason]:
    if not now.config_digest:
        yield Reason("configuration", "尚未载入配置", "no configuration is loaded yet")


def _untried(now: Snapshot) -> Iterator[Reason]:
    for bus in now.buses:
        if not bus.tried:
            yield Reason(
                "bus_untried", f"总线 {bus.id} 未尝试打开", f"bus {bus.id} not tried yet", bus.id
            )


def _stalled(now: Snapshot) -> Iterator[Reason]:
    for task in now.process.stalled:
        yield Reason("stalled", f"{task} 停滞", f"{task} makes no progress", task)


def _wires(now: Snapshot) -> Iterator[Reason]:
    for bus in now.buses:
        if bus.tried and not bus.up:
            words = f"总线 {bus.id} 断开（{bus.port}）", f"bus {bus.id} is down ({bus.port})"
            yield Reason("bus_down", *words, bus.id)


def _eyes(now: Snapshot) -> Iterator[Reason]:
    if now.eyes.enabled and not now.eyes.up:
        words = "识别进程未运行：linli-vision", "the eyes are not running: linli-vision"
        yield Reason("eyes_down", *words)
    elif now.eyes.other_config:
        words = (
            "识别进程读的是另一份配置：请重启 linli 和 linli-vision",
            "the eyes read another configuration: restart linli and linli-vision",
        )
        yield Reason("eyes_config", *words)
    for camera in now.eyes.cameras:
        if now.eyes.up and camera.up and camera.fault:
            words = (
                f"摄像头 {camera.id} 画面异常：{camera.fault}",
                f"camera {camera.id} sees badly: {camera.fault}",
            )
            yield Reason("camera_fault", *words, camera.id)


def _pictures(now: Snapshot) -> Iterator[Reason]:
    if now.evidence.reason:
        why = now.evidence.reason
        yield Reason("evidence", f"图片无法保存：{why}", f"pictures are not kept: {why}")


def _devices(now: Snapshot) -> Iterator[Reason]:
    for device in now.devices:
        if device.here is False:
            why = f" ({device.reason})" if device.reason else ""
            words = f"设备 {device.id} 离线{why}", f"{device.id} is away{why}"
            yield Reason("device_away", *words, device.id)
