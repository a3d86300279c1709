"""Settings, read from the environment; the defaults are the safe ones.

A required value that is missing stops the start with its name. `docs/operations.md` lists them all.
"""

import logging
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from portal.http.log_settings import log_to_console

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.FileAwareEnv()
if env_file := env.str("ENV_FILE", default=""):
    env.read_env(env_file)

## WHERE IT RUNS

SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # earlier keys: old signatures and seals stay valid
ENCRYPTION_KEYS = env.list("ENCRYPTION_KEYS", default=[])  # Fernet keys, newest first; none: made from SECRET_KEY
SITE_URL = env.str("SITE_URL").rstrip("/")  # https://consult.example.org: what citizens type
DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

_site = urlsplit(SITE_URL)
ALLOWED_HOSTS = [_site.hostname, *env.list("ALLOWED_HOSTS", default=[])]
CSRF_FAILURE_VIEW = "portal.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

## TRANSPORT: everything that needs https is on when the site's own address is https

SECURE = _site.scheme == "https"
SECURE_SSL_REDIRECT = SECURE and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)  # browsers keep it for years: for who asks for it
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # which asks for the preload list
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600  # a working day: shared desks are common
# Browsers take a cookie of this name from this host only, over https: no other site of the agency can set one.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-csrf") if SECURE else ("session", "csrf")
X_FRAME_OPTIONS = "DENY"  # the editor's preview sets its own
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)  # a proxy of ours sets X-Forwarded-*
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

## PACKAGES

INSTALLED_APPS = [
    "portal",
    "consultations",
    "moderation",
    "search",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "portal.accounts.apps.StaffAccountsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "modelcluster",
    "taggit",
    "captcha",
    "csp",
    "django_tasks",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "portal.http.request_id.RequestIdMiddleware",
    "portal.http.security_events.SecurityEventMiddleware",
    "portal.http.security_headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.http.compression.PageCompressionMiddleware",
    "portal.http.page_cache.PageCacheMiddleware",
    "portal.http.csp.PolicyMiddleware",
    "portal.api_v1.middleware.ApiMiddleware",
    "portal.http.methods.MethodMiddleware",
    "portal.http.input_bounds.InputBoundsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.StaffDoorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.staff.button_addresses.ButtonAddressMiddleware",
    "portal.staff.choosers.ChooserMiddleware",
    "portal.agency.former_address.FormerAddressMiddleware",
    "portal.staff.page_changes.PageChangeMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.agency.branding.site",
            ],
        },
    }
]

## TAKING PART: the rows of the table of modes, in the order in which pages show them

CONSULTATION_MODES = [
    "consultations.modes.comments.mode.COMMENTS",
    "consultations.modes.ideas.mode.IDEAS",
    "consultations.modes.statements.mode.STATEMENTS",
    "consultations.modes.suggestions.mode.SUGGESTIONS",
    "consultations.modes.questionnaire.mode.QUESTIONNAIRE",
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our own templates for widgets come first

## DATA

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "portal.sqlite3"
    # IMMEDIATE takes the write lock when a transaction starts, so two writers queue instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # synchronous: what was answered survives a power cut, too (docs/decisions, 25).
        # secure_delete: what is erased is written over, not left in the file until its place is needed.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
        ),
    }
else:  # a server that takes connections and says nothing is away
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
DATABASES["default"].setdefault("CONN_MAX_AGE", 60)  # opening one costs 2 ms, on SQLite too
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

SEARCH_URL = env.str("SEARCH_URL")  # fts5:////var/lib/parley/search.sqlite3, or https://user:password@host:9200/prefix
SEARCH_SEALED_URL = env.str("SEARCH_SEALED_URL", default="")  # of the sealed originals; empty: beside the other
CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    CACHES["default"]["BACKEND"] = "portal.http.shared_cache.ForgivingRedisCache"
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_MB", default=32) * 1024 * 1024  # of each process; 0 renders every page anew
# How long a cache in front of us may show a page without asking; taking a text down takes so much longer there.
SHARED_CACHE_SECONDS = env.int("SHARED_CACHE_SECONDS", default=0)
PERSONAL_COOKIES = frozenset({SESSION_COOKIE_NAME, "messages", "visitor"})  # whoever sends one gets pages of their own
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # what Prometheus has to know; without one /metrics is not there
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=120)  # from one network address
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Wagtail's own jobs (reference index, page search) run at once; they are few and small.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

## FILES

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_MEDIA_ROOT = VAR_DIR / "private"  # documents: given out by a view, to those who may read them
DOCUMENTS_ACCEL = env.str("DOCUMENTS_ACCEL", default="")  # nginx's internal address of PRIVATE_MEDIA_ROOT: /private/
if DOCUMENTS_ACCEL:
    SENDFILE_BACKEND = "portal.media.accel"
SERVE_MEDIA = env.bool("SERVE_MEDIA", default=False)  # the demo only: production's web server does this
UPLOAD_FILES_PER_DAY = env.int("UPLOAD_FILES_PER_DAY", default=300)  # of one person
UPLOAD_MB_PER_DAY = env.int("UPLOAD_MB_PER_DAY", default=1000)
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")  # unix:///run/clamav/clamd.ctl or tcp://host:3310
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = env.bool("STATIC_FROM_SOURCE", default=False)
STORAGES = {
    "default": {"BACKEND": "portal.media.storage.UploadStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if WHITENOISE_USE_FINDERS
        else "portal.http.static_files.SiteStaticFilesStorage"
    },
}

EXPORTS_ROOT = VAR_DIR / "exports"  # beside the media, never among them: personal data
EXPORTS_KEPT_FOR = timedelta(days=env.int("EXPORTS_KEPT_DAYS", default=7))

## PEOPLE

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account"
STAFF_IDLE_SECONDS = env.int("STAFF_IDLE_MINUTES", default=30) * 60
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.AgencyWordsValidator"},
    {"NAME": "portal.accounts.passwords.MostLettersValidator"},
]
SECOND_FACTOR_FOR_STAFF = not env.bool("DEMO_WITHOUT_SECOND_FACTOR", default=False)
if not SECOND_FACTOR_FOR_STAFF and _site.hostname not in ("127.0.0.1", "localhost"):
    raise ImproperlyConfigured(
        f"DEMO_WITHOUT_SECOND_FACTOR is for a demonstration on this machine, not for {SITE_URL}."
    )

## THE DOOR: django-allauth signs in staff and citizens, with a password, a code by e-mail, a passkey or OpenID Connect

ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "portal.accounts.forms.SignInForm", "signup": "portal.accounts.forms.NewAccountForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # without passwords here allauth would ask for none at signing in
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_ENABLED = ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = (
    True
)
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60  # seconds
ACCOUNT_CHANGE_EMAIL = True  # one address for each account
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail because somebody typed an address
ACCOUNT_EMAIL_NOTIFICATIONS = ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
ACCOUNT_RATE_LIMITS = {  # of a network as a school has it; portal.accounts.throttle counts passwords and codes
    "login": "300/m/ip",
    "signup": "100/m/ip",
    "request_login_code": "100/m/ip,3/m/key",
    "reset_password": "100/m/ip,3/m/key",
    "login_failed": "30/5m/key",
}
MFA_ADAPTER = "portal.accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.SecondFactorForm",
    "reauthenticate": "portal.accounts.forms.SecondFactorAgainForm",
    "add_webauthn": "portal.accounts.forms.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # browsers themselves allow http on localhost only
# One provider or several, as JSON: [{"id": "agency", "name": …, "url": …, "client_id": …, "secret": …}]
OIDC_PROVIDERS = env.json("OIDC_PROVIDERS", default=[])
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = (
    True  # by addresses it has verified
)
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": provider["id"],
                "name": provider["name"],
                "client_id": provider["client_id"],
                "secret": provider["secret"],
                "settings": {"server_url": provider["url"]},
            }
            for provider in OIDC_PROVIDERS
        ],
    }
}

## LANGUAGE AND TIME

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en-gb")
TIME_ZONE = env.str("TIME_ZONE", default="UTC")  # the agency's: closing times are said in it
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # one for all: an editor with another would set closing times in it
USE_I18N = USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]
# The staff area is offered in English, and in languages of which there is a catalogue of ours.
WAGTAILADMIN_PERMITTED_LANGUAGES = [
    ("en", "English"),
    *(
        (path.parts[-3], LANG_INFO[path.parts[-3]]["name_local"])
        for path in sorted(BASE_DIR.glob("locale/*/LC_MESSAGES/django.mo"))
        if path.parts[-3] != "en"
    ),
]

## MAIL

vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=30)  # seconds; a server that hangs is taken for away
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("FROM_EMAIL", default=f"consultations@{_site.hostname}")
BOUNCE_EMAIL = env.str("BOUNCE_EMAIL", default="")  # where servers send back what they cannot deliver
BOUNCE_MAILBOX_URL = env.str("BOUNCE_MAILBOX_URL", default="")  # imaps://user:password@host/INBOX, to read it there
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", default=120)  # after which a worker is taken for dead
OUTBOX_KEPT_FOR = timedelta(days=env.int("OUTBOX_KEPT_DAYS", default=30))
# Of a mail service that reports bounces; without it its addresses are not there.
ANYMAIL_WEBHOOK_SECRET = env.str("ANYMAIL_WEBHOOK_SECRET", default="")  # name:password
if ANYMAIL_WEBHOOK_SECRET:
    INSTALLED_APPS.append("anymail")

## WAGTAIL

WAGTAIL_SITE_NAME = env.str("SITE_NAME", default="Parley")
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # staff addresses stay here
WAGTAILEMBEDS_FINDERS: list[dict] = []  # no provider is asked for an address that an editor pasted
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_I18N_ENABLED = False
# Nobody sets a password for somebody else, and one's own password and address change at the door only.
WAGTAILUSERS_PASSWORD_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "portal.staff.sign_off.publish"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ods", "odt", "pdf", "rtf", "txt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.media.forms.DocumentForm"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []  # nothing that was uploaded is shown within our own origin
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.media.forms.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000  # of all frames: 200 MB while it is read
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long StreamField page is one form

## CAPTCHA: shown on suspicion only

CAPTCHA_CHALLENGE_FUNCT = "portal.http.puzzle.sum_challenge"
CAPTCHA_FONT_SIZE = 38
CAPTCHA_IMAGE_SIZE = (180, 56)
CAPTCHA_BACKGROUND_COLOR = "#ffffff"
CAPTCHA_FOREGROUND_COLOR = "#1b1f24"
CAPTCHA_TIMEOUT = 30  # minutes: writing takes time
CAPTCHA_FLITE_PATH = env.str("FLITE_PATH", default="/usr/bin/flite" if Path("/usr/bin/flite").exists() else "")
CAPTCHA_SOX_PATH = env.str("SOX_PATH", default="/usr/bin/sox" if Path("/usr/bin/sox").exists() else "")

## CONTENT SECURITY POLICY: nothing inline, nothing from elsewhere; portal.http.csp relaxes the editor's pages

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "media-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": [
            "'self'",
            *("{0.scheme}://{0.netloc}".format(urlsplit(each["url"])) for each in OIDC_PROVIDERS),
        ],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

## LOGS: one line each, to standard error; never the text of a citizen

LOG_FORMAT = env.str("LOG_FORMAT", default="json")  # or line, for people
logging.raiseExceptions = DEBUG  # otherwise a line that does not fit its values is printed with them
LOGGING = log_to_console(LOG_FORMAT) | {
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        name: {"level": env.str("LOG_LEVEL", default="INFO")}
        for name in ("portal", "consultations", "moderation", "search")
    },
}
