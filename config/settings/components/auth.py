"""People and how they sign in: password, emailed code, passkey, second factor. Other services are in sign_in.py."""

from config.settings.components.api import RATES_ON

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.PersonBackend"]
# What apps above keep of a person by a row each, and need on every page.
PERSON_READ_WITH = ["standing"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USERNAME_VALIDATORS = "apps.accounts.services.names.SIGN_UP_VALIDATORS"
ACCOUNT_ADAPTER = "apps.accounts.signin.adapters.AccountAdapter"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Nobody is written to who has no account and did not ask for one.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 10
# allauth's own limits stand behind those of apps/accounts/doors.py; they fall silent while Redis is away.
if not RATES_ON:
    ACCOUNT_RATE_LIMITS = False
    MFA_RATE_LIMITS = False

ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}

MFA_ADAPTER = "apps.accounts.signin.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the account of the first start has no address, and needs a second factor most
# Browsers allow passkeys on http://localhost alone, which is where an embedded site is tried; prod.py takes this back.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# Whether those who operate the site have no powers until they have a second factor. prod.py says yes.
STAFF_NEED_SECOND_FACTOR = False
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.SignInForm",
    "signup": "apps.accounts.forms.SignUpForm",
    "reset_password": "apps.accounts.forms.ForgottenForm",
    "reset_password_from_key": "apps.accounts.forms.NewPasswordForm",
    "change_password": "apps.accounts.forms.PasswordForm",
    "set_password": "apps.accounts.forms.FirstPasswordForm",
    "add_email": "apps.accounts.forms.NewEmailForm",
    "reauthenticate": "apps.accounts.forms.StillYouForm",
    "request_login_code": "apps.accounts.forms.CodeForm",
    "confirm_login_code": "apps.accounts.forms.EnterCodeForm",
}
MFA_FORMS = {
    "authenticate": "apps.accounts.forms.SecondFactorForm",
    "reauthenticate": "apps.accounts.forms.SecondFactorAgainForm",
    "activate_totp": "apps.accounts.forms.AppForm",
    "authenticate_webauthn": "apps.accounts.forms.KeyForm",
    "reauthenticate_webauthn": "apps.accounts.forms.KeyAgainForm",
    "login_webauthn": "apps.accounts.forms.PasskeyForm",
    "add_webauthn": "apps.accounts.forms.NewKeyForm",
    "edit_webauthn": "apps.accounts.forms.KeyNameForm",
}
SOCIALACCOUNT_FORMS = {"signup": "apps.accounts.forms.FinishForm"}
