"""A small Django application in one file, which knows nothing of where it is mounted."""

import hashlib
import threading

import django
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.template import engines
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.core.wsgi import get_wsgi_application
from werkzeug.middleware.proxy_fix import ProxyFix

settings.configure(
    ALLOWED_HOSTS=["*"],
    DEFAULT_CHARSET="utf-8",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not a secret: this is an example",
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

PAGE = engines["django"].from_string(
    """<!doctype html>
<title>Django</title>
<a href="{% url 'hello' name='Zoë Øre' %}">hello</a>
<a href="{% url 'me' %}">me</a>
<form action="{% url 'login' %}" method="post">{% csrf_token %}<input name="name"></form>
<form action="{% url 'upload' %}" method="post" enctype="multipart/form-data">{% csrf_token %}
<input name="file" type="file"></form>
"""
)


def index(request):
    return HttpResponse(PAGE.render(request=request))


def hello(request, name):
    return HttpResponse(f"Hello, {name}! You are at {request.path}.\n")


def login(request):
    name = request.POST.get("name", "")
    if name == "":
        return HttpResponse(status=401)
    request.session["name"] = name
    return HttpResponseRedirect(reverse("me"))


def me(request):
    name = request.session.get("name")
    address = request.META["REMOTE_ADDR"]
    return JsonResponse({"name": name, "address": address, "url": request.build_absolute_uri()})


def upload(request):
    file = request.FILES["file"]
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return JsonResponse({"name": file.name, "sha256": digest.hexdigest()})


def download(request, size):
    piece = bytes(range(256)) * 256
    pieces = (piece[: min(len(piece), size - at)] for at in range(0, size, len(piece)))
    return StreamingHttpResponse(pieces, content_type="application/octet-stream")


released = threading.Event()


def stream(request):
    released.clear()

    def lines():
        yield "one\n"
        released.wait(30)
        yield "two\n"

    return StreamingHttpResponse(lines(), content_type="text/plain")


@csrf_exempt
def release(request):
    released.set()
    return HttpResponse("released\n")


urlpatterns = [
    path("", index),
    path("hello/<name>", hello, name="hello"),
    path("login", login, name="login"),
    path("me", me, name="me"),
    path("upload", upload, name="upload"),
    path("download/<int:size>", download),
    path("stream", stream),
    path("release", release),
]

# Over FastCGI, SCGI and uwsgi the mount comes as SCRIPT_NAME, over HTTP as X-Forwarded-Prefix.
application = ProxyFix(get_wsgi_application(), x_for=1, x_proto=1, x_host=1, x_prefix=1)
