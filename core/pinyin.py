"""Pinyin of names, for sorting and for finding 张三 by zs. Surnames have readings of their own."""

from functools import lru_cache

from pypinyin import Style, pinyin

# As a surname these are not read as the dictionary's first reading says (现代汉语词典, entries 姓).
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "盖": "ge", "区": "ou",
    "朴": "piao", "任": "ren", "尉迟": "yu chi", "万俟": "mo qi", "覃": "qin", "洗": "xian",
    "冼": "xian", "乐": "yue", "缪": "miao", "宓": "mi", "员": "yun", "黑": "he", "秘": "bi",
    "召": "shao", "燕": "yan", "华": "hua", "纪": "ji", "过": "guo", "那": "na", "令狐": "ling hu",
    "长孙": "zhang sun", "澹台": "tan tai", "种": "chong", "逄": "pang", "翟": "zhai", "尹": "yin",
    "郇": "xun", "折": "she", "祭": "zhai", "繁": "po", "句": "gou", "谌": "chen", "隗": "wei",
    "郗": "chi", "贠": "yun", "臧": "zang", "晁": "chao", "丌": "ji", "宿": "su", "大": "da",
    "卜": "bu", "葛": "ge", "哈": "ha", "哥": "ge", "颉": "xie", "訾": "zi", "褚": "chu",
    "鲜于": "xian yu", "单于": "chan yu", "尉": "wei", "长": "chang", "车": "che", "柏": "bai",
    "佴": "nai", "阚": "kan", "啜": "chuai", "瞿": "qu", "牟": "mu", "能": "nai", "钭": "tou",
}  # fmt: skip
# both readings are borne by families: the second one finds them too
SECOND = {"盖": "gai", "覃": "tan", "尉": "yu", "隗": "kui", "谌": "shen", "郗": "xi", "祭": "ji",
          "哈": "ha", "牟": "mou", "翟": "di", "乐": "le", "能": "neng", "种": "zhong"}  # fmt: skip


@lru_cache(maxsize=30000)
def _reading(character: str) -> str:
    return str(pinyin(character, style=Style.NORMAL, errors="default")[0][0]).lower()


@lru_cache(maxsize=64)  # the keys of one name are made one after the other
def syllables(name: str) -> tuple[str, ...]:
    """One reading per character; surnames by the table, letters as they are."""
    for length in (2, 1):
        if name[:length] in SURNAMES:
            return (*SURNAMES[name[:length]].split(), *map(_reading, name[length:]))
    return tuple(map(_reading, name))


def sort_key(name: str) -> str:
    """The text by which a list of names is ordered (PostgreSQL has no Chinese collation here)."""
    return " ".join(syllables(name))[:100]


def initials(name: str) -> str:
    """First letters: 张三 -> zs."""
    return "".join(syllable[:1] for syllable in syllables(name))[:20]


def other_initials(name: str) -> str:
    """First letters by the readings that a stranger would try: 曾三 -> cs; blank if none differ."""
    if name[:1] not in SURNAMES and name[:2] not in SURNAMES:
        return ""  # read as the dictionary says already
    plain = [_reading(character) for character in name]
    if name[:1] in SECOND:
        plain[0] = SECOND[name[:1]]
    other = "".join(syllable[:1] for syllable in plain)[:20]
    return "" if other == initials(name) else other
