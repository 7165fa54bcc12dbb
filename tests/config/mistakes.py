"""One mistake each: what stands in the good file, what a person wrote instead, what is told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """``at`` is a text of the line that must be named, where it is not the one that was changed."""

    code: str
    old: str
    new: str
    key: str
    at: str = ""
    meant: str | None = None


_WINDOW = 'codes = ["a"], windows = [ { start = 08:00:00, end = 07:00:00 } ]'

_SHAPE = (
    Mistake("schema_version", "schema_version = 1", "schema_version = '1'", "schema_version"),
    Mistake("schema_newer", "schema_version = 1", "schema_version = 2", "schema_version"),
    Mistake("schema_unknown", "schema_version = 1", "schema_version = 0", "schema_version"),
    Mistake("missing", "schema_version = 1", "#", "schema_version"),
    Mistake("missing", 'gateway = "box"', "", "[site] → gateway", at="[site]"),
    Mistake("missing", "{ channel = 2 }", "{ rest = 'on' }", "[[device]] relay-1 → outputs[2]."),
    Mistake("missing", ', codes = ["a"]', "", "[[stage]] open → options.codes"),
    Mistake("unknown_table", "[clock]", "[clocks]", "[clocks]", meant="clock"),
    Mistake("unknown_table", "[clock]", "[alarms]\n[clock]", "[alarms]", at="[alarms]"),
    Mistake("unknown_key", "echo = true", "ecoh = true", "[[bus]] wire → ecoh", meant="echo"),
    Mistake(
        "unknown_key", "rest =", "rset =", "[[device]] relay-1 → outputs[1].rset", meant="rest"
    ),
    Mistake(
        "unknown_key", 'unit = "kg"', 'uint = "g"', "[[device]] scale-1 → options.", meant="unit"
    ),
    Mistake(
        "unknown_key",
        "low = 0",
        "lo = 0",
        "[[stage]] plausible → options.limits.weight.lo",
        meant="low",
    ),
    Mistake(
        "misplaced_key",
        "address = 80",
        "address = 80\nbaud = 9600",
        "[[device]] tilt-1 → baud",
        at="baud = 9600\npoint",
    ),
    Mistake(
        "misplaced_key", 'point = "station-1"', "timeout_s = 2", "[[device]] scale-1 → timeout_s"
    ),
    Mistake(
        "misplaced_key", "schema_version = 1", "schema_version = 1\nbaud = 1", "baud", "baud = 1"
    ),
    Mistake("table_once", "[sync]", "[[sync]]", "[[sync]]"),
    Mistake("wrong_type", "baud = 9600", 'baud = "9600"', "[[bus]] pair → baud"),
    Mistake("wrong_type", "address = 80", "address = true", "[[device]] tilt-1 → address"),
    Mistake("wrong_type", "address = 80", "address = 80.0", "[[device]] tilt-1 → address"),
    Mistake("wrong_type", '["10.1.1.1"]', '"10.1.1.1"', "[clock] → ntp"),
    Mistake("wrong_type", "{ channel = 2 }", "2", "[[device]] relay-1 → outputs[2]"),
    Mistake("wrong_type", 'unit = "kg"', 'timeout_s = "2"', "[[device]] scale-1 → options.timeout"),
    Mistake("wrong_type", "enabled = true", 'enabled = "no"', "[sync] → enabled"),
    Mistake("wrong_type", "seal_s = 15", "seal_s = inf", "[store] → seal_s"),
    Mistake("out_of_range", "seal_s = 15", "seal_s = 61", "[store] → seal_s"),
    Mistake("out_of_range", "seal_s = 15", "bulk_bytes = 4096", "[store] → bulk_bytes"),
    Mistake("out_of_range", "address = 80", "address = 256", "[[device]] tilt-1 → address"),
    Mistake("out_of_range", 'unit = "kg"', "timeout_s = 0", "[[device]] scale-1 → options."),
    Mistake("not_one_of", '"GCJ-02"', '"GCJ02"', "[site] → place.datum", meant="GCJ-02"),
    Mistake("not_one_of", '"off"', '"of"', "[[device]] relay-1 → outputs[1].rest", meant="off"),
    Mistake("not_one_of", 'unit = "kg"', "width = 24", "[[device]] scale-1 → options.width"),
    Mistake(
        "wrong_length", 'inputs = ["weigh", "cam-2"]', "inputs = []", "[[stage]] open → inputs"
    ),
    Mistake("rule_broken", 'codes = ["a"]', _WINDOW, "[[stage]] open → options.windows[1]"),
    Mistake("options_unfit", 'unit = "kg"', 'unit = "g", width = 32', "[[device]] scale-1 → opt"),
    Mistake("secret", "[sync]", '[sync]\npassword = "x"', "[sync] → password", at="password"),
    Mistake("secret", 'unit = "kg"', 'api_token = "x"', "[[device]] scale-1 → options.api_token"),
    Mistake("variable_unset", "${LINLI_STATE}", "${MISSING}/x", "[store] → dir"),
    Mistake("variable_form", '"/dev/ttyUSB1"', '"/dev/${tty"', "[[bus]] pair → port"),
)

_NAMES = (
    Mistake("id_form", '"box"', '"Box 1"', "[site] → gateway"),
    Mistake("id_form", '"slope-1"', '"slope_1"', "[[device]] tilt-1 → point"),
    Mistake("id_taken", 'id = "fewer"', 'id = "tilt-1"', "[[stage]] tilt-1 → id"),
    Mistake("id_taken", 'id = "plausible"', 'id = "box"', "[[stage]] box → id"),
    Mistake("point_taken", '"slope-1"', '"station-1"', "[[device]] tilt-1 → point"),
    Mistake(
        "unknown_bus", 'bus = "wire"', 'bus = "wier"', "[[device]] scale-1 → bus", meant="wire"
    ),
    Mistake("unknown_driver", '"tilt"', '"titl"', "[[device]] tilt-1 → driver", meant="tilt"),
    Mistake("unknown_stage", '"thin"', '"thinn"', "[[stage]] fewer → use", meant="thin"),
    Mistake(
        "unknown_input", '["weigh", ', '["wiegh", ', "[[stage]] open → inputs[1]", meant="weigh"
    ),
    Mistake(
        "unknown_kind", "weighing = 400", "weighin = 400", "[store] → keep_days.", meant="weighing"
    ),
    Mistake(
        "unknown_device",
        '"relay-1", channel',
        '"relay1", channel',
        "[[stage]] open → options.",
        meant="relay-1",
    ),
    Mistake(
        "unknown_timezone",
        "Asia/Shanghai",
        "Asia/Shangai",
        "[site] → timezone",
        meant="Asia/Shanghai",
    ),
    Mistake("input_later", '"noise-1"]', '"weigh"]', "[[stage]] plausible → inputs[2]"),
    Mistake("input_itself", '["weigh", ', '["open", ', "[[stage]] open → inputs[1]"),
    Mistake("input_twice", '"noise-1"]', '"scale-1"]', "[[stage]] plausible → inputs[2]"),
    Mistake("thin_too_short", "keep = 5", "keep = 4", "[[stage]] fewer → options"),
    Mistake("thin_too_short", "keep = 5", "keep_s = 0.9", "[[stage]] fewer → options"),
)

_WIRES = (
    Mistake("port_form", '"/dev/ttyUSB1"', '"COM3"', "[[bus]] pair → port"),
    Mistake("port_form", "9:4001", "9", "[[bus]] doors → port"),
    Mistake("port_taken", '"/dev/ttyUSB1"', '"/dev//ttyUSB0"', "[[bus]] pair → port"),
    Mistake("baud_unusual", "baud = 9600", "baud = 960", "[[bus]] pair → baud", meant="9600"),
    Mistake("baud_differs", "baud = 9600", "", "[[bus]] pair", at='[[bus]]\nid = "pair"'),
    Mistake("format_form", '"8N1"', '"8-N-1"', "[[bus]] pair → format"),
    Mistake("format_differs", 'format = "8N1"', "", "[[bus]] pair", at='[[bus]]\nid = "pair"'),
    Mistake("usb_form", "echo = true", 'usb = "CH340"', "[[bus]] wire → usb"),
    Mistake(
        "bus_not_shared",
        'driver = "tilt"\nbus',
        'driver = "reader"\nbus',
        "[[device]] tilt-1 → bus",
        at='bus = "pair"\naddress = 80',
    ),
    Mistake(
        "address_missing",
        "address = 80",
        "",
        "[[device]] tilt-1 → address",
        at='[[device]]\nid = "tilt-1"',
    ),
    Mistake("address_taken", "address = 80", "address = 1", "[[device]] tilt-1 → address"),
    Mistake(
        "outputs_missing",
        'outputs = [{ channel = 1, rest = "off" }, { channel = 2 }]',
        "",
        "[[device]] relay-1 → outputs",
        at='[[device]]\nid = "relay-1"',
    ),
    Mistake(
        "outputs_unwanted",
        "address = 80",
        "address = 80\noutputs = [{ channel = 1 }]",
        "[[device]] tilt-1 → outputs",
        at="outputs = [{",
    ),
    Mistake(
        "channel_taken",
        "{ channel = 2 }",
        "{ channel = 2 },\n{ channel = 2, rest = 'on' }",
        "[[device]] relay-1 → outputs[3].channel",
        at="rest = 'on'",
    ),
    Mistake(
        "channel_beyond",
        "{ channel = 2 }",
        "{ channel = 2 }, { channel = 5 }",
        "[[device]] relay-1 → outputs[3].channel",
    ),
    Mistake(
        "channel_unknown",
        "channel = 2, codes",
        "channel = 3, codes",
        "[[stage]] open → options.channel",
    ),
    Mistake("target_still", '"relay-1", ch', '"noise-1", ch', "[[stage]] open → options.target"),
    Mistake(
        "pulse_long", "codes =", "pulse_ms = 5001, codes =", "[[stage]] open → options.pulse_ms"
    ),
)

_RADIO = (
    Mistake("not_one_of", '"ble"', '"bel"', "[[bus]] radio → kind", meant="ble"),
    Mistake("adapter_form", '"hci0"', '"/dev/hci0"', "[[bus]] radio → port"),
    Mistake("not_of_kind", "links = 2", "links = 2\nisolate = false", "[[bus]] radio → is", "isol"),
    Mistake(
        "not_of_kind",
        "links = 2",
        "links = 2\nbaud = 9600",
        "[[bus]] radio → b",
        "baud = 9600\n[[device]]",
    ),
    Mistake("not_of_kind", "echo = true", "links = 3", "[[bus]] wire → links"),
    Mistake("not_of_kind", 'address = "aa:bb', 'quiet = 1\naddress = "aa:bb', "[[device]] tag-1"),
    Mistake("out_of_range", "links = 2", "links = 11", "[[bus]] radio → links"),
    Mistake("path_form", "links = 2", 'links = 2\ndbus = "run/x"', "[[bus]] radio → dbus", "dbus"),
    Mistake("links_few", "links = 2", "links = 1", "[[bus]] radio → links"),
    Mistake(
        "dbus_differs",
        "links = 2\n",
        'links = 2\n[[bus]]\nid = "r2"\nkind = "ble"\nport = "hci1"\ndbus = "/run/d"\n',
        "[[bus]] r2 → dbus",
        at="dbus =",
    ),
    Mistake(
        "mac_missing",
        'address = "aa:bb:cc:00:00:01"',
        "",
        "[[device]] tag-1",
        '[[device]]\nid = "tag-1',
    ),
    Mistake("mac_form", '"aa:bb:cc:00:00:01"', "1", "[[device]] tag-1 → address"),
    Mistake("mac_form", '"aa:bb:cc:00:00:01"', '"aa:bb:cc:00:01"', "[[device]] tag-1 → address"),
    Mistake(
        "address_taken",
        "aa:bb:cc:00:00:01",
        "AA:BB:CC:00:00:02",
        "[[device]] tag-2",
        '02"\n[[device]]\nid = "loops',
    ),
    Mistake("wrong_type", "address = 80", 'address = "80"', "[[device]] tilt-1 → address"),
    Mistake(
        "needs_radio",
        'bus = "radio"\naddress = "AA:BB:CC:00:00:03"',
        'bus = "pair"\naddress = "AA:BB:CC:00:00:03"',
        "[[device]] strap-1 → bus",
        meant="radio",
    ),
    Mistake("needs_wire", 'bus = "pair"', 'bus = "radio"', "[[device]] noise-1 → bus"),
)

_REST = (
    Mistake("datum_missing", ', datum = "GCJ-02"', "", "[site] → place", at="place = {"),
    Mistake("coordinate_missing", "longitude = 121.43, ", "", "[site] → place", at="place = {"),
    Mistake("division_form", '"310104"', '"3101"', "[site] → place.division"),
    Mistake("source_twice", '"platform", "ntp"', '"ntp", "ntp"', "[clock] → sources[2]"),
    Mistake("ntp_missing", 'ntp = ["10.1.1.1"]', "", "[clock] → sources", at="sources ="),
    Mistake("source_unused", '"platform", "ntp"', '"platform"', "[clock] → ntp", at="ntp = ["),
    Mistake("path_form", "${LINLI_STATE}", "var/state", "[store] → dir"),
    Mistake("socket_long", "agent.sock", "a" * 100, "[health] → socket"),
)

_SYNC = (
    Mistake("missing", 'tenant = "demo"', "", "[sync] → tenant", at="[sync]"),
    Mistake("unknown_key", 'tenant = "demo"', 'tenent = "demo"', "[sync] → tenent", meant="tenant"),
    Mistake("not_one_of", "first_s = 2.5", 'protocol = "3.1"', "[sync] → protocol", meant="3.1.1"),
    Mistake("url_form", ":8883", ":ssl", "[sync] → url"),
    Mistake("url_form", "mqtts:", "https:", "[sync] → url"),
    Mistake("url_form", ":8883", ":8883/topic", "[sync] → url"),
    Mistake("url_form", "city.example", "city example", "[sync] → url"),
    Mistake("url_plain", "mqtts:", "mqtt:", "[sync] → url"),
    Mistake("secret", "city.example", "box:pw@city.example", "[sync] → url"),
    Mistake("secret", "password_file", "password", "[sync] → password"),
    Mistake("id_form", '"demo"', '"Demo/1"', "[sync] → tenant"),
    Mistake("file_form", '"/keys/password"', '"keys/password"', "[sync] → password_file"),
    Mistake("file_form", "credential:box-key", "credential:../key", "[sync] → key_file"),
    Mistake("file_form", '"/keys/city-1.pub"', '"city-1.pub"', "[[key]] city-1 → file"),
    Mistake("goes_with", 'key_file = "credential:box-key"', "", "[sync] → cert_file", "cert_file"),
    Mistake("goes_with", 'cert_file = "/keys/box.pem"', "", "[sync] → key_file", "key_file"),
    Mistake(
        "not_both",
        "first_s = 2.5",
        'password = "credential:mqtt"',
        "[sync] → password_file",
        at="password_file",
    ),
    Mistake("out_of_range", "first_s = 2.5", "first_s = 2.5\nmost_s = 2", "[sync] → first_s"),
    Mistake("out_of_range", "first_s = 2.5", "keepalive_s = 0", "[sync] → keepalive_s"),
    Mistake("missing", 'role = "command"', "", "[[key]] city-1 → role", at="[[key]]"),
    Mistake("not_one_of", '"command"', '"comand"', "[[key]] city-1 → role", meant="command"),
    Mistake("id_form", '"city-1"', '"City 1"', "[[key]] City 1 → id"),
    Mistake(
        "id_taken",
        'role = "command"\n',
        'role = "command"\nfile = "/k"\n[[key]]\nid = "city-1"\nrole = "command"\n',
        "[[key]] city-1 → id",
        at='id = "city-1"\nrole = "command"\nfile = "/keys',
    ),
    Mistake("never_valid", "2027-01-01T00:00:00Z", "2025-12-31T15:59:59Z", "[[key]] city-1 → not"),
    Mistake("wrong_type", "2027-01-01T00:00:00Z", "31", "[[key]] city-1 → not_after"),
)

_CAMERAS = (
    Mistake("id_taken", 'id = "cam-1"', 'id = "tilt-1"', "[[camera]] tilt-1 → id"),
    Mistake("id_form", 'id = "cam-1"', 'id = "cam_1"', "[[camera]] cam_1 → id", 'id = "cam_'),
    Mistake("point_taken", '"lane-1"', '"slope-1"', "[[camera]] cam-1 → point"),
    Mistake("missing", 'use = ["plates"]', "", "[[camera]] cam-1 → use", '[[camera]]\nid = "cam-1'),
    Mistake("not_one_of", '["plates"]', '["plate"]', "[[camera]] cam-1 → use[1]", meant="plates"),
    Mistake("wrong_length", '["plates"]', "[]", "[[camera]] cam-1 → use"),
    Mistake("source_form", '"v4l2:', '"', "[[camera]] cam-2 → source"),
    Mistake("source_form", '"v4l2:/', '"v4l2:', "[[camera]] cam-2 → source"),
    Mistake("source_form", "10.1.1.20/one", "10.1.1.20:one/", "[[camera]] cam-1 → source"),
    Mistake("source_form", "rtsp:", "ftp:", "[[camera]] cam-1 → source"),
    Mistake(
        "source_taken",
        "fps = 5",
        'fps = 5\n[[camera]]\nid = "cam-3"\nuse = ["codes"]\nsource = "v4l2:/dev/video0" # too',
        "[[camera]] cam-3 → source",
        at="# too",
    ),
    Mistake("secret", "10.1.1.20/one", "viewer:pw@10.1.1.20/one", "[[camera]] cam-1 → source"),
    Mistake("secret", 'password_file = "/keys/cam', 'password = "', "[[camera]] cam-1 → password"),
    Mistake("login_unused", "fps = 5", 'username = "x"', "[[camera]] cam-2 → username"),
    Mistake(
        "goes_with", 'username = "viewer"', "", "[[camera]] cam-1 → pass", '_file = "/keys/cam'
    ),
    Mistake("file_form", '"/keys/cam-1"', '"keys/cam-1"', "[[camera]] cam-1 → password_file"),
    Mistake(
        "not_both",
        'use = ["plates"]',
        'password = "credential:cam"\nuse = ["plates"]',
        "[[camera]] cam-1 → password_file",
        at='password_file = "/keys/cam',
    ),
    Mistake("polygon_form", ", [0.9, 0.9]]", "]", "[[camera]] cam-1 → region"),
    Mistake("polygon_form", "[0.9, 0.9]", "[0.5, 0.1]", "[[camera]] cam-1 → region"),
    Mistake("polygon_form", "[0.2, 0.2]", "[0.1, 0]", "[[camera]] cam-1 → masks[1]"),
    Mistake("out_of_range", "[0.2, 0.2]", "[320, 0.2]", "[[camera]] cam-1 → masks[1][3][1]"),
    Mistake("corner_form", "[0.9, 0.9]", "[0.9]", "[[camera]] cam-1 → region[3]"),
    Mistake("out_of_range", "fps = 5", "fps = 60", "[[camera]] cam-2 → fps"),
    Mistake("not_one_of", "fps = 5", 'direction = "inn"', "[[camera]] cam-2 → direc", meant="in"),
    Mistake("loop_form", '"loops-1/1"', '"loops-1"', "[[camera]] cam-1 → loop"),
    Mistake(
        "unknown_device", '"loops-1/1"', '"loop-1/1"', "[[camera]] cam-1 → loop", meant="loops-1"
    ),
    Mistake("loop_silent", '"loops-1/1"', '"loops-1/2"', "[[camera]] cam-1 → loop"),
    Mistake("loop_silent", '"loops-1/1"', '"scale-1/1"', "[[camera]] cam-1 → loop"),
    Mistake("out_of_range", "evidence_days = 7", "evidence_days = 0", "[vision] → evidence_days"),
)

MISTAKES = (*_SHAPE, *_NAMES, *_WIRES, *_RADIO, *_CAMERAS, *_REST, *_SYNC)
