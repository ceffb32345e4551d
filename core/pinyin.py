"""Pinyin of names, for sorting and for finding 张三 by zs. Surnames have readings of their own."""

from functools import lru_cache

from pypinyin import Style, pinyin

# as a surname these are not read as the dictionary's first reading says
SURNAMES = {
    "单": "shan", "仇": "qiu", "解": "xie", "查": "zha", "曾": "zeng", "盖": "ge", "区": "ou",
    "朴": "piao", "任": "ren", "尉迟": "yu chi", "万俟": "mo qi", "覃": "qin", "洗": "xian",
    "冼": "xian", "乐": "yue", "缪": "miao", "宓": "mi", "员": "yun", "黑": "he", "秘": "bi",
    "召": "shao", "燕": "yan", "华": "hua", "纪": "ji", "过": "guo", "那": "na", "令狐": "ling hu",
    "长孙": "zhang sun", "澹台": "tan tai", "种": "chong", "逄": "pang", "翟": "zhai", "尹": "yin",
}  # fmt: skip


@lru_cache(maxsize=30000)
def _reading(character: str) -> str:
    return str(pinyin(character, style=Style.NORMAL, errors="default")[0][0]).lower()


def syllables(name: str) -> list[str]:
    """One reading per character; surnames by the table, letters as they are."""
    for length in (2, 1):
        if name[:length] in SURNAMES:
            return SURNAMES[name[:length]].split() + [_reading(char) for char in name[length:]]
    return [_reading(char) for char in name]


def sort_key(name: str) -> str:
    """The text by which a list of names is ordered (PostgreSQL has no Chinese collation here)."""
    return " ".join(syllables(name))[:100]


def initials(name: str) -> str:
    """First letters: 张三 -> zs."""
    return "".join(syllable[:1] for syllable in syllables(name))[:20]
