"""Malformed and mutated requests, seeded: none is answered with 5xx, and no process dies of one."""

import os
import random
import socket
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

pytest.importorskip("aiosmtpd", reason="pip install -r requirements-dev.txt")

from tests import factories, proof
from tests.processes import Site

pytestmark = [pytest.mark.journey, pytest.mark.endurance]
REQUESTS, SEED, CLIENTS = proof.count(10_000), 20261124, 6
# Seconds: a body that was cut off is waited for, an answer to a whole one comes sooner even on a busy machine.
PATIENCE = 2
BOUNDARY = "hippo-boundary"
NASTY = [
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "²",
        "٣",
        "-1",
        "0",
        "1e400",
        "NaN",
        "Infinity",
        "9" * 400,
        "2026-13-45",
        "0000",
        "'; --",
        "<b>x</b>",
        "\u202e",
        "💧" * 300,
    ),
    *(
        "%00",
        "../../etc/passwd",
        "HL-000000",
        "HL-99999999999999999999",
        "http://[",
        "https://a@b/",
        "javascript:1",
        "-13.1, 31.7",
        "91",
        "180.1",
    ),
    *(
        "1" * 5000,
        "a" * 9999,
        "\ud800",
        "{}",
        "[]",
        "null",
        "on",
        "12°99'99\"S",
        "36L 370000 8550000",
        "geo:1,2",
        "open",
        "right",
        "latitude=x&count=-1",
    ),
]
NAMES = [
    *("client_id", "how_known", "kind", "place", "latitude", "longitude", "certainty", "observed_day", "observed_month", "observed_year"),
    *(
        "observed_time",
        "species",
        "count",
        "life_stage",
        "condition",
        "people_near",
        "story",
        "photo_use",
        "reporter_name",
        "reporter_email",
    ),
    *(
        "credit",
        "consent",
        "source_url",
        "source_title",
        "source_publisher",
        "source_date",
        "photos_pending",
        "map",
        "view",
        "pinned",
        "pin.x",
    ),
    *(
        "pin.y",
        "drop",
        "ask",
        "asked",
        "opened",
        "find",
        "same",
        "fix_country",
        "fix_vague",
        "fix_date",
        "place_more",
        "like",
        "sha256",
        "taken",
    ),
]
TYPES = [
    "multipart/form-data; boundary=" + BOUNDARY,
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain; charset=utf-7",
    "",
]
IMAGES = sorted((Path(os.environ.get("HIPPOLIST_SHARED", "/nowhere")) / "images" / "generated").glob("*"), key=lambda path: path.name)


class Maker:
    """Requests from a seed: the same number makes the same bytes."""

    def __init__(self, number: int, token: str) -> None:
        self.random, self.token = random.Random(SEED + number), token
        self.chance = self.random.random

    def request(self) -> bytes:
        make = self.random.choice([self.report, self.report, self.photo, self.near, self.places, self.mine, self.garbage])
        return make()

    def report(self) -> bytes:
        fields = list(factories.report_form(client_id=str(uuid.UUID(int=self.random.getrandbits(128), version=4))).items())
        for _n in range(self.random.randrange(6)):
            fields.append((self.random.choice(NAMES), self.random.choice(NASTY)))
        self.random.shuffle(fields)
        files = [("photos", self.picture())] if self.chance() < 0.15 else []
        return self.post("/report/", fields, files)

    def photo(self) -> bytes:
        fields = [("client_id", self.random.choice([*NASTY, str(uuid.uuid4())])), ("sha256", self.random.choice(NASTY))]
        return self.post("/report/photos/", fields, [(self.random.choice(["photo", "photos"]), self.picture())])

    def near(self) -> bytes:
        return self.get("/report/near.json", [(self.random.choice(NAMES), self.random.choice(NASTY)) for _n in range(5)])

    def places(self) -> bytes:
        return self.get("/places.json", [("q", self.random.choice(NASTY))])

    def mine(self) -> bytes:
        path = f"/my-report/{self.random.choice([self.token, self.token[:-1] + '_', 'x', '0.0.0'])}/"
        query = [(self.random.choice(["new", "state", "correct", "take", "file", "mail", "erase"]), self.random.choice(NASTY))]
        if self.chance() < 0.3:
            return self.get(path, query)
        # Never the words that withdraw or erase: the report must stay for the others.
        return self.post(
            path, [(self.random.choice([*NAMES, "message", "answer", "correct", "mail"]), self.random.choice(NASTY)) for _n in range(4)], []
        )

    def garbage(self) -> bytes:
        return self.mutated(self.report(), self.random.randrange(1, 40))

    def picture(self) -> bytes:
        if IMAGES and self.chance() < 0.3:
            data = self.random.choice(IMAGES).read_bytes()[:300_000]
        else:
            data = factories.photo(size=(64, 48), kind=self.random.choice(["JPEG", "PNG", "WEBP"])).getvalue()
        return self.mutated(data, self.random.randrange(12)) if self.chance() < 0.7 else data

    def mutated(self, data: bytes, times: int) -> bytes:
        changed = bytearray(data)
        for _n in range(times):
            at = self.random.randrange(len(changed) + 1)
            changed[at : at + self.random.randrange(4)] = self.random.randbytes(self.random.randrange(4))
        return bytes(changed)

    def get(self, path: str, query) -> bytes:
        text = "&".join(f"{name}={value.encode('utf-8', 'surrogatepass').hex(' ').replace(' ', '%')}" for name, value in query)
        text = text.replace("=", "=%").replace("=%&", "=&") if self.chance() < 0.7 else text
        return f"GET {path}?{text} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode("utf-8", "surrogatepass")

    def post(self, path: str, fields, files) -> bytes:
        parts = []
        for name, value in fields:
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
            parts.append(head.encode() + value.encode("utf-8", "surrogatepass") + b"\r\n")
        for name, data in files:
            odd = self.random.choice(["hippo.jpg", "", "a" * 400, "../../x.jpg", "\u202egpj.exe", "x\0.jpg"])
            head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{odd}"\r\nContent-Type: image/jpeg\r\n\r\n'
            parts.append(head.encode() + data + b"\r\n")
        body = b"".join(parts) + (f"--{BOUNDARY}--\r\n".encode() if self.chance() < 0.9 else b"")
        kind = TYPES[0] if self.chance() < 0.85 else self.random.choice(TYPES)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        if self.chance() < 0.2:
            head += self.random.choice(
                ["Accept: application/json", "Origin: null", "Sec-Fetch-Site: none", "Accept-Language: \xff", "X-Forwarded-For: ,,"]
            )
            head += "\r\n"
        return head.encode("latin-1") + b"\r\n" + body


def status_of(port: int, request: bytes) -> int:
    """The status of the answer; 0 where the server rightly closed what was not HTTP, or still waits for the rest of it."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        try:
            line.sendall(request)
            answer = line.recv(64)
        except OSError:
            return 0
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def children(pid: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return {int(number) for number in found.split()}


def test_nothing_malformed_breaks_the_site(tmp_path):
    site = Site(tmp_path, os.environ.get("HIPPOLIST_DATABASE_URL", "")).start()
    try:
        own = httpx.post(f"{site.url}/report/", data=factories.report_form(story="Mine"), timeout=20)
        token = own.headers["Location"].split("/")[2]
        server = site.processes[0].pid
        before = children(server)

        def ask(number: int) -> tuple[int, int]:
            return number, status_of(site.port, Maker(number, token).request())

        with ThreadPoolExecutor(CLIENTS) as pool:
            answers = list(pool.map(ask, range(REQUESTS)))
        wrong = [(number, status) for number, status in answers if status >= 500]
        assert not wrong, (wrong[:10], site.log()[-3000:])
        # They reached the site's own code: most are answered, good ones are taken.
        statuses = [status for _number, status in answers]
        assert statuses.count(0) < REQUESTS / 4
        assert statuses.count(303) > REQUESTS / 100
        assert {200, 400, 404, 422} <= set(statuses)
        assert all(process.poll() is None for process in site.processes)
        assert before <= children(server), "a worker process died"
        assert httpx.get(f"{site.url}{own.headers['Location']}").status_code == 200
        assert "Internal Server Error" not in site.log(), site.log()[-3000:]
        proof.record(f"{REQUESTS} malformed and mutated requests (seed {SEED}): 0 answers of 5xx, 0 processes died")
    finally:
        site.stop()
