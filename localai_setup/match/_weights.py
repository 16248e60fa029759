"""The weights of the choice, each with its reason. All are shares of a model's quality.

They were held against what people who tried several models settled on (`tests/people_choose.yaml`: 57
pairs of machine and use with their sources). Where the pairs decide a weight, that is said.
"""

from __future__ import annotations

#: Each halving of the speed below what is comfortable: whoever waits stops using it. Twice as slow is
#: worth an eighth of the answers, so that a model of the next size at half of what is comfortable still wins.
SLOW = 0.12
#: Each doubling above it, at most so many: nobody reads faster, but prompts and thoughts end sooner.
FAST, MOST_DOUBLINGS = 0.01, 2.0
#: Half the context that the use needs, and a doubling of it: a text that does not fit is lost, one that
#: would fit is seldom there.
SHORT, LONG = 0.06, 0.01
#: A cache of half the size: answers hardly change, and it is not free.
SMALL_CACHE = 0.01
#: Some layers of a dense model in main memory: each prompt waits for the processor, and the speed
#: is the least certain of all. Three of four owners of one 16 GB card take a mixture instead.
PARTLY = 0.15
#: Experts of a mixture in main memory: prompts are read at the speed of the bus.
EXPERTS = 0.03
#: All of it on GPUs: prompts are read many times faster, and the processor stays free.
ON_GPU = 0.02
#: Each card after the first, where one would do: it costs memory and makes nothing faster. So two cards of
#: 24 GB get a 27B in Q6_K on one of them: Q8_0 over both would lose 0.3 % less.
MORE_CARDS = 0.01
#: All of the room left free for other programs; each 10 GB to fetch.
HEADROOM, FETCH = 0.02, 0.005
#: A licence that has to be accepted, and one that forbids commercial use.
ACCEPT, NO_COMMERCE = 0.03, 0.05
#: A quantization that loses more is taken where the model is asked for, never suggested: below three bits
#: owners speak of code that fails (IQ4_XS solved 9 of 10 tasks and IQ3_XXS 5, of one mixture).
MOST_LOSS = 0.25
#: Spare memory goes to a finer file of the same model where that still writes so many tokens per second,
#: the context is as long, it needs no more cards, and no more than this share of its worth is lost by being
#: slower.
FINER, ENOUGH_TPS = 0.05, 20.0
#: How fast people read, in times the use's least speed: 10 tokens/s for chat. Where the best is slower and
#: another is not, that one is recommended if its answers are worth this share of the best model known.
#: Owners of such laptops take a mixture that is four times as fast as a dense model of 7 tokens/s; they do
#: not take a model of one billion for its speed.
READING, GOOD_ENOUGH = 1.6, 0.35
#: A model that writes this share of the use's least speed, and of what the best fast enough one writes, is
#: compared with that by its worth: a limit of 6 tokens per second speaks for no model of half the answers.
HARDLY_SLOWER = 0.75
