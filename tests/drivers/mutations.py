"""Faults put into the codecs by hand.  Each must be caught, or the tests test nothing.

(protocol whose properties must break, module, what stands there, what stands there instead)
"""

Mutation = tuple[str, str, str, str]

YAOHUA = (
    ("buffer[9:11] != b", "False and buffer[9:11] != b"),  # the check is not looked at
    ("b\"%02X\"", "b\"%02x\""),
    ("reduce(xor, body)", "reduce(xor, body[1:])"),
    ("buffer[LENGTH - 1] != ETX", "False"),
    ("body[0] not in _SIGNS or ", ""),
    ("not body[1:].isdigit()", "False"),
    ("decimals > MOST_DECIMALS", "False"),
    ("MOST_DECIMALS = 5", "MOST_DECIMALS = 4"),
    ("scaleb(-self.decimals)", "scaleb(self.decimals)"),
    ("-value if self.sign == \"-\" and value else value", "value"),
    ("and value else value", "else value + 1"),
    ("if _begins(buffer) else NOISE", "if True else NOISE"),
    ("body[1:7]", "body[2:7]"),
)  # fmt: skip
SCALE = (
    (" *\\r\"\n)\n_OVERLOAD", " *\"\n)\n_OVERLOAD"),  # CR not required
    ("(ST|US),", "(ST|US|S7),"),
    ("{1,8}\\.?", "{1,8}\\.?\\.?"),
    ("([+-]?) *(\\d", "[+]?([-]?) *(\\d"),
    (" *,? *(kg|g|t|lb) *\\r\"\n)\n", " *(kg|g|t|lb) *\\r\"\n)\n"),
    ("(kg|g|t|lb) *\\r\"\n)\n_", "(kg|g|t|lb)?? *\\r\"\n)\n_"),
    ("\"US\": \"unstable\"", "\"US\": \"stable\""),
    ("\"NT\": \"net\"", "\"NT\": \"gross\""),
    ("if any(byte.bit_count() % 2 for byte in line):", "if False:"),
    ("byte & 0x7F", "byte"),
    ("Decimal(sign + digits)", "Decimal(digits)"),
    ("frame.state == \"stable\"", "frame.state != \"overload\""),
)  # fmt: skip
LINES = (
    ("if isinstance(frame, Bad):\n                frame =", "if False:\n                frame ="),
    ("lines.pop()[-self._most :]", "b''"),
    ("self._parse(line[start:])", "self._parse(line)"),
    ("return MORE if begun and", "return MORE if"),
    ("Bad(frame.why, end + 1)", "Bad(frame.why, end + 30)"),
    ("Got(frame, end + 1)", "Got(frame, end)"),
)
MODBUS = (
    ("crc_modbus(frame[:-2]) ==", "True or crc_modbus(frame[:-2]) =="),
    ("key=lambda x: x.used, default=None", "key=lambda x: -x.used, default=None"),
    ("if s.spoken_by(direction)", "if True"),
    ("(not whole or _cut(buffer, shapes))", "not whole"),
    ("(not whole or _cut(buffer, shapes))", "True"),
    ("if buffer[1] in (WRITE_COILS, WRITE_REGISTERS):\n        return True\n    ", ""),
    ("    return short and crc", "    return crc"),
    ("if len(buffer) < 2:\n        return MORE", "if len(buffer) < 1:\n        return MORE"),
)
FRAMES = (
    ("count % 2 == 0", "True"),
    ("1 <= count <= 250", "0 <= count <= 250"),
    ("3: 125, 4: 125", "3: 999, 4: 999"),
    ("1 <= _u16(head, 4) <= _MOST_READ", "0 <= _u16(head, 4) <= _MOST_READ"),
    ("and size == wanted", ""),
    ("(count + 7) // 8", "count // 8"),
    ("else 2 * count", "else count"),
    ("return Read(b[0], b[1], _u16(b, 2), _u16(b, 4))", "return Read(b[0], b[1], _u16(b, 4), 1)"),
    ("return Reply(b[0], b[1], b[3:])", "return Reply(b[0], b[1], b[2:])"),
    ("_u16(b, 4), b[7:])", "_u16(b, 4), b[6:])"),
    ("frame.fc in (3, 4)", "True"),
    ("Exceptional(b[0], b[1], b[2])", "Exceptional(b[0], b[1] & 0x7F, b[2])"),
    ("function | REFUSED: _REFUSALS", "function | 0x40: _REFUSALS"),
    ("int.from_bytes(head[at : at + 2])", "int.from_bytes(head[at : at + 2], 'little')"),
)
CRC = (
    ("_table(_reflected, 0xA001)", "_table(_reflected, 0xA003)"),
    ("crc = 0xFFFF", "crc = 0x0000"),
    ("_table(_forward, 0x1021)", "_table(_forward, 0x8005)"),
)
GM65 = (
    ("return crc_xmodem(checked[:-2]) ==", "return True or crc_xmodem(checked[:-2]) =="),
    ("not bypass and not", "not"),
    ("not bypass and not _holds", "False and not _holds"),
    ("if buffer[3:4] == b\"\\0\":", "if False:"),
    ("(len(buffer) > 2 and buffer[2] not in _OPS) or", ""),
    ("if mark.start() < at:", "if False:"),
    ("break  # what looks", "continue  # what looks"),
    ("(*replies, reply.frame)", "replies"),
    ("at = mark.start() + reply.used", "at = mark.start()"),
    ("\\r\\n?|\\n|", "\\r|"),
    ("Got(Scan(code, replies), mark.end())", "Got(Scan(code, replies), mark.start())"),
    ("at += taken.used\n                self._drop", "at += 1\n                self._drop"),
    ("(\"utf-8\", \"gb18030\")", "(\"utf-8\",)"),
    ("Got(Reply(buffer[2], buffer[4 : length - 2]), length)", "Got(Reply(buffer[2], b''), length)"),
    ("inside=take_framed", "inside=None"),
)  # fmt: skip
BCC8A = (
    ("head ^ board ^ lock ^ code != check", "False"),
    ("head ^ board ^ lock ^ code != check", "head ^ board ^ lock != check"),
    ("_HEADS = (READ, REPORT, OPEN)", "_HEADS = (READ, REPORT, OPEN, 0x82)"),
    ("_HEADS = (READ, REPORT, OPEN)", "_HEADS = (READ, OPEN)"),
    ("board > MOST_BOARD or ", ""),
    ("or code not in _CODES", ""),
    ("Bad(Why.CHECKSUM, LENGTH)", "Bad(Why.CHECKSUM, 1)"),
    ("\"lock\": frame.lock", "\"lock\": frame.board"),
)  # fmt: skip
LCUS = (
    ("sum(buffer[:3]) & 0xFF != buffer[3]", "False"),
    ("sum(buffer[:3])", "sum(buffer[1:3])"),
    ("HEAD = 0xA0", "HEAD = 0xA1"),
    ("Frame(buffer[1], buffer[2])", "Frame(buffer[2], buffer[1])"),
    ("LENGTH:\n        return MORE", "LENGTH:\n        return NOISE"),
)  # fmt: skip
JSONL = (
    ("parse_constant=_refuse", "parse_constant=float"),
    ("type(value) is float or type(value) is int", "isinstance(value, (int, float))"),
    ("not known.low <= value <= known.high", "False"),
    ("unit not in (None, known.unit) or ", ""),
    ("or quality not in _WORDS", ""),
    ("(ValueError, RecursionError)", "RecursionError"),
    (" if type(told) is dict else NOISE", ""),
    ("known is None or ", ""),
    ("end=b\"\\n\"", "end=b\"\""),
)  # fmt: skip
JUDGE = (
    ("return start, Why.FORMAT", "return end, Why.FORMAT"),
    ("        if holds:\n", "        if False:\n"),
    ("Why.CHECKSUM if taken is NOISE else taken.why", "taken.why"),
    ("size if self.protocol.holds else end", "end"),
)
WRECKS = (
    ("if not (wrecked and case.trails(at, taken)):", "if True:"),
    ("if not (wrecked and case.trails(at, taken)):", "if not wrecked:"),
    ("at, wrecked = at + taken.used, False", "at = at + taken.used"),
)
BASE = (
    ("at += 1  # one byte only", "at += max(1, getattr(taken, 'used', 1))  # one byte only"),
    ("self._buffer = buffer[at:]", "self._buffer = b''"),
)

MUTATIONS: tuple[Mutation, ...] = tuple(
    (protocol, module, old, new)
    for protocol, module, pairs in (
        ("yaohua_cont", "yaohua", YAOHUA),
        ("scale_line", "scale_line", SCALE),
        ("scale_line", "lines", LINES),
        ("modbus", "modbus", MODBUS),
        ("modbus", "modbus_frames", FRAMES),
        ("modbus", "crc", CRC[:2]),
        ("gm65", "crc", CRC[2:]),
        ("gm65", "gm65", GM65),
        ("bcc8a", "bcc8a", BCC8A),
        ("lcus", "lcus", LCUS),
        ("jsonl", "jsonl", JSONL),
        ("modbus", "judge", JUDGE),
        ("lcus", "judge", WRECKS),
        ("yaohua_cont", "base", BASE),
    )
    for old, new in pairs
)
