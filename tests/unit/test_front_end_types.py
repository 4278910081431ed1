"""The front end's types of the API's JSON name the fields that the API writes."""

import re
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

from functions.dashboard_api.business import SettingsView, VersionView
from functions.dashboard_api.contact_views import ConversationView, LastMessageView
from functions.dashboard_api.erasing import ErasureView
from functions.dashboard_api.exporting import ExportView
from functions.dashboard_api.lists import Changes, ConversationCounts, ConversationsPage
from functions.dashboard_api.members import MemberView
from functions.dashboard_api.message_search import HitsPage, HitView
from functions.dashboard_api.message_views import (
    EarlierView,
    MediaView,
    MessageView,
    PricingView,
    QuotedView,
    StaffReactionView,
    UsageView,
)
from functions.dashboard_api.notes import NotesPage, NoteView
from functions.dashboard_api.notices import Notice
from functions.dashboard_api.presence_routes import PresenceView, PresentView
from functions.dashboard_api.preview import PreviewView
from functions.dashboard_api.profile import FieldView, FormerView, ProfileView, SuggestionView
from functions.dashboard_api.session import Me, SignInOptions, Stranger
from functions.dashboard_api.templates import ParameterView, TemplatesView, TemplateView
from functions.dashboard_api.thread_pages import FilesPage, MessagesPage
from shared.model.business import (
    Business,
    BusinessSettings,
    CollectedField,
    FrequentQuestion,
    Link,
    OpeningHours,
    Price,
    SpecialDays,
)

SOURCE = (Path(__file__).parents[2] / "frontend" / "data" / "types.js").read_text(encoding="utf-8")
PAIRS = {
    "Conversation": ConversationView,
    "LastMessage": LastMessageView,
    "Profile": ProfileView,
    "ProfileField": FieldView,
    "FormerValue": FormerView,
    "Suggestion": SuggestionView,
    "Export": ExportView,
    "Erasure": ErasureView,
    "Note": NoteView,
    "NotesAnswer": NotesPage,
    "Message": MessageView,
    "Usage": UsageView,
    "Media": MediaView,
    "Quoted": QuotedView,
    "StaffReaction": StaffReactionView,
    "Pricing": PricingView,
    "Earlier": EarlierView,
    "Me": Me,
    "SignInOptions": SignInOptions,
    "Stranger": Stranger,
    "Member": MemberView,
    "Notice": Notice,
    "Template": TemplateView,
    "Parameter": ParameterView,
    "ListAnswer": ConversationsPage,
    "ConversationCounts": ConversationCounts,
    "MessagesAnswer": MessagesPage,
    "FilesAnswer": FilesPage,
    "Presence": PresenceView,
    "Present": PresentView,
    "Hit": HitView,
    "HitsAnswer": HitsPage,
    "Changes": Changes,
    "TemplatesAnswer": TemplatesView,
    "BusinessSettings": SettingsView,
    "Business": Business,
    "FrequentQuestion": FrequentQuestion,
    "Link": Link,
    "OpeningHours": OpeningHours,
    "SpecialDays": SpecialDays,
    "CollectedField": CollectedField,
    "Price": Price,
    "SettingsVersion": VersionView,
    "Preview": PreviewView,
}


@pytest.mark.parametrize("name", PAIRS)
def test_type_of_the_page_has_the_fields_of_the_api(name: str):
    view: Any = PAIRS[name]
    written = {field: NoneType in get_args(kind) for field, kind in get_type_hints(view).items()}
    assert _fields(name) == written


def test_settings_are_shown_whole():
    shown = get_type_hints(SettingsView).keys()
    assert shown == {"version", *get_type_hints(BusinessSettings)}


def _fields(name: str) -> dict[str, bool]:
    """Return the fields of a typedef, and whether each may be null."""
    long = re.search(rf"@typedef {{object}} {name}\n((?: \* @property .*\n)+)", SOURCE)
    if long:
        found = re.findall(r"@property {(.*?)} (\w+)", long[1])
        return {field: "null" in kind for kind, field in found}
    short = re.search(rf"@typedef {{{{ (.*) }}}} {name}\b", SOURCE)
    assert short, f"types.js has no {name}"
    return {field: "null" in kind for field, kind in re.findall(r"(\w+)\??: ([^,]+)", short[1])}
