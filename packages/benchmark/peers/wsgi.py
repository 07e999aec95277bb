"""The application of the benchmark for WSGI servers; run as a program, it serves with waitress."""

HELLO = b"Hello, world!\n"
CHUNK = b"x" * (64 * 1024)
CHUNKS = 16


def generate_download():
    for _ in range(CHUNKS):
        yield CHUNK


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/echo":
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(
            "200 OK",
            [
                ("Content-Type", "application/octet-stream"),
                ("Content-Length", str(len(body))),
            ],
        )
        return [body]
    if path == "/download":
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return generate_download()
    start_response(
        "200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(HELLO)))]
    )
    return [HELLO]


if __name__ == "__main__":
    import sys

    from waitress import create_server

    server = create_server(application, host="127.0.0.1", port=0, connection_limit=1000)
    print("listening", server.effective_port, file=sys.stderr, flush=True)
    server.run()
