"""Phone numbers: spellings of one number meet, and those of different numbers never do."""

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.model.phone_number import canonical_phone, dialled_phone, format_phone, normal_phone, phone_language


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("393331234567", "+393331234567"),
        ("+39 333 123-4567", "+393331234567"),
        ("(39) 333.1234567", "+393331234567"),
        ("39\u00a0333/1234567", "+393331234567"),
        ("00393331234567", "+393331234567"),
        ("+0039 333 1234567", "+393331234567"),
        ("15550001111", "+15550001111"),
        ("551187654321", "+551187654321"),
        ("5491123456789", "+5491123456789"),
        ("5215512345678", "+5215512345678"),
        ("0", "+0"),
        ("000", "+000"),
        ("IT.1349", None),
        ("", None),
        ("٣٩٣٣٣", None),
        ("39333x", None),
    ],
)
def test_normal_phone_is_e164_as_it_was_spelled(written, normal):
    assert normal_phone(written) == normal


@pytest.mark.parametrize(
    ("spellings", "canonical"),
    [
        (["5511987654321", "551187654321", "+55 11 8765-4321"], "+5511987654321"),
        (["5554981234567", "+555481234567"], "+5554981234567"),
        (["5491123456789", "541123456789", "+54 9 11 2345-6789"], "+541123456789"),
        (["5493514567890", "+543514567890"], "+543514567890"),
        (["5215512345678", "525512345678", "+52 1 55 1234 5678"], "+525512345678"),
        (["393331234567", "+39 333 123 4567", "00393331234567", "+00393331234567"], "+393331234567"),
        (["390612345678", "39612345678", "+39 06 1234 5678"], "+390612345678"),
        (["551131234567"], "+551131234567"),
        (["15550001111"], "+15550001111"),
        (["0"], "+0"),
        (["a"], "a"),
    ],
)
def test_canonical_phone_of_every_spelling_is_one(spellings, canonical):
    assert {canonical_phone(spelling) for spelling in spellings} == {canonical}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("551131234567", "5511931234567"),  # a landline has no spelling with 9
        ("5511987654321", "5511887654321"),
        ("541123456789", "542312345678"),
        ("393331234567", "390333123456"),
        ("393331234567", "493331234567"),
        ("525512345678", "525512345679"),
    ],
)
def test_canonical_phone_of_different_numbers_differs(one, other):
    assert canonical_phone(one) != canonical_phone(other)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789+ -IT.x", max_size=18))
@example("2000000000000")
def test_canonical_phone_of_anything_is_its_own_canonical_form(text):
    assert canonical_phone(canonical_phone(text)) == canonical_phone(text)
    assert canonical_phone(normal_phone(text) or text) == canonical_phone(text)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_canonical_phone_of_the_example_of_a_country_reaches_that_country(region):
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        canonical = phonenumbers.parse(canonical_phone(written))
        assert canonical.country_code == number.country_code
        if region not in ("AR", "MX", "BR"):
            assert canonical_phone(written) == written


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+393331234567", "+39 333 123 4567"), ("+0", "+0"), ("nonsense", "nonsense"), (None, None), ("", None)],
)
def test_format_phone_is_how_people_read_it(phone, shown):
    assert format_phone(phone) == shown


@pytest.mark.parametrize(
    ("phone", "language"), [("+393331234567", "it"), ("+5511987654321", "pt"), ("+81312345678", None), (None, None)]
)
def test_phone_language_is_that_of_the_country(phone, language):
    assert phone_language(phone) == language


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("333 123 4567", "+393331234567"),
        ("+39 333-1234567", "+393331234567"),
        ("0039 333.123.4567", "+393331234567"),
        ("06 6982", "+39066982"),
        ("+44 20 7946 0018", "+442079460018"),
        ("tel. +49 (30) 901820", "+4930901820"),
        ("12", None),
        ("ciao", None),
        ("", None),
        ("+39 333 123 45678901", None),
        ("333 123 4567 int. 9", None),
    ],
)
def test_number_that_somebody_typed_is_one_of_italy_or_of_the_country_it_names(typed, number):
    assert dialled_phone(typed) == number
