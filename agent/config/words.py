"""The one table of faults: a code that never changes its meaning, and two sentences for people.

The names in braces are filled with the facts of the case.  docs/configuration.md lists the codes.
"""

from collections.abc import Mapping
from types import MappingProxyType

_FILE = {
    "unreadable": ("无法读取文件：{why}", "the file cannot be read: {why}"),
    "too_big": (
        "文件太大（超过 {most} 字节），不像是配置文件",
        "the file is too big to be a configuration (more than {most} bytes)",
    ),
    "not_utf8": (
        "文件不是 UTF-8 编码：请在记事本中另存为 UTF-8",
        "the file is not UTF-8: in Notepad, save it as UTF-8",
    ),
    "toml_syntax": (
        "不符合 TOML 语法：文字要加引号，括号和引号要成对，同一个键只能写一次",
        "this is not TOML: quote all text, close brackets and quotes, write a key once ({why})",
    ),
    "full_width": (
        "这一行有全角符号（如 “ ” ＝ ，）：请改用英文半角符号",
        'there are full-width signs (such as “ ” ＝ ，) in this line: use plain " = ,',
    ),
    "too_deep": ("括号嵌套过深", "brackets are nested too deeply"),
}

_SHAPE = {
    "schema_version": (
        "schema_version 必须是整数，当前为 {current}",
        "schema_version must be a whole number; the present one is {current}",
    ),
    "schema_newer": (
        "此文件的版本是 {version}，比本机软件（版本 {current}）新：请先升级软件",
        (
            "this file is of version {version}, newer than this software knows ({current}): "
            "update the software first"
        ),
    ),
    "schema_unknown": (
        "没有版本 {version}：最早的是 {oldest}",
        "there is no version {version}: the oldest is {oldest}",
    ),
    "missing": ("缺少 {name}", "{name} is missing"),
    "unknown_table": ("没有名为 {name} 的表", "there is no table named {name}"),
    "unknown_key": ("没有名为 {name} 的键", "there is no key named {name} here"),
    "misplaced_key": ("{name} 应写在 {where} 中", "{name} belongs into {where}"),
    "table_once": ("请写成 [{name}]，只写一次", "write this as [{name}], once"),
    "table_many": (
        "请写成 [[{name}]]，每个一段",
        "write this as [[{name}]], one for each",
    ),
    "wrong_type": ("应为{zh}，现在是 {value}", "this must be {en}, not {value}"),
    "out_of_range": ("{value} 超出范围：应{zh}", "{value} is out of range: it must be {en}"),
    "not_one_of": ("{value} 不在可选值中：{choices}", "{value} is not one of: {choices}"),
    "wrong_length": ("个数或长度不对：应{zh}", "the count or length is wrong: it must be {en}"),
    "rule_broken": ("不符合规定", "this breaks a rule: {why}"),
    "options_unfit": ("选项不合适：{zh}", "this does not fit: {en}"),
    "secret": (
        "配置文件里不能有密码或密钥：请改用 {name}_file，或写 credential:名称",
        "secrets never stand in this file: use {name}_file, or write credential:NAME",
    ),
    "variable_unset": (
        "环境变量 {name} 没有设置",
        "the environment variable {name} is not set",
    ),
    "variable_form": ("变量要写成 ${{NAME}}", "a variable is written ${{NAME}}"),
}

_NAMES = {
    "id_form": (
        "{value} 不能作编号：只用小写字母 a-z、数字和连字符，最多 32 个",
        "{value} is no id: use a-z, 0-9 and hyphens only, at most 32 of them",
    ),
    "id_taken": (
        "编号 {id} 已被 {other} 使用，每个编号只能用一次",
        "the id {id} is taken by {other}; an id is used once only",
    ),
    "point_taken": (
        "测点 {point} 已属于设备 {other}，一个测点同时只能有一台设备",
        "the point {point} belongs to device {other}; a point has one device at a time",
    ),
    "unknown_bus": ("没有名为 {name} 的总线", "there is no bus named {name}"),
    "unknown_driver": ("没有名为 {name} 的驱动", "there is no driver named {name}"),
    "unknown_stage": ("没有名为 {name} 的处理步骤", "there is no stage named {name}"),
    "unknown_input": (
        "输入 {name} 既不是设备或摄像头，也不是前面的处理步骤",
        "the input {name} is neither a device or camera nor an earlier stage",
    ),
    "unknown_kind": ("没有名为 {name} 的事件", "there is no kind of event named {name}"),
    "unknown_device": ("没有名为 {name} 的设备", "there is no device named {name}"),
    "unknown_timezone": ("没有名为 {name} 的时区", "there is no time zone named {name}"),
    "input_later": (
        "处理步骤 {name} 在后面才运行：从上到下运行，请调整顺序",
        "the stage {name} runs later: stages run from top to bottom, change their order",
    ),
    "input_itself": ("步骤不能以自己为输入", "a stage cannot be its own input"),
    "input_twice": ("输入 {name} 写了两次", "the input {name} is written twice"),
    "thin_too_short": (
        "抽稀会改变称重：keep 至少 {keep}，keep_s 至少 {keep_s}（与 {settle} 一致）",
        "this would change weighings: {settle} needs keep of {keep} and keep_s of {keep_s} or more",
    ),
}

_WIRES = {
    "port_form": (
        "{value} 不是端口：写以 / 开头的路径，或 socket://主机:端口号",
        "{value} is no port: write a path that begins with /, or socket://HOST:PORT",
    ),
    "port_taken": (
        "端口 {port} 已被总线 {other} 使用",
        "the port {port} is already used by bus {other}",
    ),
    "baud_unusual": (
        "{value} 不是常用的波特率",
        "{value} is no usual baud rate: {choices}",
    ),
    "baud_differs": (
        "这条总线上的设备出厂波特率不同（{wants}）：请把设备设成一致，并写明 baud",
        (
            "the devices of this bus come with different baud rates ({wants}): "
            "set them to one rate and write baud here"
        ),
    ),
    "format_form": (
        "{value} 不是数据格式：写 8N1、7E1 这样的三个字符",
        "{value} is no format: write three signs such as 8N1 or 7E1",
    ),
    "format_differs": (
        "这条总线上的设备出厂数据格式不同（{wants}）：请把设备设成一致，并写明 format",
        (
            "the devices of this bus come with different formats ({wants}): "
            "set them to one format and write format here"
        ),
    ),
    "usb_form": (
        '{value} 不是 USB 编号：写成 "1a86:7523"',
        '{value} is no USB id: write it as "1a86:7523"',
    ),
    "bus_not_shared": (
        "{driver} 会不停发送，不能与 {others} 共用一条总线",
        "{driver} talks without pause and cannot share its bus with {others}",
    ),
    "address_missing": (
        "{driver} 需要总线地址：请写 address",
        "{driver} needs its address on the bus: write address",
    ),
    "address_taken": (
        "地址 {address} 已被同一总线上的 {other} 使用",
        "the address {address} is already used by {other} on the same bus",
    ),
    "mac_missing": (
        "{driver} 是蓝牙设备：请写它的地址 address",
        "{driver} is a Bluetooth device: write its address",
    ),
    "mac_form": (
        '{value} 不是蓝牙地址：写成 "AA:BB:CC:DD:EE:FF"',
        '{value} is no Bluetooth address: write it as "AA:BB:CC:DD:EE:FF"',
    ),
    "adapter_form": (
        '{value} 不是蓝牙适配器：写 "hci0" 这样的名字',
        '{value} is no Bluetooth adapter: write a name such as "hci0"',
    ),
    "not_of_kind": (
        '{name} 对 kind = "{kind}" 的总线没有意义：请删去',
        '{name} means nothing on a bus of kind "{kind}": remove it',
    ),
    "needs_radio": (
        '{driver} 是蓝牙设备：bus 要写 kind = "ble" 的总线',
        '{driver} is a Bluetooth device: its bus must be of kind "ble"',
    ),
    "needs_wire": (
        '{driver} 接在线上：bus 不能写 kind = "ble" 的总线',
        '{driver} hangs on a wire: its bus cannot be of kind "ble"',
    ),
    "links_few": (
        "这些设备要同时保持 {need} 个连接，超过 links（{links}）",
        "these devices need {need} links at once, more than links allows ({links})",
    ),
    "dbus_differs": (
        "所有蓝牙总线的 dbus 必须相同",
        "all Bluetooth buses must have the same dbus",
    ),
    "outputs_missing": (
        "{driver} 有输出：请在 outputs 中写明每个通道及其复位状态 rest",
        "{driver} switches something: declare each channel and its rest state in outputs",
    ),
    "outputs_unwanted": (
        "{driver} 没有要保持的输出：请删去 outputs",
        "{driver} has no output that stays: remove outputs",
    ),
    "channel_taken": ("通道 {channel} 写了两次", "the channel {channel} is written twice"),
    "channel_beyond": (
        "通道 {channel} 不存在：这块板只有 {channels} 路",
        "there is no channel {channel}: this board has {channels}",
    ),
    "target_still": (
        "设备 {device} 没有可以接通的输出",
        "the device {device} has no output to switch",
    ),
    "pulse_long": (
        "脉冲 {pulse_ms} 毫秒超过该输出的上限 most_ms（{most_ms}）",
        "the pulse of {pulse_ms} ms is longer than the output may be on (most_ms {most_ms})",
    ),
    "channel_unknown": (
        "设备 {device} 没有声明通道 {channel}",
        "the device {device} declares no channel {channel}",
    ),
}

_CAMERAS = {
    "source_form": (
        (
            "{value} 不是图像来源：写 v4l2:/dev/…、rtsp://…、http://…、https://…、"
            "mjpeg+unix:/…、folder:/… 或 file:/…"
        ),
        (
            "{value} is no source of pictures: write v4l2:/dev/…, rtsp://…, http://…, https://…, "
            "mjpeg+unix:/…, folder:/… or file:/…"
        ),
    ),
    "source_taken": (
        "{source} 已被摄像头 {other} 使用",
        "{source} is already used by camera {other}",
    ),
    "login_unused": (
        "{name} 只用于 rtsp://、http:// 和 https://：请删去",
        "{name} is for rtsp://, http:// and https:// only: remove it",
    ),
    "polygon_form": (
        "多边形至少要 3 个点，且不在一条直线上",
        "a polygon has at least 3 points that are not on one line",
    ),
    "corner_form": ("一个点写成 [x, y]", "a point is written [x, y]"),
    "loop_form": (
        '{value} 不是输入：写成 "设备/通道"，如 "inputs-1/2"',
        '{value} is no input: write it as "DEVICE/CHANNEL", such as "inputs-1/2"',
    ),
    "loop_silent": (
        "设备 {device} 没有开关量输入 {channel}",
        "the device {device} has no input {channel} that tells of a contact",
    ),
}

_REST = {
    "datum_missing": (
        '经纬度必须写明坐标系 datum："CGCS2000" 或 "GCJ-02"',
        'coordinates need their datum: "CGCS2000" or "GCJ-02"',
    ),
    "coordinate_missing": (
        "经度 longitude 和纬度 latitude 要一起写",
        "longitude and latitude come together",
    ),
    "division_form": (
        "{value} 不是行政区划代码：应为 6 到 12 位数字",
        "{value} is no division code: it has 6 to 12 digits",
    ),
    "source_twice": ("时间源 {name} 写了两次", "the source {name} is written twice"),
    "ntp_missing": (
        '时间源有 "ntp"，请写明局域网内的服务器 ntp = ["…"]；不会使用公网服务器',
        '"ntp" is a source: name the servers of the LAN, ntp = ["…"]; public ones are never used',
    ),
    "source_unused": (
        '写了 {name}，但 sources 中没有 "{name}"',
        '{name} is given, but "{name}" is not among sources',
    ),
    "path_form": (
        "{value} 不是完整路径：应以 / 开头",
        "{value} is no full path: it must begin with /",
    ),
    "socket_long": (
        "套接字路径太长（{length} 字节，最多 {most}）",
        "the path of the socket is too long ({length} bytes, at most {most})",
    ),
}

_SYNC = {
    "url_form": (
        "平台地址写成 mqtts://主机 或 mqtts://主机:端口号",
        "the address of the platform is written mqtts://HOST or mqtts://HOST:PORT",
    ),
    "url_plain": (
        "mqtt:// 不加密，只能连接本机：到平台请写 mqtts://",
        "mqtt:// is not encrypted and may reach this machine only: write mqtts://",
    ),
    "goes_with": ("{name} 要与 {other} 一起写", "{name} comes together with {other}"),
    "not_both": ("{name} 和 {other} 只写一个", "write {name} or {other}, not both"),
    "file_form": (
        "{value} 不是完整路径（以 / 开头），也不是 credential:名称",
        "{value} is neither a full path that begins with / nor credential:NAME",
    ),
    "file_missing": (
        "无法读取 {path}：{why}",
        "{path} cannot be read: {why}",
    ),
    "file_shared": (
        "{path} 必须是只有所有者能读的文件（0600），现在是 {mode}",
        "{path} must be a file that only its owner may read (0600); it is {mode}",
    ),
    "never_valid": (
        "not_after 不晚于 not_before：这个密钥从不有效",
        "not_after is not later than not_before: this key is never valid",
    ),
}

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {**_FILE, **_SHAPE, **_NAMES, **_WIRES, **_CAMERAS, **_REST, **_SYNC}
)
