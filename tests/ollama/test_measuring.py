"""Speeds from the numbers that end an answer: only what was new in a prompt was timed."""

from localai_setup.machine.ollama import own_models
from localai_setup.machine.ollama.api import Api
from localai_setup.machine.ollama.measuring import OllamaMeter
from localai_setup.machine.running import measuring


def test_what_was_read_before_does_not_count_again(ollama, store, own):
    own_models.write(store, own)
    meter = OllamaMeter(Api(ollama.port), own.name)
    points = list(measuring.points(meter, [32, 256], 60.0, lambda _: None))
    assert [one.depth_tokens for one in points] == [32, 256]
    assert [one.generate_tps for one in points] == [20.0, 20.0]
    # a second each: 32 tokens are new first, then the rest up to 256
    assert points[0].prompt_tps == 32.0
    assert 210 < points[1].prompt_tps <= 256 - 32


def test_a_prompt_has_about_the_tokens_that_were_asked_for(ollama, store, own):
    own_models.write(store, own)
    meter = OllamaMeter(Api(ollama.port), own.name)
    for count in (32, 500):
        pieces = meter.words(count)
        assert len(pieces) == count
        assert 0.7 * count <= len([one for one in pieces if one]) <= count
