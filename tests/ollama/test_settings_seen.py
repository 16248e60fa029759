"""What is seen of an Ollama that was there: its settings, its address, who starts it."""

import json

import pytest

from localai_setup.model.reading import Missing, Readings, Text
from localai_setup.model.source import File
from localai_setup.probes import _ollama_address as address
from localai_setup.probes import _ollama_service as service
from localai_setup.probes._ollama_address import Address
from localai_setup.probes._ollama_settings import OUR_MARK, OllamaSettings, from_log

pytestmark = pytest.mark.quick


def given(**variables):
    return OllamaSettings(variables, "k")


@pytest.mark.parametrize(
    ("value", "on"),
    [("1", True), ("true", True), (" ON ", True), ("", False), ("0", False), (" False ", False), ("no", False)],
)  # fmt: skip
def test_a_switch_is_on_unless_it_is_off(value, on):
    assert given(OLLAMA_FLASH_ATTENTION=value).flash_attention is on
    assert given(OLLAMA_NO_CLOUD=value).cloud_off is on


def test_what_nobody_set_is_the_servers_own_choice():
    nothing = given()
    assert nothing.flash_attention is None
    assert (nothing.cloud_off, nothing.is_ours) == (False, False)
    assert (nothing.context, nothing.parallel, nothing.kv_type) == (None, None, "")
    assert (nothing.models_folder, nothing.keep_alive) == ("", "")


def test_texts_and_numbers_as_they_were_given():
    one = given(
        OLLAMA_MODELS=' "/m" ', OLLAMA_KEEP_ALIVE="-1", OLLAMA_KV_CACHE_TYPE="q8_0",
        OLLAMA_NUM_PARALLEL="4", OLLAMA_CONTEXT_LENGTH="8192", **{OUR_MARK: ""},
    )  # fmt: skip
    assert (one.models_folder, one.keep_alive, one.kv_type, one.is_ours) == ("/m", "-1", "q8_0", True)  # fmt: skip
    assert (one.parallel, one.context) == (4, 8192)
    odd = given(OLLAMA_NUM_PARALLEL="four", OLLAMA_CONTEXT_LENGTH="0")
    assert (odd.parallel, odd.context) == (None, None)


LOG = 'time=1 msg="server config" env="map[{}]"\n'
LOGS = [
    ("", None), (LOG.format(""), {}),
    (LOG.format("OLLAMA_HOST:http://a:1 OLLAMA_MODELS:/m o OLLAMA_FLASH_ATTENTION:false no_proxy:"),
     {"OLLAMA_HOST": "http://a:1", "OLLAMA_MODELS": "/m o", "no_proxy": ""}),
    (LOG.format("OLLAMA_FLASH_ATTENTION:true"), {"OLLAMA_FLASH_ATTENTION": "true"}),
    (LOG.format("OLLAMA_HOST:a") + LOG.format("OLLAMA_HOST:b"), {"OLLAMA_HOST": "b"}),
]  # fmt: skip


@pytest.mark.parametrize(("log", "variables"), LOGS)
def test_the_last_start_in_a_log_lists_its_settings(log, variables):
    found = from_log(log, "file:/log")
    assert found == (None if variables is None else OllamaSettings(variables, "file:/log"))


#: OLLAMA_HOST → host, port, whether the network and this computer alone reach it, and where it is asked
ADDRESSES = [
    ("", ("127.0.0.1", 11434), False, True, "http://127.0.0.1:11434"),
    (" '0.0.0.0' ", ("0.0.0.0", 11434), True, False, "http://127.0.0.1:11434"),
    (":8080", ("", 8080), True, False, "http://127.0.0.1:8080"),
    ("localhost:80/x", ("localhost", 80), False, True, "http://localhost:80"),
    ("http://10.0.0.2", ("10.0.0.2", 80), False, False, "http://10.0.0.2:80"),
    ("https://10.0.0.2", ("10.0.0.2", 443), False, False, "http://10.0.0.2:443"),
    ("10.0.0.2:65535", ("10.0.0.2", 65535), False, False, "http://10.0.0.2:65535"),
    ("10.0.0.2:65536", ("10.0.0.2", 11434), False, False, "http://10.0.0.2:11434"),
    ("[::1]:99", ("::1", 99), False, True, "http://[::1]:99"), ("[::1]", ("::1", 11434), False, True, "http://[::1]:11434"),
    ("::", ("::", 11434), True, False, "http://127.0.0.1:11434"), ("*", ("*", 11434), True, False, "http://127.0.0.1:11434"),
    ("a:b", ("a", 11434), False, False, "http://a:11434"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "place", "everywhere", "loopback", "url"), ADDRESSES)
def test_where_a_server_listens(value, place, everywhere, loopback, url):
    found = address.read(value)
    assert (found.host, found.port) == place
    assert (found.everywhere, found.loopback) == (everywhere, loopback)
    assert found.here is (everywhere or loopback)
    assert found.url == url


def test_an_address_in_words():
    words = [str(one) for one in (Address(), Address("", 80), Address("::1", 80))]
    assert words == ["127.0.0.1:11434", "0.0.0.0:80", "[::1]:80"]


UNIT = {
    "LoadState": "loaded", "ActiveState": "active", "UnitFileState": "enabled", "User": "ollama", "MainPID": "77",
    "Environment": 'OLLAMA_HOST=0.0.0.0 "OLLAMA_MODELS=/m o"', "EnvironmentFiles": "/etc/o (ignore_errors=yes)",
}  # fmt: skip


def shown(**changes):
    return Text("\n".join(f"{name}={value}" for name, value in (UNIT | changes).items()))


def unit(text, **files):
    readings = {service.SYSTEM.key: text, "file:/etc/o": Text("# OLLAMA_A=1\n; x=2\nOLLAMA_B=3\n")}
    return service.services(Readings(readings))


def test_a_service_with_its_settings_files_included():
    (found,) = unit(shown())
    variables = {"OLLAMA_HOST": "0.0.0.0", "OLLAMA_MODELS": "/m o", "OLLAMA_B": "3"}
    settings = OllamaSettings(variables, service.SYSTEM.key)
    assert found == service.Service("system-service", True, True, "ollama", 77, settings)


STATES = [
    ({"ActiveState": "inactive"}, ("running", False)), ({"ActiveState": "activating"}, ("running", True)),
    ({"ActiveState": "reloading"}, ("running", True)), ({"UnitFileState": "disabled"}, ("enabled", False)),
    ({"UnitFileState": "enabled-runtime"}, ("enabled", True)), ({"MainPID": "0"}, ("pid", None)),
    ({"MainPID": ""}, ("pid", None)), ({"User": ""}, ("user", "")),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), STATES)
def test_the_state_of_a_service(changes, expected):
    name, value = expected
    (found,) = unit(shown(**changes))
    assert getattr(found, name) == value


def test_what_is_no_service_is_none():
    assert unit(shown(LoadState="not-found", Environment="")) == ()
    assert service.services(Readings({})) == ()
    user = service.services(Readings({service.USER.key: shown()}))
    assert [one.kind for one in user] == ["user-service"]
    app = service.services(Readings({service.APPS[0].key: Text("drwx")}))
    assert app == (service.Service("desktop-app"),)
    assert service.services(Readings({service.APPS[0].key: Missing()})) == ()


def test_a_service_that_somebody_wrote_down():
    key = "command:systemctl cat ollama"
    text = '[Service]\nEnvironment="OLLAMA_HOST=a"\n  Environment=OLLAMA_MODELS=/m\nUser=x\n'
    (found,) = service.services(Readings({key: Text(text)}))
    expected = OllamaSettings({"OLLAMA_HOST": "a", "OLLAMA_MODELS": "/m"}, key)
    assert found == service.Service("system-service", settings=expected)
    assert service.services(Readings({key: Text("[Service]\nEnvironment=\n")})) == ()


def test_files_and_containers_are_asked_for_where_something_names_them():
    assert list(service.follow_up(Readings({}))) == []
    assert list(service.follow_up(Readings({service.SOCKET.key: Text("srw")}))) == [
        service.CONTAINERS
    ]
    named = Readings({service.SYSTEM.key: shown()})
    assert list(service.follow_up(named)) == [File("/etc/o")]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [("A=1 'B=2 3' C", [("A", "1"), ("B", "2 3")]), ("A=it's B=2", [("A", "it's"), ("B", "2")])],
)
def test_assignments_as_a_shell_reads_them(text, pairs):
    assert list(service._assignments(text)) == pairs


PORTS = [
    ("0.0.0.0:11434->11434/tcp", Address("0.0.0.0", 11434)), ("127.0.0.1:99->11434/tcp", Address("127.0.0.1", 99)),
    ("127.0.0.1:9->11434/tcp, [::]:8->11434/tcp", Address("::", 8)), ("11434/tcp", None), ("", None),
    ("0.0.0.0:1->80/tcp", None),
]  # fmt: skip


@pytest.mark.parametrize(("ports", "place"), PORTS)
def test_a_container_and_where_it_is_published(ports, place):
    row = {"Names": "n", "Image": "i", "State": "running", "Ports": ports}
    lines = "\n".join(
        [json.dumps(row), "nonsense", "[]", '{"Names": 1}', json.dumps(row | {"State": "exited"})]
    )
    found = service.containers(Readings({service.CONTAINERS.key: Text(lines)}))
    assert found == (
        service.Container("n", "i", True, place),
        service.Container("n", "i", False, place),
    )
