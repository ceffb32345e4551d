"""Password hashing sized for an office server, and the words that no password may rest on."""

import re

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.models import User


class OfficeArgon2(Argon2PasswordHasher):
    """argon2id, m = 19 MiB, t = 2, p = 1: the OWASP setting, 36 ms on the reference machine."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1


class NotOfTheOffice:
    """What everybody tries first does not count: the office's names, years, the user name.

    Without them at least six other letters or digits must be left.
    """

    WORDS = (
        "dongcheng", "gonghui", "zonggonghui", "beijing", "huzhu", "baozhang", "baoxian", "zhigong",
        "东城区", "东城", "总工会", "工会", "北京", "互助", "保障", "保险", "职工", "password",
        "mima", "密码", "admin", "qwerty", "123456", "abcdef",
    )  # fmt: skip
    YEAR = re.compile(r"(19|20)\d\d")
    LEFT = 6

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with a sentence when too little is left."""
        rest = self.YEAR.sub("", password.lower())
        for word in (*self.WORDS, *([user.username.lower()] if user else [])):
            rest = rest.replace(word, "")
        if sum(map(str.isalnum, rest)) < self.LEFT:
            raise ValidationError(self.get_help_text(), code="password_of_the_office")

    def get_help_text(self) -> str:
        return _(
            "The password rests on words that everybody guesses: the district, the union, a year "
            "or the user name. Please choose other words."
        )
