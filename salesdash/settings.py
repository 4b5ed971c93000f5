"""Settings of every environment, from variables alone (`NAME` or `NAME_FILE` for secrets).

Three modes: by hand (nothing set), demo (SALESDASH_DEMO=1) and production (SALESDASH_PRODUCTION=1).
The table in README.md lists each variable; a test keeps the two in step.
"""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ import FileAwareEnv

from salesdash import logs, schedule
from salesdash.api import frameworks

# makes generics such as ModelForm[User] work at run time
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = FileAwareEnv()

PRODUCTION = env.bool("SALESDASH_PRODUCTION", False)
DEMO = env.bool("SALESDASH_DEMO", False)
DEBUG = env.bool("SALESDASH_DEBUG", False)
# importing settings by hand (mypy, checks, IDE) must work where no server runs
NO_DATABASE = "postgresql://nobody@/none?host=%2Fnonexistent"


def _local_secret() -> str:
    """A secret that stays the same between starts of this checkout; never used in production."""
    path = VAR_DIR / "secret_key"
    if path.exists():
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    try:
        VAR_DIR.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(key)
    except OSError:
        return key
    return key


SECRET_KEY = env.str("SECRET_KEY", "")
if not SECRET_KEY:
    if PRODUCTION:
        raise ImproperlyConfigured("Set SECRET_KEY (or SECRET_KEY_FILE) before starting in production.")
    SECRET_KEY = _local_secret()
if PRODUCTION and (DEMO or DEBUG or len(SECRET_KEY) < 50):
    raise ImproperlyConfigured(
        "Production needs a SECRET_KEY of 50 characters or more, without SALESDASH_DEMO or SALESDASH_DEBUG."
    )

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", f"http://localhost:{env.int('PORT', 8000)}")

INSTALLED_APPS = [
    # makes `runserver` serve WebSockets; any other process would only load Twisted
    *(["daphne"] if "runserver" in sys.argv else []),
    "salesdash",
    "leads",
    "drafts",
    "kpis",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "csp",
    "django_celery_beat",
]

MIDDLEWARE = [
    # what mail programs ask for needs none of the others
    "drafts.tracking.serving.ShortWay",
    "salesdash.middleware.Timing",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "salesdash.middleware.UserLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "salesdash.middleware.UserTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "salesdash.middleware.HtmxLogin",
    "allauth.account.middleware.AccountMiddleware",
    "salesdash.middleware.AdminSecondFactor",
    "salesdash.middleware.DomainErrors",
    "salesdash.middleware.ContentSecurity",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "salesdash.urls"
ASGI_APPLICATION = "salesdash.asgi.application"
WSGI_APPLICATION = "salesdash.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "salesdash.context.page",
                "drafts.context.counts",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "salesdash.templatetags.sd",
            ],
        },
    },
    {
        # what changes with each look at the lead table; found after Django's own, so names must differ
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "OPTIONS": {"environment": "salesdash.jinja.environment"},
    },
]

# --- data stores -------------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    """`postgresql://user:password@host:port/name?option=value` → Django's settings with a pool."""
    parts = urlsplit(url)
    options: dict[str, object] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    least, most = env.int("DATABASE_POOL_MIN", 1), env.int("DATABASE_POOL_MAX", 10)
    options["pool"] = {"min_size": least, "max_size": most, "timeout": 10}
    return {
        "ENGINE": "salesdash.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "TEST": {"NAME": f"test_salesdash{env.str('SALESDASH_TEST_SUFFIX', '')}"},
    }


DATABASES = {"default": _database(env.str("DATABASE_URL", NO_DATABASE))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
# Pub/Sub ignores database numbers: parallel tests are kept apart by this prefix
REDIS_PREFIX = env.str("REDIS_PREFIX", "sd")
CACHES = {
    "default": {
        "BACKEND": "salesdash.caching.ForgetfulCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"{REDIS_PREFIX}:ws"},
    }
}


def _celery_url(url: str) -> str:
    """Kombu spells a unix socket differently from redis-py."""
    return f"redis+socket://{url.removeprefix('unix://').split('?')[0]}" if url.startswith("unix://") else url


CELERY_BROKER_URL = _celery_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "global_keyprefix": f"{REDIS_PREFIX}:mq:",
    "visibility_timeout": 600,
    # a page must not wait six seconds for a queue that is gone: what it left in a row is swept up later
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_ROUTES = schedule.ROUTES
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_TIMEZONE = "Asia/Tokyo"
CELERY_IMPORTS = schedule.IMPORTS
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE

# --- people ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "salesdash.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "salesdash.permissions.PermissionsAtOnce",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "salesdash.accounts.ClosedSignup"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "company",
                    "name": env.str("OIDC_NAME", "Single sign-on"),
                    "client_id": env.str("OIDC_CLIENT_ID", ""),
                    "secret": env.str("OIDC_CLIENT_SECRET", ""),
                    "settings": {"server_url": env.str("OIDC_SERVER_URL", "")},
                }
            ]
        }
    }
    if env.str("OIDC_CLIENT_ID", "")
    else {}
)
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "salesdash.accounts.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
ADMIN_SECOND_FACTOR = env.bool("ADMIN_SECOND_FACTOR", not DEMO)

# --- language and time -------------------------------------------------------------------------

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "salesdash" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# --- files -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(VAR_DIR / "staticfiles")))
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "salesdash.static_storage.BundledStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 200_000_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000

# --- security ----------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "salesdash.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# --- API ---------------------------------------------------------------------------------------

# per person; a burst of the whole quota is allowed, then an even pace
API_RATES = {
    "read": env.str("API_THROTTLE", "1200/min"),
    "write": env.str("API_THROTTLE_WRITE", "300/min"),
    "ingest": env.str("API_THROTTLE_INGEST", "1200/min"),
}
REST_FRAMEWORK = frameworks.REST_FRAMEWORK
SPECTACULAR_SETTINGS = {**frameworks.SPECTACULAR, "SERVERS": [{"url": SITE_URL}]}

# --- mail that comes back ----------------------------------------------------------------------

# each may begin with the number of a team and a colon, and then reaches that team alone
MAIL_WEBHOOK_SECRETS = env.list("MAIL_WEBHOOK_SECRETS", default=[])
SENDGRID_WEBHOOK_KEYS = env.list("SENDGRID_WEBHOOK_KEYS", default=[])
SES_TOPIC_ARNS = env.list("SES_TOPIC_ARNS", default=[])
# the only hosts that certificates of Amazon SNS are taken from: a pattern, without a port
SNS_HOST = r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?"
if any(len(secret.strip()) < 24 for secret in MAIL_WEBHOOK_SECRETS):
    raise ImproperlyConfigured("Each of MAIL_WEBHOOK_SECRETS needs 24 characters or more.")
# rightly signed requests per source and team, wrong ones per network; a burst of the whole quota is allowed
MAIL_HOOK_RATE = env.str("MAIL_HOOK_RATE", "3000/min")
MAIL_HOOK_WRONG_RATE = env.str("MAIL_HOOK_WRONG_RATE", "20/min")
# a year and a month: long enough to answer "why is this address stopped?"
MAIL_EVENT_DAYS = env.int("MAIL_EVENT_DAYS", 400)
if MAIL_EVENT_DAYS < 60:
    # three soft bounces within 30 days stop an address, in whatever order they are told
    raise ImproperlyConfigured("MAIL_EVENT_DAYS must be 60 or more: soft bounces are counted over 30 days.")
# where answers arrive: imaps://user:password@host/INBOX, several set apart by spaces
MAILBOX_URL = env.str("MAILBOX_URL", "")
# whom to ask about sending domains: addresses, with a port if it is not 53; none: as the system does
DNS_SERVERS = env.list("DNS_SERVERS", default=[])
# what a domain must publish so that MAIL_URL's server may send for it; a team may have its own
MAIL_SPF, MAIL_DKIM_SELECTOR = env.str("MAIL_SPF", ""), env.str("MAIL_DKIM_SELECTOR", "")
# set by the supervisor when it starts the local mail server: the demo then has a page for its mails
DEV_MAIL = env.str("SALESDASH_DEV_MAIL", "")
DEV_MAIL_FOLDER = env.str("SALESDASH_DEV_MAIL_FOLDER", "")

# --- the language model, telemetry ------------------------------------------------------------

LLM_BASE_URL = env.str("LLM_BASE_URL", "")
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
LLM_MODEL = env.str("LLM_MODEL", "")
LLM_JUDGE_MODEL = env.str("LLM_JUDGE_MODEL", "")
LLM_MODERATION_MODEL = env.str("LLM_MODERATION_MODEL", "omni-moderation-latest")
LLM_MODERATION_BASE_URL = env.str("LLM_MODERATION_BASE_URL", "")
LLM_MODERATION_API_KEY = env.str("LLM_MODERATION_API_KEY", "")
LLM_FALLBACK_BASE_URL = env.str("LLM_FALLBACK_BASE_URL", "")
LLM_FALLBACK_API_KEY = env.str("LLM_FALLBACK_API_KEY", "")
LLM_FALLBACK_MODEL = env.str("LLM_FALLBACK_MODEL", "")
LLM_TIMEOUT_SECONDS = env.float("LLM_TIMEOUT_SECONDS", 30.0)
LLM_CONCURRENCY = env.int("LLM_CONCURRENCY", 8)
LLM_REASONING_EFFORT = env.str("LLM_REASONING_EFFORT", "")  # minimal, low, …; empty: not sent
MAIL_URL = env.str("MAIL_URL", "")
MAIL_TIMEOUT_SECONDS = env.float("MAIL_TIMEOUT_SECONDS", 30.0)
# set by the supervisor when it starts the local rule-based writer: the pages then say so
DEV_WRITER = env.bool("SALESDASH_DEV_LLM", False)
POSTHOG_API_KEY = env.str("POSTHOG_API_KEY", "")
POSTHOG_HOST = env.str("POSTHOG_HOST", "https://eu.i.posthog.com")
OTLP_ENDPOINT = env.str("OTEL_EXPORTER_OTLP_ENDPOINT", "")
LOGGING = logs.config(env.str("LOG_LEVEL", "INFO"))
