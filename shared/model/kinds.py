"""Kinds of messages: WhatsApp's `type` of an inbound one, and what is done with each.

Facts: developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components. New kinds come without notice, so a
message's kind is any text.
"""

TEXT_KINDS = ("text", "button", "interactive")
MEDIA_KINDS = ("image", "sticker", "video", "audio", "document")
AMENDMENT_KINDS = ("reaction", "edit", "revoke")
UNANSWERED_KINDS = ("system", *AMENDMENT_KINDS)
# What is answered by the model; anything else is acknowledged, and staff look at it.
ANSWERED_KINDS = (*TEXT_KINDS, *MEDIA_KINDS, "location", "contacts", "order", "request_welcome")
