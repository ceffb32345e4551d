"""Settings: one file, read from the environment only; an unknown value is an error, not a guess."""

import os
import shlex
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent


def env_text(name: str, default: str | None = None) -> str:
    """The variable itself, or the content of the file named by NAME_FILE (container secrets)."""
    if secret_file := os.environ.get(f"{name}_FILE"):
        return Path(secret_file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def env_flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value in {"1", "true"}


def env_choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of the words allowed; the first when none is given."""
    value = os.environ.get(name, allowed[0])
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
    return value


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, Any]:
    """postgres://user:password@host:port/name, or ?host=/socket/folder for a unix socket."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # a stuck lock or a forgotten transaction must not stand in a colleague's way
            "options": "-c lock_timeout=15s -c idle_in_transaction_session_timeout=600s",
            **query,
        },
        "TEST": {"NAME": "test_" + (parts.path.lstrip("/") or "app") + TEST_DB_SUFFIX},
    }


DEBUG = env_flag("DEBUG", default=False)
TEST_DB_SUFFIX = env_text("TEST_DB_SUFFIX", "")
VAR_DIR = Path(env_text("VAR_DIR", str(BASE_DIR / "var")))
SECRET_KEY = env_text("SECRET_KEY", "only-for-tests-and-tools" if DEBUG else None)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
# AES-256-GCM and HMAC keys of the personal data, outside the database; made by ./run on first use
FIELD_KEYS_FILE = Path(env_text("FIELD_KEYS_FILE", str(VAR_DIR / "keys" / "fields.json")))
# ends of the audit chain, kept outside the database (core.anchors); empty keeps none
AUDIT_ANCHORS = env_text("AUDIT_ANCHORS", str(VAR_DIR / "anchors" / "chain.txt"))

# looks at each uploaded scan on its standard input and ends with 0 (clean) or 1; empty: no scanner
SCAN_COMMAND = shlex.split(env_text("SCAN_COMMAND", ""))  # clamdscan --no-summary -

REVEALS_PER_DAY = int(env_text("REVEALS_PER_DAY", "50"))  # whole numbers a person may look at

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_filters",
    "django_htmx",
    "core",
    "members",
    "ledger",
    "policies",
    "claims",
    "reports",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.OfficeLanguage",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "core.middleware.PlainQuery",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.middleware.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.ContentSecurityPolicy",
    "core.middleware.NotAllowedPage",
    "django_htmx.middleware.HtmxMiddleware",
    "members.middleware.ViewerMiddleware",
    "members.middleware.AccessOnRecord",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "members.context.shell",
            ],
            "builtins": ["core.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]

DATABASES = {
    "default": database(env_text("DATABASE_URL", "postgres://postgres@127.0.0.1/postgres"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env_text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        # the cache client says unix://, Celery says redis+socket://
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "OPTIONS": {"socket_timeout": 3, "socket_connect_timeout": 2},
    }
}

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # says no before a password is looked at
    "django.contrib.auth.backends.ModelBackend",
]
# wrong passwords are counted per account and address, so nobody locks a colleague of his office out
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=10)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # ten minutes are ten minutes
AXES_DISABLE_ACCESS_LOG = True  # sign-ins stand in our own trail
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "members.selectors.sign_in.client_address"
AXES_USERNAME_CALLABLE = "members.selectors.sign_in.counted_name"
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # its middleware answers in English; members.views.accounts
# reverse proxies in front of the application: so many addresses of X-Forwarded-For are believed
TRUSTED_PROXIES = int(env_text("TRUSTED_PROXIES", "0"))
# so many different names that fail within AXES_COOLOFF_TIME are somebody trying them out
SPRAYING_NAMES = 20
# required: nobody of these roles works without it; offered: whoever wants; off: not at all
SECOND_FACTOR = env_choice("SECOND_FACTOR", ("required", "offered", "off"))
SECOND_FACTOR_ROLES = env_list(
    "SECOND_FACTOR_ROLES", "admin,auditor,enrolment,reviewer,approver,finance,leader"
)
# days until a password must be replaced; 0: never (docs/sign-in.md says why, and when 90)
PASSWORD_MAX_AGE_DAYS = int(env_text("PASSWORD_MAX_AGE_DAYS", "0"))
ONE_TIME_PASSWORD_DAYS = 7
PASSWORD_HASHERS = [
    "members.hashers.OfficeArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "members.hashers.NotOfTheOffice"},
]
LOGIN_URL = "members:login"
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "members.models.sessions"
SESSION_COOKIE_AGE = 10 * 3600  # from one sign-in to the next, whatever one does
SESSION_IDLE_SECONDS = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_flag("HTTPS", default=False)
if SESSION_COOKIE_SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "core" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": VAR_DIR / "files",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# to the terminal or the container's log; Django alone would tell nobody of an error 500
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "core.logs.WithoutNumbers",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {  # those that bring handlers of their own, past the formatter
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 25 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000  # a renewal posts a tick per line, of at most 3,000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

# Celery only rings the bell: arguments are ids, results are rows; see docs/architecture.md
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1_500_000
CELERY_TASK_TIME_LIMIT = 1800
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # else its handlers would write past LOGGING
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 7200,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 3,
    "socket_connect_timeout": 2,
}

# every workbook that can be imported: name in URL and command -> its definition
IMPORT_KINDS = {
    "unions": "members.imports.unions.UNIONS",
    "members": "members.imports.roster.MEMBERS",
    "enrolments": "policies.imports.ENROLMENTS",
    "claims": "claims.imports.claims.CLAIMS",
    "settlements": "claims.imports.settlements.SETTLEMENTS",
}
# every list whose columns a person may choose: name -> its declaration
LISTS = {
    "members": "members.filters.MEMBERS",
    "unions": "members.filters.UNIONS",
    "transfers": "members.filters.TRANSFERS",
    "accounts": "members.filters.ACCOUNTS",
    "imports": "members.filters.IMPORTS",
    "jobs": "members.filters.JOBS",
    "trail": "members.filters.TRAIL",
    "batches": "policies.filters.BATCHES",
    "enrolments": "policies.filters.ENROLMENTS",
    "receipts": "policies.filters.RECEIPTS",
    "remittances": "policies.filters.REMITTANCES",
    "claims": "claims.filters.CLAIMS",
    "quarters": "claims.filters.QUARTERS",
    "reimbursements": "claims.filters.REIMBURSEMENTS",
    "payouts": "claims.filters.PAYOUTS",
    "payments": "claims.filters.PAYMENTS",
}
# what other rooms know against merging two records of a person: (kept, gone) -> why not
MERGE_CHECKS = (
    "policies.services.merging.covers_clash",
    "claims.services.merging.quarters_clash",
)
# the office may speak of insurance (保费, 理赔) or of mutual aid (会费, 互助金); codes never change
OFFICE_NAME = env_text("OFFICE_NAME", "东城区职工互助保障")
# yuan: a claim above this is endorsed by the approver and approved by the director (待确认)
DIRECTOR_ABOVE = Decimal(env_text("DIRECTOR_ABOVE", "20000"))
AGENCY_NAME = env_text("AGENCY_NAME", "中国职工保险互助会东城区代办处")
# to whom contributions are remitted; without an account papers leave the line open and say 待确认
PAYEE_NAME = env_text("PAYEE_NAME", "中国职工保险互助会北京办事处")
PAYEE_BANK = env_text("PAYEE_BANK", "")
PAYEE_ACCOUNT = env_text("PAYEE_ACCOUNT", "")
