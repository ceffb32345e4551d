"""E29: thirty rows that meet each other and four kinds of stored persons."""

from tests import builders
from tests.abuse.workbooks import NUMBERS, Case, book, person

FOREIGN = "JT0201"  # the union of the persons that are known elsewhere
IN_FILE, SHARED, MISMATCH = "DUPLICATE_IN_FILE", "CARD_SHARED", "NAME_MISMATCH"
CARD, HELD_CARD = builders.card_number(70_001), builders.card_number(70_002)
WRONG = NUMBERS[7][:17] + ("1" if NUMBERS[7][17] != "1" else "2")
WIDE = NUMBERS[0].translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})

# who is stored before the file comes: person, name, union, card
STORED = (
    (30, "阿依·古丽", "JT0101", ""),
    (31, "王䶮", "JT0101", ""),
    (32, "李四", FOREIGN, HELD_CARD),
    (33, "\uf9d1三", "JT0101", ""),
    (34, "John SMITH", "JT0101", ""),
    (35, "张三", "JT0101", ""),
    (36, "赵六", "JT0101", ""),
    (37, "阿依·古丽", "JT0101", ""),
    (38, "阿依·古丽", "JT0101", ""),
    (39, "阿依古丽", "JT0101", ""),
)

# a row and its error, "" where it is right
ROWS = (
    (person(0), ""),
    (person(0), IN_FILE),
    (person(0, 姓名="李四"), IN_FILE),
    (person(0, 证件号码=" ".join(NUMBERS[0])), IN_FILE),
    (person(0, 证件号码=WIDE), IN_FILE),
    (person(1, 姓名=None), "REQUIRED"),
    (person(1), IN_FILE),  # the first stands though it is wrong
    (person(30, 姓名="阿依•古丽"), ""),
    (person(30, 姓名="阿依・古丽"), IN_FILE),
    (person(31, 姓名="王龑"), MISMATCH),
    (person(31, 姓名="王䶮"), IN_FILE),
    (person(32, 姓名="李四"), ""),  # moves here, with a warning
    (person(33, 姓名="六三"), ""),  # the same under NFKC
    (person(34, 姓名="John  SMITH"), ""),
    (person(35, 姓名="张 三"), ""),
    (person(36, 姓名="趙六"), MISMATCH),
    (person(2, 京卡卡号=CARD), ""),
    (person(3, 京卡卡号=CARD), SHARED),
    (person(4, 京卡卡号=HELD_CARD), SHARED),
    (person(5, 单位编号=FOREIGN), ""),
    (person(5), IN_FILE),  # another union, the same person
    (person(6, 单位编号="XX"), "UNKNOWN_UNION"),
    (person(6), IN_FILE),
    (person(7, 证件号码=WRONG), "ID_CHECK"),
    (person(7, 证件号码=WRONG), "ID_CHECK"),  # a wrong number is nobody's
    (person(7), ""),
    (person(37, 姓名="阿依．古丽"), ""),
    (person(38, 姓名="阿依 · 古丽"), ""),
    (person(39, 姓名="阿依·古丽"), MISMATCH),
    (person(8, 姓名="张\u200b三"), ""),
)
COLUMN = {
    IN_FILE: "证件号码", SHARED: "京卡卡号", MISMATCH: "姓名", "REQUIRED": "姓名",
    "UNKNOWN_UNION": "单位编号", "ID_CHECK": "证件号码",
}  # fmt: skip

CASES = (
    Case(
        "E29-thirty-rows",
        lambda: book(*[row for row, _ in ROWS]),
        rows=len(ROWS),
        errors=[(place, COLUMN[code], code) for place, (_, code) in enumerate(ROWS, 2) if code],
    ),
)
