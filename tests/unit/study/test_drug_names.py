"""Drug names spelt in two ways, apart from the rules that report them."""

from trialwright.study.drug_names import DrugName, names_spelt_twice

LOOK = {
    "endings": ["ib", "afenib", "limab"],
    "known": ["regorafenib", "sorafenib"],
    "least_stem": 0.5,
    "least_consonants": 0.6,
}


def _pairs(*words):
    texts = [(f"text[{number}]", word) for number, word in enumerate(words, start=1)]
    return [(one.word, other.word) for one, other in names_spelt_twice(texts, LOOK)]


def test_a_slip_is_paired_with_the_name_and_keeps_its_place():
    texts = (("title", "Regorafenib for all"), ("conditions[1]", "regorafanib, Regorafenib"))
    (pair,) = names_spelt_twice(texts, LOOK | {"endings": ["nib"]})
    assert pair == (DrugName("Regorafenib", "title"), DrugName("regorafanib", "conditions[1]"))


def test_two_known_names_are_two_drugs():
    assert _pairs("regorafenib", "sorafenib") == []
    assert _pairs("Regorafenib", "Regorafeenib") == []  # the endings differ


def test_two_slips_of_one_name_are_each_paired_with_it():
    assert _pairs("regorafenib", "regarafenib", "regurafenib") == [
        ("regorafenib", "regarafenib"),
        ("regorafenib", "regurafenib"),
    ]


def test_short_words_and_other_words_are_no_names():
    assert _pairs("nib", "crib", "regimen", "regimens") == []
