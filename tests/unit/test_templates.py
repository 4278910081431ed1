"""Templates: which can be offered, what has to be filled in, what is sent."""

from typing import Any

import pytest

from local.phone_simulator.sample_templates import TEMPLATES
from local.phone_simulator.sample_templates import fill as fill_at_whatsapp
from shared.errors import InvalidError
from shared.whatsapp.templates import PARAMETER_CHARACTERS, Component, Template, fill, read_template

BODY = {
    "type": "BODY",
    "text": "Ciao {{1}}, alle *{{2}}*. {{1}}!",
    "example": {"body_text": [["Giulia", "15:30"]]},
}
NAMED = {
    "type": "BODY",
    "text": "Ciao {{first_name}}: ordine {{order}}",
    "example": {"body_text_named_params": [{"param_name": "order", "example": "A-1"}]},
}
HEADER = {"type": "HEADER", "format": "TEXT", "text": "Per {{1}}", "example": {"header_text": ["Rossi"]}}
FOOTER = {"type": "FOOTER", "text": "Rispondi STOP"}
QUICK = {"type": "QUICK_REPLY", "text": "Confermo"}
CALL = {"type": "PHONE_NUMBER", "text": "Chiama", "phone_number": "+390297000000"}
SITE = {"type": "URL", "text": "Sito", "url": "https://example.com"}
TRACK = {
    "type": "URL",
    "text": "Segui",
    "url": "https://example.com/o/{{1}}",
    "example": ["https://example.com/o/7"],
}
COUPON = {"type": "COPY_CODE", "example": "ESTATE"}


def raw(*components: Any, **changes: Any) -> dict[str, Any]:
    basics = {"name": "promemoria", "language": "it", "status": "APPROVED", "category": "UTILITY"}
    return {**basics, "components": list(components or [BODY]), **changes}


def buttons(*items: Any) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(items)}


def read(*components: Any, **changes: Any) -> Template:
    template = read_template(raw(*components, **changes))
    assert template is not None
    return template


def parameters(template: Template) -> list[tuple[str, str, str | None]]:
    return [(parameter.component, parameter.name, parameter.example) for parameter in template.parameters]


def test_template_with_everything_lists_its_parameters_in_order():
    template = read(HEADER, BODY, FOOTER, buttons(QUICK, TRACK, COUPON, CALL, SITE))
    assert (template.header, template.footer) == ("Per {{1}}", "Rispondi STOP")
    assert [button.title for button in template.buttons] == ["Confermo", "Segui", "Copy code", "Chiama", "Sito"]
    assert parameters(template) == [
        ("header", "1", "Rossi"),
        ("body", "1", "Giulia"),
        ("body", "2", "15:30"),
        ("button", "1", "7"),
        ("button", "2", "ESTATE"),
    ]
    assert not template.named


def test_template_with_named_parameters_keeps_their_order_in_the_text():
    template = read(NAMED)
    assert parameters(template) == [("body", "first_name", None), ("body", "order", "A-1")]
    assert template.named


def test_template_with_numbers_in_any_order_lists_them_by_number():
    text = "".join(f"{{{{{number}}}}} " for number in (10, 2, 1, 3, 4, 5, 6, 7, 8, 9))
    template = read({"type": "BODY", "text": text})
    assert [parameter.name for parameter in template.parameters] == [str(number) for number in range(1, 11)]


@pytest.mark.parametrize(
    "listed",
    [
        raw(status="PENDING"),
        raw(status="REJECTED"),
        raw(status="PAUSED"),
        raw(category="AUTHENTICATION"),
        raw({"type": "HEADER", "format": "IMAGE"}, BODY),
        raw({"type": "HEADER", "format": "LOCATION"}, BODY),
        raw({"type": "HEADER", "format": "TEXT", "text": "{{1}} {{2}}"}, BODY),
        raw(BODY, {"type": "CAROUSEL", "cards": []}),
        raw(BODY, {"type": "LIMITED_TIME_OFFER"}),
        raw(BODY, buttons({"type": "FLOW", "text": "Prenota"})),
        raw(BODY, buttons({"type": "CATALOG", "text": "Catalogo"})),
        raw(BODY, buttons({"type": "OTP", "otp_type": "COPY_CODE", "text": "Copia"})),
        raw(HEADER),
        raw({"type": "BODY", "text": "{{1}} {{3}}"}),
        raw({"type": "BODY", "text": "{{1}} {{name}}"}),
        raw({"type": "BODY"}),
        raw({"type": "BODY", "text": None}),
        raw({"text": "no type"}),
        raw("odd"),
        raw(components=None),
        raw(components=[]),
        raw(BODY, {"type": "BUTTONS", "buttons": None}),
        {"status": "APPROVED"},
        {},
    ],
    ids=repr,
)
def test_template_that_cannot_be_sent_is_left_out(listed):
    assert read_template(listed) is None


@pytest.mark.parametrize("example", [None, [], {}, "odd", {"body_text": []}, {"body_text": None}])
def test_template_with_strange_examples_is_offered_without(example):
    template = read({**BODY, "example": example})
    assert [parameter.example for parameter in template.parameters] == [None, None]


def test_fill_numbers_sends_them_in_order_and_shows_the_body():
    filled = fill(read(HEADER, BODY), {"body": [" Giulia ", "15:30"], "header": ["Rossi"]})
    assert filled.text == "Ciao Giulia, alle *15:30*. Giulia!"
    assert filled.payload == {
        "name": "promemoria",
        "language": {"code": "it"},
        "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "Rossi"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Giulia"}, {"type": "text", "text": "15:30"}]},
        ],
    }


def test_fill_numbers_may_be_given_by_name():
    template = read()
    assert fill(template, {"body": {"2": "b", "1": "a"}}) == fill(template, {"body": ["a", "b"]})


def test_fill_names_sends_each_under_its_name():
    filled = fill(read(NAMED), {"body": {"order": "A-7", "first_name": "Anna"}})
    assert filled.text == "Ciao Anna: ordine A-7"
    assert filled.payload["components"][0]["parameters"] == [
        {"type": "text", "parameter_name": "first_name", "text": "Anna"},
        {"type": "text", "parameter_name": "order", "text": "A-7"},
    ]


def test_fill_buttons_names_each_by_its_place():
    filled = fill(read(BODY, buttons(QUICK, TRACK, COUPON)), {"body": ["a", "b"], "button": ["77", "SCONTO"]})
    assert filled.payload["components"][1:] == [
        {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "77"}]},
        {
            "type": "button",
            "sub_type": "copy_code",
            "index": "2",
            "parameters": [{"type": "coupon_code", "coupon_code": "SCONTO"}],
        },
    ]


def test_fill_nothing_sends_no_components():
    filled = fill(read({"type": "BODY", "text": "Buongiorno!"}, buttons(QUICK)), {})
    assert (filled.text, filled.payload) == ("Buongiorno!", {"name": "promemoria", "language": {"code": "it"}})


def test_fill_value_that_looks_like_a_parameter_stays_as_it_is():
    assert fill(read(), {"body": ["{{2}}", r"\1 \g<0>"]}).text == r"Ciao {{2}}, alle *\1 \g<0>*. {{2}}!"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, ["body.1", "body.2"]),
        ({"body": ["a"]}, ["body.2"]),
        ({"body": ["a", " "]}, ["body.2"]),
        ({"body": ["a", "b", "c"]}, ["body.3"]),
        ({"body": {"1": "a", "two": "b"}}, ["body.2", "body.two"]),
        ({"body": ["a", "b"], "header": ["c"]}, ["header.1"]),
        ({"body": ["a", "b"], "button": {"x": "c"}}, ["button.x"]),
        ({"body": ["a\nb", "b"]}, ["body.1"]),
        ({"body": ["a\u2028b", "b"]}, ["body.1"]),
        ({"body": ["a\tb", "b"]}, ["body.1"]),
        ({"body": ["a     b", "b"]}, ["body.1"]),
        ({"body": ["x" * (PARAMETER_CHARACTERS + 1), "b"]}, ["body.1"]),
    ],
)
def test_fill_with_wrong_parameters_names_each(given, fields):
    with pytest.raises(InvalidError) as caught:
        fill(read(), given)
    assert sorted(caught.value.fields) == fields


@pytest.mark.parametrize("value", ["a    b", "x" * PARAMETER_CHARACTERS, " padded ", "è 😀"])
def test_fill_with_odd_but_valid_values_is_accepted(value):
    assert fill(read(), {"body": [value, "b"]}).text.startswith(f"Ciao {value.strip()},")


@pytest.mark.parametrize(
    "listed", [item for item in TEMPLATES if item["status"] == "APPROVED"], ids=lambda t: t["name"]
)
def test_fill_shows_staff_what_the_customer_gets(listed):
    template = read_template(listed)
    assert template is not None
    given: dict[Component, list[str]] = {"body": [f"value {parameter.name}" for parameter in template.parameters]}
    filled = fill(template, given)
    shown = fill_at_whatsapp(listed, filled.payload.get("components", []))
    assert (shown["body"], shown.get("header"), shown["buttons"]) == (
        filled.text,
        template.header,
        [button.title for button in template.buttons],
    )
