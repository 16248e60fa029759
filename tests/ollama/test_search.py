"""Whose a server of Ollama is: the service, the account or the desktop that started it, and its folder."""

import pytest

from localai_setup.probes import _ollama_search as search
from localai_setup.probes._ollama_process import RUNNING, OllamaProcess
from localai_setup.probes._ollama_service import Service
from localai_setup.probes._ollama_settings import OllamaSettings

pytestmark = pytest.mark.quick

#: number and account of a service; number and owner of a process; whether they belong together
BELONGS = [
    ((700, "ollama"), (700, "ollama"), True),
    ((700, "ollama"), (701, "ollama"), False),  # its number is known, and it is another
    ((700, ""), (700, "you"), True),
    ((None, "ollama"), (701, "ollama"), True),
    ((None, "ollama"), (701, "you"), False),
    ((None, ""), (701, ""), False),  # nobody knows the account of either
    ((None, ""), (0, ""), False),
]


@pytest.mark.parametrize(("service", "process", "belongs"), BELONGS)
def test_a_process_is_a_service_s_by_its_number_else_by_its_account(service, process, belongs):
    one = Service("systemd", pid=service[0], user=service[1])
    found = search._service_of(OllamaProcess(pid=process[0], owner=process[1]), [one])
    assert (found is one) == belongs


def test_the_service_with_the_number_is_taken_among_several():
    services = [Service("systemd", pid=5), Service("snap", pid=6)]
    assert search._service_of(OllamaProcess(pid=6), services) is services[1]


@pytest.mark.parametrize(
    ("service", "parent", "starter"),
    [
        (Service("snap"), "Ollama", "snap"),
        (None, "Ollama", "desktop-app"),
        (None, "ollama app.exe", "desktop-app"),
        (None, "bash", "program"),
        (None, "", "program"),
    ],
)
def test_who_started_it(service, parent, starter):
    assert search._starter(OllamaProcess(parent_name=parent), service) == starter


#: settings, where they stand, our home → the folder of models
FOLDERS = [
    ({"OLLAMA_MODELS": "/srv/m/"}, "file:x", "/home/u", "/srv/m"),
    ({}, "", "/home/u", ""),
    ({}, "file:x", "/home/u", ""),  # a service's home is not ours
    ({}, RUNNING.key, "/home/u", "~/.ollama/models"),
    ({"HOME": "/usr/share/ollama"}, "file:x", "/home/u", "/usr/share/ollama/.ollama/models"),
    ({"HOME": "/home/u"}, RUNNING.key, "/home/u", "~/.ollama/models"),
]


@pytest.mark.parametrize(("variables", "source", "home", "folder"), FOLDERS)
def test_where_a_server_keeps_its_models(variables, source, home, folder):
    settings = OllamaSettings(variables=variables, source=source)
    assert search.models_folder(settings, home) == folder


def test_a_process_whose_sockets_nobody_may_see_listens_where_it_was_told_to():
    stated = OllamaSettings(variables={"OLLAMA_HOST": "127.0.0.1:11500"}, source=RUNNING.key)
    assert [str(one) for one in search._stated(stated)] == ["127.0.0.1:11500"]
    assert search._stated(OllamaSettings()) == ()
    assert search._stated(None) == ()
