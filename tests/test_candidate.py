"""What may be chosen, before it has a place."""

from types import SimpleNamespace

import pytest

from localai_setup.match._candidate import Subject

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(("projector", "bytes_"), [(None, 700), (SimpleNamespace(bytes=40), 740)])
def test_a_projector_is_fetched_with_its_model(projector, bytes_):
    subject = Subject(None, SimpleNamespace(all_bytes=700), None, 0.0, projector)
    assert subject.download_bytes == bytes_
