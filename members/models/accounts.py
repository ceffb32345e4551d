from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from core.sealing import SealedField
from members.models.organisations import Organisation
from members.permissions import Role


class User(AbstractBaseUser):
    """An account of staff or of a union's agent. What it may do stands in its grants."""

    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(db_default=Now())  # a one-time password grows old
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    USERNAME_FIELD = "username"
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.full_name or self.username


class RoleGrant(models.Model):
    """A role given to an account at a node of the tree; it covers the subtree."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=12, choices=Role)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="grants")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "organisation"], name="grant_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="grant_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"


class SecondFactor(models.Model):
    """The key that an account shares with its holder's phone; kept from the first right code on."""

    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor")
    key_sealed = SealedField("totp")  # base 32
    confirmed_at = models.DateTimeField()
    last_step = models.BigIntegerField(default=-1)  # of the last code taken: none is taken twice
    failures = models.PositiveSmallIntegerField(default=0)  # wrong codes in a row
    failed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """One of ten codes on paper for whoever has lost the phone; only its keyed hash is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)  # keyed: settings.SECRET_KEY
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
