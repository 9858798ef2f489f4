"""People."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from apps.accounts.enums import FLAGS_BY_ROLE, Role, Scope
from apps.accounts.querysets import UserManager
from apps.core.flags import Flag
from apps.core.models import Base


class User(Base, AbstractBaseUser, PermissionsMixin):
    """A person with an account. Signs in by user name or e-mail; both are unique without regard to case."""

    username = models.CharField(max_length=40, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def name(self) -> str:
        return self.display_name or self.username

    def has_flag(self, flag: Flag) -> bool:
        return self.is_active and (self.is_superuser or flag in FLAGS_BY_ROLE[self.role])

    @property
    def is_staff(self) -> bool:
        """Django's admin asks for this name; everything else asks for a flag."""
        return self.has_flag(Flag.OPERATE)


class PersonalToken(Base):
    """A key for scripts. The secret itself is shown once; what is stored is its SHA-256 (it has 256 random bits)."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices), default=list)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
