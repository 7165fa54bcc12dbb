"""The kinds of events, what their data holds, and how long the box keeps them.

Events and commands are urgent: each is committed to the disk at once.  Readings are bulk.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

URGENT, BULK = "urgent", "bulk"
"""The two streams; each has its own sequence."""

SEEN = frozenset(("code_scanned", "vehicle_passed", "camera_fault", "camera_well"))
"""Kinds of what cameras tell; codes are told by readers as well."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``keep_days`` counts from the platform's acknowledgement, or from capture without one."""

    name: str
    zh: str
    en: str
    data: str  # the names of the data fields, for docs/messages.md
    keep_days: int = 180
    personal: bool = False  # tells of people: goes by age even if the platform never had it


_ALL = (
    # people at doors
    Kind(
        "code_scanned",
        "扫码",
        "a code was shown to a reader",
        "code_sha256 length",
        personal=True,
    ),
    Kind(
        "card_read",
        "刷卡",
        "a card was held before a reader",
        "card_sha256 technology",
        personal=True,
    ),
    Kind("keys_pressed", "按键", "keys were pressed at a reader", "count", personal=True),
    Kind("access_granted", "准许通行", "access granted", "door credential reason", personal=True),
    Kind("access_denied", "拒绝通行", "access denied", "door credential reason", personal=True),
    Kind(
        "vehicle_passed",
        "车辆通过",
        "a vehicle passed a camera: once each; unsure: open nothing for it",
        "passage plate unsure colour kind confidence runner_up direction frames without evidence "
        "scene_sha256 crop_sha256",
        keep_days=30,
        personal=True,
    ),
    # locks and outputs
    Kind("lock_opened", "锁已打开", "a lock was opened", "channel source"),
    Kind("lock_closed", "锁已关闭", "a lock was closed", "channel source"),
    Kind("lock_untrusted", "门锁身份可疑", "a lock did not prove that it is ours", "reason"),
    Kind("output_set", "输出动作", "an output changed", "channel state confirmed"),
    Kind(
        "output_rest", "输出复位", "an output was put to its rest state", "channel state confirmed"
    ),
    Kind(
        "input_changed",
        "输入变化",
        "a contact moved, or was first seen",
        "channel use state contact first",
    ),
    Kind("button_pressed", "按钮按下", "a button was pressed", "button press"),
    Kind("tag_seen", "信标出现", "a beacon is near; it may be a copy", "rssi", personal=True),
    Kind("tag_gone", "信标远离", "a beacon is not near any more", "rssi seconds", personal=True),
    Kind("mains_lost", "市电中断", "mains power is gone", "battery voltage first"),
    Kind("mains_back", "市电恢复", "mains power is back", "battery voltage seconds"),
    Kind("battery_low", "电池电量低", "a battery will not last long", "battery voltage"),
    Kind("command_accepted", "指令受理", "a command was accepted", "id action operator"),
    Kind("command_done", "指令完成", "a command was carried out", "id action"),
    Kind("command_failed", "指令失败", "a command failed", "id action reason"),
    Kind("command_expired", "指令过期", "a command came too late", "id action"),
    Kind("command_unknown", "指令结果未知", "the box fell while a command ran", "id action"),
    Kind("command_rejected", "拒绝指令", "a command of the platform was refused", "id reason"),
    # telling people
    Kind("network_changed", "移动网络变化", "a modem's network changed", "state operator"),
    Kind(
        "sim_changed",
        "换卡或换模块",
        "another SIM card or another modem than before",
        "imei card old_imei old_card",
    ),
    Kind(
        "sms_sent", "短信已发", "the network took a message", "to parts references", personal=True
    ),
    Kind(
        "sms_delivered",
        "短信已送达",
        "a message reached the phone",
        "to reference parts seconds",
        personal=True,
    ),
    Kind(
        "sms_failed",
        "短信未送达",
        "a message did not reach the phone",
        "to reference status reason",
        personal=True,
    ),
    Kind(
        "sms_received",
        "收到短信",
        "a message came in",
        "number text sent complete",
        personal=True,
    ),
    Kind("call_made", "拨打电话", "somebody was rung up", "to result seconds", personal=True),
    Kind(
        "text_shown",
        "屏显文字",
        "a board shows a text",
        "text line replaced confirmed",
        personal=True,
    ),
    Kind(
        "text_said",
        "语音播报",
        "a text is spoken",
        "text pieces replaced confirmed",
        personal=True,
    ),
    # money
    Kind("weighing", "称重", "a weighing settled", "weight unit frames seconds"),
    # devices
    Kind("device_back", "设备在线", "a device is there", "reason"),
    Kind("device_away", "设备离线", "a device is away", "reason"),
    Kind(
        "device_changed", "更换设备", "a point is now measured by another device", "point old new"
    ),
    Kind("device_broke", "驱动故障", "a driver broke and was started again", "error times"),
    Kind(
        "worker_restarted", "驱动进程重启", "a bus's process was started again", "bus reason times"
    ),
    Kind(
        "sampling_changed", "采样加密或恢复", "a slope is asked more or less often", "every_s for_s"
    ),
    Kind("counter_reset", "计数器归零", "a counter began anew", "was now"),
    Kind("stage_broke", "处理阶段故障", "a stage failed on a message", "stage error"),
    Kind("setting_read", "读取参数", "a device told one of its settings", "setting value"),
    Kind(
        "camera_fault",
        "摄像头故障",
        "a camera does not see: gone stuck frozen black over_exposed blurred moved",
        "fault",
    ),
    Kind("camera_well", "摄像头恢复", "a camera's fault is over", "fault seconds"),
    Kind("fault_reported", "设备报障", "a device reported a fault", "fault"),
    # the box itself
    Kind("agent_started", "网关启动", "the agent started", "version config clean"),
    Kind("agent_stopped", "网关停止", "the agent stopped", "reason"),
    Kind("clock_synced", "校时", "the time became known", "source utc offset_ns error_ms"),
    Kind("clock_disagrees", "时钟不一致", "time sources disagree", "source other difference_s"),
    Kind("clock_refused", "拒绝时间", "a source told a time before the floor", "source utc floor"),
    Kind(
        "buffer_lost",
        "缓存重建",
        "the journal was damaged and begun anew",
        "reason quarantine old_epoch",
    ),
    Kind("buffer_trouble", "缓存故障", "the disk refuses writes", "reason"),
    Kind("buffer_recovered", "缓存恢复", "the disk takes writes again", "reason"),
    Kind(
        "evidence_lost",
        "图片证据重建",
        "the pictures' database was damaged and begun anew",
        "reason quarantine",
    ),
    Kind("evidence_trouble", "图片证据故障", "the disk refuses pictures", "reason"),
    Kind("evidence_recovered", "图片证据恢复", "the disk takes pictures again", "reason"),
    Kind(
        "evidence_audited",
        "图片使用记录",
        "how far the record of who used pictures has got, and its last hash",
        "entries head",
        keep_days=1_096,
    ),
)

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _ALL})
