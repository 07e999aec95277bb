"""A small Flask application that knows nothing of where it is mounted."""

import hashlib
import threading

from flask import Flask, Response, abort, redirect, render_template_string, request, session, url_for
from werkzeug.middleware.proxy_fix import ProxyFix

app = Flask(__name__)
app.secret_key = "not a secret: this is an example"

PAGE = """<!doctype html>
<title>Flask</title>
<a href="{{ url_for('hello', name='Zoë Øre') }}">hello</a>
<a href="{{ url_for('me') }}">me</a>
<form action="{{ url_for('login') }}" method="post"><input name="name"></form>
<form action="{{ url_for('upload') }}" method="post" enctype="multipart/form-data">
<input name="file" type="file"></form>
"""


@app.get("/")
def index():
    return render_template_string(PAGE)


@app.get("/hello/<name>")
def hello(name):
    return f"Hello, {name}! You are at {request.script_root}{request.path}.\n"


@app.post("/login")
def login():
    if request.form.get("name", "") == "":
        abort(401)
    session["name"] = request.form["name"]
    return redirect(url_for("me"))


@app.get("/me")
def me():
    return {"name": session.get("name"), "address": request.remote_addr, "url": request.url}


@app.post("/upload")
def upload():
    file = request.files["file"]
    return {"name": file.filename, "sha256": hashlib.file_digest(file.stream, "sha256").hexdigest()}


@app.get("/download/<int:size>")
def download(size):
    piece = bytes(range(256)) * 256
    pieces = (piece[: min(len(piece), size - at)] for at in range(0, size, len(piece)))
    return Response(pieces, mimetype="application/octet-stream")


released = threading.Event()


@app.get("/stream")
def stream():
    released.clear()

    def lines():
        yield "one\n"
        released.wait(30)
        yield "two\n"

    return Response(lines(), mimetype="text/plain")


@app.post("/release")
def release():
    released.set()
    return "released\n"


# Over FastCGI, SCGI and uwsgi the mount comes as SCRIPT_NAME, over HTTP as X-Forwarded-Prefix.
application = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1, x_prefix=1)
