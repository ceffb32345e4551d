"""Password hashing sized for an office server (19 MB a login instead of 100)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class OfficeArgon2(Argon2PasswordHasher):
    """argon2id, m = 19 MiB, t = 2, p = 1: the OWASP setting, 36 ms on the reference machine."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
