"""One settings file, read from the environment. See README for every variable."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from danvan.config import database, single_sign_on

PACKAGE = Path(__file__).resolve().parent.parent

# A process without a secret of its own gets one that dies with it: nothing to leak, sessions end at restart.
SECRET_KEY = os.environ.get("DANVAN_SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = os.environ.get("DANVAN_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("DANVAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
VAR = database.var_dir()

database.ensure()
DATABASES = {"default": database.settings_for(os.environ["DATABASE_URL"])}
AUTH_USER_MODEL = "access.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "danvan.audit",
    "danvan.units",
    "danvan.access",
    "danvan.figures",
    "danvan.casework",
    "danvan.narrative",
    "danvan.desk",
    "danvan.api",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages for thin networks; it blurs lengths against guessing (BREACH)
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "danvan.config.language.by_switch_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "danvan.config.legible.LegibleMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "danvan.access.middleware.ActingMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "danvan.access.middleware.PostRequiredMiddleware",
]

ROOT_URLCONF = "danvan.config.urls"
WSGI_APPLICATION = "danvan.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "danvan.access.middleware.acting",
            ],
            "builtins": ["danvan.desk.templatetags.once"],
            "libraries": {"i18n": "danvan.desk.templatetags.once"},
        },
    }
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "places": {
            "()": "danvan.config.logs.Places",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "places"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"level": "INFO"},  # without the handlers that Django gives it: one line each, and no letters
        "django.request": {"level": "ERROR"},  # not each address that does not exist
    },
}

# Signing in: by the name that an administrator gave, nobody signs up. A second step is each person's own choice.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
AUTHENTICATION_BACKENDS = ["danvan.access.backends.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": _VALIDATION + "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "danvan.access.forms.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
    {"NAME": _VALIDATION + "NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # also of the link that an administrator hands over
ACCOUNT_ADAPTER = "danvan.access.adapters.Account"
ACCOUNT_FORMS = {
    "change_password": "danvan.access.forms.ChangePasswordForm",
    "set_password": "danvan.access.forms.SetPasswordForm",
    "reset_password_from_key": "danvan.access.forms.ResetPasswordKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"  # to sign in; a changed address counts once it is confirmed
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False  # office machines are shared: the session ends with the browser
# All offices of a province may share one address: wrong passwords are counted by name first.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key,60/m/ip", "reset_password": "20/m/ip,5/m/key"}
MFA_ADAPTER = "danvan.access.adapters.MFA"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # many have no e-mail at all
MFA_TOTP_ISSUER = "Dân vận"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "danvan.access.adapters.SingleSignOn"
SOCIALACCOUNT_PROVIDERS, _OIDC_ORIGIN = single_sign_on.configured(os.environ)
# Counts of attempts are shared by all processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "danvan_cache"}}
SESSION_ENGINE = "danvan.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Mail; without a server none is sent, and nothing that needs mail is offered.
MAIL = bool(os.environ.get("DANVAN_SMTP_HOST"))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL else 'dummy'}.EmailBackend"
EMAIL_HOST = os.environ.get("DANVAN_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("DANVAN_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("DANVAN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DANVAN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("DANVAN_SMTP_TLS", "starttls") == "starttls"
EMAIL_USE_SSL = os.environ.get("DANVAN_SMTP_TLS") == "ssl"
EMAIL_TIMEOUT = 10
WEBHOOKS_INSIDE = os.environ.get("DANVAN_WEBHOOKS_INSIDE") == "1"  # a chat tool of our own network
BASE_URL = os.environ.get("DANVAN_BASE_URL", "")  # put before the links of letters
DEFAULT_FROM_EMAIL = os.environ.get("DANVAN_MAIL_FROM", "danvan@localhost")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# What is over the limit of any file is cut short, not written to the disk.
FILE_UPLOAD_HANDLERS = ["danvan.access.files.uploading.UpToTheLimit"]

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# No request leaves for another host; scripts and styles come from our own files only.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": [NONE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *_OIDC_ORIGIN],  # a form's redirect counts too
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = os.environ.get("DANVAN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
