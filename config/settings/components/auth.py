"""People and how they sign in. The providers of later issues join here."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
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
ACCOUNT_FORMS = {
    "login": "apps.accounts.forms.SignInForm",
    "signup": "apps.accounts.forms.SignUpForm",
    "reset_password": "apps.accounts.forms.ForgottenForm",
    "reset_password_from_key": "apps.accounts.forms.NewPasswordForm",
    "change_password": "apps.accounts.forms.PasswordForm",
    "set_password": "apps.accounts.forms.FirstPasswordForm",
    "add_email": "apps.accounts.forms.NewEmailForm",
    "reauthenticate": "apps.accounts.forms.StillYouForm",
}
