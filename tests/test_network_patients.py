"""Real patients of the network: no names, a proxy that opens TLS, a clock that is a year off."""

import shutil
import ssl
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
import trustme

from .test_reach import NO_CHAIN, Quiet
from .test_reach import serve as serve_in_background

PLACES = ("PIP_INDEX_URL", "HF_ENDPOINT", "LOCALAI_RELEASES")
NO_PROXY = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "")
YEAR_SECONDS = 365 * 86_400

#: what `date -s` would need root for: the realtime clock of one program and its children, moved
CLOCK = f"""
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *at) {{
  int code = syscall(SYS_clock_gettime, id, at);
  if (id == CLOCK_REALTIME) at->tv_sec += {YEAR_SECONDS};
  return code;
}}
time_t time(time_t *kept) {{
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  if (kept) *kept = at.tv_sec;
  return at.tv_sec;
}}
"""


class Opener(Quiet):
    """A company's proxy: it answers in the place's stead, with a certificate that it made itself."""

    def do_CONNECT(self):
        self.send_response(200)
        self.end_headers()
        host = self.path.partition(":")[0]
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.server.company.issue_cert(host).configure_cert(context)
        self.close_connection = True
        try:
            context.wrap_socket(self.connection, server_side=True).recv(1)
        except OSError:
            pass  # the client hung up, as it should


@pytest.fixture
def serve():
    made = []

    def start(handler=Quiet, context=None):
        server = serve_in_background(context, handler)
        made.append(server)
        return server, server.server_address[1]

    yield start
    for server in made:
        server.shutdown()
        server.server_close()


def found(localai, **extra):
    localai.extra = {**NO_PROXY, **extra}
    return {one["id"]: one for one in localai.json("doctor")["findings"]}


def test_a_network_without_names(localai):
    """A namespace of its own has a loopback and nothing else: every look-up fails."""
    alone = ["unshare", "--map-root-user", "--net"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*alone, "true"], capture_output=True).returncode
    ):
        pytest.skip("a network of its own needs privileges that are not there")
    hosts = dict(zip(PLACES, ("https://a.example", "https://b.example", "https://c.example")))
    localai.extra = {**NO_PROXY, **hosts}
    localai.before = alone
    reported = {one["id"]: one for one in localai.json("doctor")["findings"]}
    assert "No name can be looked up: a.example, b.example" in reported["net-dns-failing"]["what"]
    assert reported["net-dns-failing"]["fixes"]
    assert "net-tls-intercepted" not in reported


def test_one_name_alone_is_no_dead_name_server(localai, serve):
    _, port = serve()
    places = dict.fromkeys(PLACES, f"http://127.0.0.1:{port}") | {
        "HF_ENDPOINT": "https://b.invalid"
    }
    reported = found(localai, **places)
    assert "net-dns-failing" not in reported
    assert "hub (https://b.invalid)" in reported["setup-sources-unreachable"]["what"]


@NO_CHAIN
def test_a_proxy_with_a_certificate_of_its_own(localai, serve, tmp_path):
    server, port = serve(Opener)
    server.company = trustme.CA(organization_name="Example Corp Inspection")
    places = dict.fromkeys(PLACES, "https://far.example")
    proxied = {**places, "https_proxy": f"http://127.0.0.1:{port}"}
    reported = found(localai, **proxied)["net-tls-intercepted"]
    assert reported["status"] == "warn"
    assert "behind the proxy that is set" in reported["what"]
    trusted = tmp_path / "company.pem"
    server.company.cert_pem.write_to_path(str(trusted))
    assert "net-tls-intercepted" not in found(localai, **proxied, SSL_CERT_FILE=str(trusted))


@pytest.fixture
def next_year(tmp_path):
    """The environment in which a program's clock is a year ahead."""
    source, built = tmp_path / "clock.c", tmp_path / "clock.so"
    source.write_text(CLOCK)
    command = ["cc", "-shared", "-fPIC", "-o", str(built), str(source)]
    if sys.platform != "linux" or not shutil.which("cc"):
        pytest.skip("moving the clock of one program needs Linux and a C compiler")
    subprocess.run(command, check=True)
    return {"LD_PRELOAD": str(built)}


def test_a_clock_that_servers_contradict(localai, serve, next_year):
    _, port = serve()
    places = dict.fromkeys(PLACES, f"http://127.0.0.1:{port}")
    assert "net-certificate-date-invalid" not in found(localai, **places)
    reported = found(localai, **places, **next_year)["net-certificate-date-invalid"]
    assert "365 days ahead of that of 127.0.0.1" in reported["what"]


def test_a_clock_by_which_every_certificate_is_out_of_date(localai, serve, next_year, tmp_path):
    """A certificate of three months, as most are: valid today, long past for such a clock."""
    company, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    end = datetime.now(timezone.utc) + timedelta(days=90)
    company.issue_cert("127.0.0.1", not_after=end).configure_cert(context)
    _, port = serve(context=context)
    trusted = tmp_path / "company.pem"
    company.cert_pem.write_to_path(str(trusted))
    places = {**dict.fromkeys(PLACES, f"https://127.0.0.1:{port}"), "SSL_CERT_FILE": str(trusted)}
    assert "net-certificate-date-invalid" not in found(localai, **places)
    reported = found(localai, **places, **next_year)
    assert "out of date" in reported["net-certificate-date-invalid"]["what"]
    assert "net-tls-intercepted" not in reported
