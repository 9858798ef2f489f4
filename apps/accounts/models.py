"""People."""

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from apps.accounts.enums import FLAGS_BY_ROLE, Audience, Role, Scope, Service, TokenKind
from apps.accounts.names import look_of
from apps.accounts.querysets import ActivityQuerySet, UserManager
from apps.core.encryption import EncryptedTextField
from apps.core.flags import Flag
from apps.core.models import Base


class User(Base, AbstractBaseUser, PermissionsMixin):
    """A person with an account. Signs in by user name or e-mail; both are unique without regard to case.

    `avatar` is the key of their picture, empty without one. `is_active` is false while an account is disabled. Whoever has
    asked for the deletion of their account has a `leaving_at`: they are gone for others, and come back by signing in.
    """

    username = models.CharField(max_length=40, unique=True, validators=[UnicodeUsernameValidator()])
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.MEMBER)
    is_active = models.BooleanField(default=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=300, blank=True)
    leaving_at = models.DateTimeField(null=True, blank=True, help_text="When it is deleted, as its owner asked.")
    sign_in_epoch = models.PositiveIntegerField(default=0, help_text="Raised to end all their sign-ins at once.")
    name_look = models.CharField(
        max_length=80, blank=True, editable=False, help_text="Alike for user names that look alike."
    )

    bio = models.CharField(max_length=1000, blank=True)
    avatar = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=60, blank=True, help_text="A name of the IANA; empty: the browser's.")
    language = models.CharField(max_length=12, blank=True, help_text="A BCP 47 tag; empty: the browser's.")
    profile_seen_by = models.CharField(max_length=12, choices=Audience.choices, default=Audience.EVERYONE)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
            models.CheckConstraint(
                condition=models.Q(profile_seen_by__in=Audience.values), name="user_profile_seen_by_known"
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=True, disabled_at=None) | models.Q(is_active=False),
                name="user_disabled_at_when_disabled",
            ),
        ]
        indexes: ClassVar = [
            models.Index(OpClass(Lower("username"), name="text_pattern_ops"), name="user_username_prefix"),
            models.Index(OpClass(Lower("email"), name="text_pattern_ops"), name="user_email_prefix"),
            models.Index(OpClass(Lower("display_name"), name="text_pattern_ops"), name="user_display_name_prefix"),
            models.Index(fields=["name_look"], name="user_name_look"),
            models.Index(fields=["role", "-id"], name="user_role"),
            models.Index(fields=["-id"], name="user_disabled", condition=models.Q(is_active=False)),
            models.Index(fields=["leaving_at"], name="user_leaving", condition=models.Q(leaving_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_look = look_of(self.username)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"/@{self.username}/"

    @property
    def name(self) -> str:
        return self.display_name or self.username

    def has_flag(self, flag: Flag) -> bool:
        if not self.is_active:
            return False
        if flag in FLAGS_BY_ROLE[Role.MEMBER]:
            return True
        return self._role_carries(flag) and not self.lacks_second_factor

    def _role_carries(self, flag: Flag) -> bool:
        return self.is_superuser or flag in FLAGS_BY_ROLE[self.role]

    @cached_property
    def lacks_second_factor(self) -> bool:
        """Whether their role would let them operate the site, but their account must have a second factor first.

        One query for those whose role operates the site, where the site asks for it; none for others.
        """
        if not settings.STAFF_NEED_SECOND_FACTOR or not self._role_carries(Flag.OPERATE):
            return False
        return not self.has_second_factor

    @property
    def has_second_factor(self) -> bool:
        """One query. Recovery codes alone are none: they come with one."""
        kinds: Any = self.authenticator_set  # type: ignore[attr-defined]  # allauth.mfa's, which comes after this app
        return bool(kinds.filter(type__in=("totp", "webauthn")).exists())

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Django's, which ends sign-ins when the password changes; raising the epoch ends them too."""
        if not self.sign_in_epoch:
            return str(super()._get_session_auth_hash(secret=secret))  # type: ignore[misc]
        told = f"{self.password}:{self.sign_in_epoch}"
        return salted_hmac("accounts.sign_in", told, secret=secret, algorithm="sha256").hexdigest()

    @property
    def is_staff(self) -> bool:
        """Django's admin asks for this name; everything else asks for a flag."""
        return self.has_flag(Flag.OPERATE)


class PersonalToken(Base):
    """A key for scripts and apps. It is found by its SHA-256 (it has 256 random bits).

    Of an app password an encrypted copy is kept besides (`sealed`), because some protocols prove that both sides know it
    without sending it. An access token is shown once and not kept.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=16, choices=TokenKind.choices, default=TokenKind.TOKEN)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    sealed = EncryptedTextField(purpose="accounts.app_password", blank=True, default="")
    scopes = ArrayField(models.CharField(max_length=16, choices=Scope.choices), default=list)
    last_used_at = models.DateTimeField(null=True, blank=True)
    last_used_from = models.GenericIPAddressField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=TokenKind.values), name="token_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class DataExport(Base):
    """A copy of what is kept of somebody, made by a job when they asked. `ready_at` is empty while it is being made."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="exports", db_index=False)
    job_id = models.UUIDField(null=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    size_bytes = models.PositiveBigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="dataexport_of_owner"),
            models.Index(fields=["created_at"], name="dataexport_age"),
        ]

    def __str__(self) -> str:
        return f"Data of {self.owner_id}"


class Impersonation(Base):
    """Somebody of the staff sees the site as somebody else does, for a reason and for a while.

    `session_key` is the sign-in that was made for it; ending it ends that sign-in.
    """

    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    reason = models.CharField(max_length=300)
    session_key = models.CharField(max_length=40)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["by"], name="impersonation_by", condition=models.Q(ended_at=None)),
            models.Index(fields=["person"], name="impersonation_of", condition=models.Q(ended_at=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(by=models.F("person")), name="impersonation_of_another"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="impersonation_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} as {self.person_id}"


class SignInProvider(Base):
    """A service that people may sign in with, as staff configured it. Its secret is kept encrypted.

    `slug` names one OpenID Connect server among several: in addresses, and in the accounts that were linked through it.
    """

    provider = models.CharField(max_length=20, choices=Service.choices)
    slug = models.SlugField(max_length=40, blank=True, help_text="OpenID Connect alone: a short name for addresses.")
    name = models.CharField(max_length=40, blank=True, help_text="What the button says; empty: the service's own name.")
    client_id = models.CharField(max_length=191)
    secret = EncryptedTextField(purpose="accounts.sign_in_provider", blank=True, default="")
    server_url = models.URLField(blank=True, help_text="OpenID Connect alone: where its discovery document lies.")
    enabled = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["order", "created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(provider__in=Service.values), name="sign_in_provider_known"),
            models.UniqueConstraint(fields=["provider", "slug"], name="sign_in_provider_once"),
            models.CheckConstraint(
                condition=models.Q(provider=Service.OIDC) ^ models.Q(slug="", server_url=""),
                name="sign_in_provider_server_of_oidc",
            ),
            models.CheckConstraint(
                condition=~models.Q(provider=Service.OIDC) | ~(models.Q(slug="") | models.Q(server_url="")),
                name="sign_in_provider_oidc_complete",
            ),
            # A server called like another service could hand out that service's accounts.
            models.CheckConstraint(condition=~models.Q(slug__in=Service.values), name="sign_in_provider_slug_free"),
        ]

    def __str__(self) -> str:
        return self.name or self.get_provider_display()

    @property
    def key(self) -> str:
        """What linked accounts call it."""
        return self.slug or self.provider


class Activity(models.Model):
    """One thing that mattered for security: who did what to whom, when, from where. Only ever added to.

    It keeps names and ids instead of keys, so that it outlives accounts; `request_id` leads to the log. Where somebody of
    the staff acted as the actor, `through_…` says who. The database itself refuses changes (migration 0011).
    """

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=60, help_text="As sign_in.failed: a thing, a dot, what happened.")
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=80, blank=True)
    through_id = models.UUIDField(null=True, help_text="Who really did it, where they acted as the actor.")
    through_name = models.CharField(max_length=80, blank=True)
    subject_id = models.UUIDField(null=True)
    subject_name = models.CharField(max_length=80, blank=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activity"
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="activity_newest"),
            models.Index(fields=["action", "-at"], name="activity_action"),
            models.Index(fields=["actor_id", "-at"], name="activity_actor"),
            models.Index(fields=["subject_id", "-at"], name="activity_subject"),
            models.Index(fields=["address", "-at"], name="activity_address"),
            models.Index(
                fields=["through_id", "-at"], name="activity_through", condition=models.Q(through_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_name or 'nobody'}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("What happened is not changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("What happened is not forgotten one by one.")
