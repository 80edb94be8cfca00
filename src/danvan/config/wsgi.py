"""The web process: `waitress-serve danvan.config.wsgi:application`, or `danvan serve`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.config.settings")
application = get_wsgi_application()
