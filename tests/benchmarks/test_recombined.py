from itertools import islice

from benchmarks.recombined import recombined

NEWS = [("a", "甲一。甲二。"), ("b", "乙一。乙二。"), ("c", "丙一。丙二。")]


def test_what_is_there_comes_first_then_halves_of_two_under_new_names() -> None:
    made = list(islice(recombined(NEWS), 12))
    assert made[:3] == NEWS
    assert len({name for name, _ in made}) == len({text for _, text in made}) == 12
    name, text = made[3]
    assert name == "ax1"
    assert text == "第1辑第0篇：甲一。丙二。"
