"""What keeps several servers asks each of them how it is."""

from __future__ import annotations

from localai_setup.machine.running import _front


def test_health_is_asked_without_the_key(httpserver):
    """What listens there before the server does is nobody's whom the key may be told."""
    httpserver.expect_request("/health").respond_with_data("{}")
    settings = {"command": [], "environment": {}, "port": httpserver.port}
    assert _front.Server("server 1", settings, "secret").responds("/health")
    request, _ = httpserver.log[0]
    assert "secret" not in str(request.headers)
