"""What is sent of a conversation, and what is left out when the context is full."""

from localai_setup.talk import TOKENS_AROUND, Talk, Turn


def talk(*tokens, context=1000, system=0):
    made = Talk(context)
    if system:
        made.system = Turn({"role": "system", "content": "s"}, system)
    for at, count in enumerate(tokens):
        made.add("assistant" if at % 2 else "user", f"turn {at}", count - TOKENS_AROUND)
    return made


def words(made):
    return [one["content"] for one in made.messages]


def test_what_fits_is_sent_whole():
    made = talk(100, 200, 300)
    assert made.make_room() == (0, 0)
    assert words(made) == ["turn 0", "turn 1", "turn 2"]


def test_whole_exchanges_are_left_out_from_the_beginning():
    made = talk(300, 300, 200, 100, 200)
    assert made.make_room() == (2, 600)
    assert words(made) == ["turn 2", "turn 3", "turn 4"]
    assert made.make_room() == (0, 0)


def test_the_system_message_and_the_question_always_stay():
    made = talk(400, 400, 700, system=50)
    made.make_room()
    assert words(made) == ["s", "turn 2"]
    assert not made.is_too_long
    assert talk(740, system=50).is_too_long


def test_what_was_not_said_is_taken_back():
    made = talk(300, 300, 400)
    made.make_room()
    made.take_back()
    assert made.left_out <= len(made.turns)
    made.begin_anew()
    assert (made.messages, made.left_out) == ([], 0)


def test_thoughts_are_sent_back_only_where_they_are_kept():
    made = talk(10)
    made.add("assistant", "Paris.", 2, "They ask for a city.")
    made.add("assistant", "Rome.", 2)
    assert [one.get("reasoning_content") for one in made.messages] == [
        None,
        "They ask for a city.",
        None,
    ]
