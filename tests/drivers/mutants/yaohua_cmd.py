"""Faults in the codec of ``yaohua_cmd``."""

from tests.drivers.mutants.card import Card

YAOHUA_CMD = (
    ("buffer[length - 3 : length - 1] != check", "False and buffer[:1] != check"),
    ("b\"%02X\"", "b\"%02x\""),
    ("reduce(xor, body)", "reduce(xor, body[1:])"),
    ("if buffer[length - 1] != ETX:", "if False:"),
    ("buffer[0] == STX and ", ""),
    ("b\"A\" <= address <= b\"Z\"", "b\"A\" <= address"),
    ("_COMMANDS = b\"ABCDEF\"", "_COMMANDS = b\"ABCDEFG\""),
    ("_COMMANDS = b\"ABCDEF\"", "_COMMANDS = b\"ABCDE\""),
    ("if length == LONG and direction is Direction.HOST:", "if False:"),
    ("return MORE if _goes_on(buffer, length) else NOISE", "return MORE"),
    ("answers = cmd == HELLO or direction is not Direction.DEVICE", "answers = True"),
    ("cmd == HELLO or not body", "not body"),
    ("or not body[3:].isdigit()", ""),
    ("decimals > MOST_DECIMALS", "False"),
    ("MOST_DECIMALS = 4", "MOST_DECIMALS = 3"),
    ("scaleb(-self.decimals)", "scaleb(self.decimals)"),
    ("-value if self.sign == \"-\" and value else value", "value"),
    ("body[3:9].decode", "body[4:9].decode"),
    ("Question(addr, cmd), length", "Question(cmd, addr), length"),
)  # fmt: skip

CARD = Card(
    mutants={"yaohua_cmd": YAOHUA_CMD},
    checked=True,
)
