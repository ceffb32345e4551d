"""Synthetic people: names, valid numbers (GB 11643) and cards (Luhn), all from an index."""

from dataclasses import dataclass
from datetime import date, timedelta

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇解查盖区朴"
)
GIVEN_MALE = (
    "伟强磊军洋勇杰涛明超刚平辉鹏斌健波飞宇浩亮凯林峰建国建军志强志刚海涛永强文博俊杰"
    "子轩浩然天佑立新振华国庆学军德胜晓东家豪"
)
GIVEN_FEMALE = (
    "芳娜敏静丽艳娟霞燕玲婷玉兰桂英秀英淑珍雪梅丹萍红莉倩琳佳怡欣悦梦瑶诗涵雅琴春梅海"
    "燕晓红月华文静思雨慧敏"
)
# a few names that trip careless software: rare characters, a middle dot, one character, four
ODD_NAMES = (
    "王䶮",
    "阿依古丽·买买提",
    "欧阳震华",
    "尉迟敬",
    "李喆",
    "张玥",
    "古丽娜尔·艾山",
    "司马相如",
)
REGIONS = (
    "110101", "110102", "110103", "110105", "110106", "110108", "110111", "110221", "110228",
    "120101", "130102", "130121", "130203", "140105", "210102", "220102", "230102", "320106",
    "370102", "410102", "420106", "430102", "510104", "610102",
)  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
FIRST_BIRTH = date(1963, 1, 1)
BIRTH_DAYS = (date(1997, 12, 31) - FIRST_BIRTH).days + 1
FIRST_CHILD_BIRTH = date(2004, 1, 1)
CHILD_BIRTH_DAYS = (date(2016, 12, 31) - FIRST_CHILD_BIRTH).days + 1
CARD_PREFIX = "6210300"
STRIDE = 7_919  # a prime: spreads an index over birthdays without repeating


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person. `index` is unique in the district."""

    index: int
    name: str
    number: str
    female: bool
    born_on: date


def mix(index: int, salt: int) -> int:
    """A repeatable scatter of an index over 32 bits."""
    value = (index * 2_654_435_761 + salt * 40_503 + 12_345) & 0xFFFFFFFF
    value ^= value >> 15
    value = value * 2_246_822_519 & 0xFFFFFFFF
    return value ^ value >> 13


def identity_number(region: str, born_on: date, serial: int) -> str:
    """Eighteen characters by GB 11643; the serial's parity is the sex (odd: male)."""
    body = f"{region}{born_on:%Y%m%d}{serial:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True))
    return body + CHECKS[total % 11]


def card_number(index: int) -> str:
    """Nineteen digits that pass Luhn (ISO/IEC 7812)."""
    body = f"{CARD_PREFIX}{index:011d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _given(index: int, *, female: bool) -> str:
    pool = GIVEN_FEMALE if female else GIVEN_MALE
    first = pool[mix(index, 2) % len(pool)]
    if mix(index, 3) % 4 == 0:
        return first
    return first + pool[mix(index, 4) % len(pool)]


def _name(index: int, *, female: bool) -> str:
    if index % 9_973 == 5:
        return ODD_NAMES[index // 9_973 % len(ODD_NAMES)]
    surname = SURNAMES[mix(index, 1) % len(SURNAMES)]
    if mix(index, 5) % 3:  # common surnames are common
        surname = SURNAMES[mix(index, 6) % 20]
    return surname + _given(index, female=female)


def _born(index: int, first: date, days: int, *, female: bool) -> tuple[date, int]:
    """A birthday and a serial that no other index has."""
    born_on = first + timedelta(days=index * STRIDE % days)
    turn = index // days
    return born_on, 2 * (turn + 1) + (0 if female else 1)


def worker(index: int) -> Person:
    """A worker between 20 and 55 in 2018."""
    female = mix(index, 7) % 100 < 48
    born_on, serial = _born(index, FIRST_BIRTH, BIRTH_DAYS, female=female)
    region = REGIONS[mix(index, 8) % len(REGIONS)]
    number = identity_number(region, born_on, serial)
    return Person(index, _name(index, female=female), number, female, born_on)


def child(index: int, parent: Person) -> Person:
    """A child of one to thirteen years in 2018 with the parent's surname."""
    female = mix(index, 9) % 2 == 0
    born_on, serial = _born(index, FIRST_CHILD_BIRTH, CHILD_BIRTH_DAYS, female=female)
    number = identity_number("110101", born_on, serial)
    return Person(index, parent.name[0] + _given(index, female=female), number, female, born_on)
