// What the modules of the page hand each other, as types for TypeScript; nothing here runs.
// The first part is the JSON of the API, as the views in functions/dashboard_api write it: times are ISO 8601 in UTC.

/**
 * @typedef {"local" | "google" | "iap"} Mode
 * @typedef {"owner" | "agent" | "viewer"} Role
 * @typedef {"in" | "out"} Direction
 * @typedef {"all" | "unread" | "attention" | "unanswered" | "mine" | "unassigned" | "failed" | "paused" | "blocked" | "closing"} PlainFilter
 * @typedef {PlainFilter | `label:${string}`} Filter
 * @typedef {"pause" | "resume" | "read" | "unread" | "reset" | "block" | "unblock"} ConversationAction
 * @typedef {{ assignee?: string | null, labels?: string[], snoozed_until?: string | null, language?: Language | null }} Sorting
 *   what staff decide about a conversation; what is not named stays
 *
 * @typedef {{ signed_in: true, email: string, name: string, mode: Mode, csrf_token: string, role: Role }} Me
 * @typedef {{ signed_in: false, sign_in: SignInOptions }} Stranger
 * @typedef {{ mode: Mode, client_id?: string | null }} SignInOptions
 * @typedef {{ email?: string, credential?: string }} Credentials
 * @typedef {{ email: string, role: Role, fixed: boolean }} Member
 * @typedef {{ code: string, message: string, details: string }} Notice
 * @typedef {{ code: string, message: string }} Problem  why a message or a file failed
 * @typedef {Record<string, string>} FieldErrors  what is wrong with each refused field
 *
 * @typedef {{ text: string, kind: string, direction: Direction, author: string, at: string }} LastMessage
 * @typedef {{ reason: string, at: string, summary: string }} Attention
 *
 * @typedef {object} Conversation
 * @property {string} id
 * @property {string} name
 * @property {string | null} phone
 * @property {string | null} language
 * @property {LastMessage | null} last_message
 * @property {LastMessage | null} last_inbound  the customer's last words
 * @property {number} unread
 * @property {boolean} marked_unread  by staff
 * @property {string | null} assignee  the e-mail address of whose it is
 * @property {string[]} labels
 * @property {string | null} snoozed_until
 * @property {boolean} paused
 * @property {string | null} paused_until
 * @property {boolean} blocked
 * @property {boolean} opted_out
 * @property {"idle" | "writing"} assistant
 * @property {Attention | null} attention
 * @property {string | null} window_closes_at
 * @property {string} created_at
 * @property {string | null} updated_at
 * @property {string} news  a tag of what there is to look at, sent back as `seen` with what is done about it
 * @property {boolean} deleted
 * @property {string | null} merged_into
 * @property {string | null} noted_at  when the list of notes last changed
 *
 * @typedef {object} Media
 * @property {string} mime_type
 * @property {string | null} filename
 * @property {number | null} size  in bytes
 * @property {number | null} seconds
 * @property {boolean} voice
 * @property {boolean} animated
 * @property {"waiting" | "stored" | "failed"} state
 * @property {boolean} on_demand  it waits until staff ask for it
 * @property {Problem | null} error
 * @property {string | null} url
 *
 * @typedef {{ id: string | null, author: string, kind: string, text: string }} Quoted
 * @typedef {{ text: string, until: string }} Earlier  a text before an edit
 * @typedef {Record<"headline" | "body" | "source_url" | "source_type", string | null>} Referral
 *
 * @typedef {object} Usage
 * @property {string} model
 * @property {number} input_tokens
 * @property {number} cached_tokens
 * @property {number} output_tokens
 * @property {number | null} cost  in dollars, null where the price is not known
 *
 * @typedef {{ emoji: string, author: string | null, error: Problem | null }} StaffReaction
 * @typedef {{ category: string, billable: boolean }} Pricing
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {string | null} client_message_id
 * @property {string} conversation_id
 * @property {Direction} direction
 * @property {string} author
 * @property {string | null} author_name
 * @property {string} kind
 * @property {string} text
 * @property {number} cut  characters left out in the middle of a long text
 * @property {string} status
 * @property {Record<string, string>} statuses  when WhatsApp reported which
 * @property {Problem | null} error
 * @property {Media | null} media
 * @property {string | null} transcript
 * @property {Quoted | null} quoted
 * @property {boolean} forwarded
 * @property {boolean} in_group
 * @property {Referral | null} referral
 * @property {string | null} reaction  the customer's
 * @property {StaffReaction | null} staff_reaction
 * @property {Earlier[]} earlier  the oldest first
 * @property {string | null} edited_at
 * @property {string | null} revoked_at
 * @property {string[]} choices
 * @property {string | null} template
 * @property {Usage | null} usage  of an answer's first part
 * @property {Pricing | null} pricing
 * @property {string} at
 * @property {string | null} created_at
 * @property {string | null} updated_at
 *
 * @typedef {"settings" | "overview" | "activity"} Page
 *
 * @typedef {{ median: number | null, p95: number | null }} Wait  in seconds
 *
 * @typedef {object} Numbers  what happened
 * @property {number} messages  of customers
 * @property {number} conversations  in which customers wrote, by day
 * @property {number} answers  of the assistant
 * @property {number} staff_messages
 * @property {Wait} seconds_to_answer
 * @property {Wait} seconds_to_staff
 * @property {number} handovers
 * @property {number} failures
 * @property {number} tokens
 * @property {number | null} cost  in dollars
 *
 * @typedef {Numbers & { day: string }} Day
 * @typedef {{ days: Day[], total: Numbers }} Stats
 * @typedef {{ length: number, stats: Stats | null, error: string | null }} OverviewState  the newest `length` days
 *
 * @typedef {object} Act  what somebody of staff did
 * @property {string} at
 * @property {string} who
 * @property {string} action
 * @property {string | null} conversation_id
 * @property {string | null} name  the customer's
 * @property {string} about
 * @typedef {{ who: string | null, conversationId: string | null }} ActsWanted  by whom, about whom; everything without
 * @typedef {object} ActivityState
 * @property {ActsWanted} wanted
 * @property {Act[] | null} acts
 * @property {string | null} nextCursor
 * @property {boolean} loading
 * @property {string | null} error
 *
 * @typedef {"staff" | "assistant"} Source
 * @typedef {{ value: string, source: Source, since: string, until: string }} FormerValue
 * @typedef {{ value: string, message_id: string | null, words: string, at: string }} Suggestion  said by the customer
 *
 * @typedef {object} ProfileField
 * @property {string} name
 * @property {string} label
 * @property {"text" | "number" | "date" | "choice" | "email" | "phone" | "vat"} type
 * @property {string[]} choices
 * @property {string | null} value
 * @property {Source | null} source
 * @property {string | null} updated_at
 * @property {string} author  whose value it is, of staff
 * @property {string | null} message_id
 * @property {string} words  of the customer's, that it comes from
 * @property {FormerValue[]} former  the newest first
 * @property {Suggestion | null} suggestion
 *
 * @typedef {object} Profile
 * @property {string} conversation_id
 * @property {ProfileField[]} fields
 * @property {string[]} missing
 * @property {string | null} phone
 * @property {string | null} username
 * @property {string | null} whatsapp_name
 * @property {string | null} language
 * @property {string} notes
 * @property {boolean} notes_for_assistant
 * @property {Usage | null} usage  of all answers, whatever the model
 * @property {string} updated_at  when anything on it last changed
 * @property {Conversation} conversation
 *
 * @typedef {Record<string, string | boolean | null | string[]>} ProfileChanges
 *   null takes a value away; `dismiss` lists fields whose suggestion goes
 *
 * @typedef {object} Export
 * @property {string} id
 * @property {"waiting" | "running" | "done" | "failed"} state
 * @property {number} done  messages
 * @property {number} total
 * @property {number} size  in bytes
 * @property {string} problem
 * @property {string} begun_at
 * @property {string} kept_until
 *
 * @typedef {object} Erasure
 * @property {string} id
 * @property {"waiting" | "running" | "done"} state
 * @property {"detach" | "store" | "openai" | "whatsapp" | "done"} stage
 * @property {Record<string, number>} erased  how much went, by place
 * @property {number} left  at OpenAI and WhatsApp
 * @property {string} problem
 * @property {string} requested_at
 * @property {string | null} finished_at
 *
 * @typedef {object} Note
 * @property {string} id
 * @property {string} conversation_id
 * @property {string} text
 * @property {string} author
 * @property {boolean} for_assistant
 * @property {string} at
 *
 * @typedef {{ notes: Note[], next_cursor: string | null }} NotesAnswer  the newest first
 * @typedef {{ text: string, for_assistant: boolean, client_note_id: string }} NoteBody
 *
 * @typedef {"it" | "en" | "es" | "fr" | "de" | "pt"} Language
 * @typedef {{ question: string, answer: string }} FrequentQuestion
 * @typedef {{ label: string, url: string }} Link
 * @typedef {{ day: string, until: string | null, hours: string[], note: string }} SpecialDays  dates as YYYY-MM-DD
 * @typedef {{ weekly: Record<string, string[]>, special_days: SpecialDays[], holidays: string }} OpeningHours
 *   hours as "09:00-13:00"; holidays is a country's code, or empty
 *
 * @typedef {object} Business
 * @property {string} name
 * @property {string} description
 * @property {string} information
 * @property {FrequentQuestion[]} questions
 * @property {string} address
 * @property {Link[]} links
 * @property {string} time_zone
 * @property {OpeningHours} hours
 * @property {string} tone
 * @property {"lei" | "tu"} address_form
 * @property {string} may_promise
 * @property {string} may_not_promise
 *
 * @typedef {object} CollectedField
 * @property {string} name
 * @property {string} label
 * @property {"text" | "number" | "date" | "choice" | "email" | "phone" | "vat"} type
 * @property {string} description
 * @property {string[]} choices
 * @property {"always" | "business" | "never"} ask
 *
 * @typedef {{ name: string, color: "grey" | "red" | "amber" | "green" | "blue" | "violet" }} Label  of conversations
 *
 * @typedef {{ input: number, cached: number, output: number }} Price  in dollars for a million tokens
 *
 * @typedef {object} BusinessSettings
 * @property {number} version
 * @property {Business} business
 * @property {string} instructions
 * @property {Partial<Record<Language, string>>} first_contact
 * @property {CollectedField[]} fields
 * @property {{ pause: boolean, pause_minutes: number, out_of_hours: "answer" | "tell" | "wait" }} handover
 * @property {{ pause_minutes: number, labels: Label[] }} inbox
 * @property {{ notice_url: string, retention: Record<string, number> }} privacy
 * @property {{ daily_tokens: number, prices: Record<string, Price> }} budget
 * @property {{ messages_per_minute: number, messages_per_day: number }} limits
 *
 * @typedef {{ version: number, saved_by: string, saved_at: string, changed: string[] }} SettingsVersion
 * @typedef {{ role: "customer" | "assistant", text: string }} PreviewTurn
 * @typedef {{ message: string, turns: PreviewTurn[], settings: BusinessSettings }} PreviewBody
 * @typedef {{ text: string, prompt: string }} Preview
 *
 * @typedef {{ name: string, component: "header" | "body" | "button", example: string | null }} Parameter
 *
 * @typedef {object} Template
 * @property {string} name
 * @property {string} language
 * @property {string} category
 * @property {string | null} header
 * @property {string} body
 * @property {string | null} footer
 * @property {string[]} buttons
 * @property {Parameter[]} parameters
 *
 * @typedef {Record<string, string[] | Record<string, string>>} ParameterValues  by component
 * @typedef {{ client_message_id: string, name: string, language: string, parameters: ParameterValues }} TemplateBody
 *
 * @typedef {{ shortcut: string, text: string }} Reply  a canned one
 *
 * @typedef {{ phone: string, name: string | null, client_message_id: string, template: Omit<TemplateBody, "client_message_id"> }} NewConversation
 *
 * @typedef {{ conversations: Conversation[], next_cursor: string | null, sync: string, notices: Notice[] }} ListAnswer
 * @typedef {object} ConversationCounts
 * @property {Record<string, number>} counts  by filter
 * @property {Label[]} labels
 * @property {string} time_zone  the business's
 * @property {number} pause_minutes  for which the assistant pauses after a message of staff, 0: it does not
 *
 * @typedef {{ email: string, typing: boolean }} Present  somebody else who has a conversation open
 * @typedef {{ others: Present[] }} Presence
 *
 * @typedef {{ messages: Message[], before: string | null, after: string | null }} MessagesAnswer
 * @typedef {{ messages: Message[], before: string | null }} FilesAnswer
 * @typedef {{ message: Message, conversation_name: string }} Hit  a message that was found
 * @typedef {{ messages: Hit[], next_cursor: string | null }} HitsAnswer
 * @typedef {{ conversations: Conversation[], messages: Message[], sync: string, notices: Notice[] }} Changes
 * @typedef {{ templates: Template[], hint?: string }} TemplatesAnswer
 */

// The second part is the page's own.

/**
 * @typedef {"image" | "video" | "audio" | "document"} AttachmentKind
 * @typedef {{ kind: AttachmentKind, file: File, url: string, problem: string | null, caption: string, voice?: boolean }} Attachment
 *   what the composer holds beside the draft; url is for showing it, problem says in words why it cannot be sent,
 *   caption is its own: of the first of several it is the draft; voice is a recording that goes as a voice message
 *
 * @typedef {"id" | "client_message_id" | "conversation_id" | "direction" | "author" | "author_name" | "kind" | "text"
 *   | "status" | "error" | "media" | "at" | "created_at" | "updated_at"} AlwaysThere
 * @typedef {{ local?: "sending" | "waiting" | "failed", attachment?: Attachment | null, progress?: number }} Local
 *   what only a message has that was written here and is not yet the server's; progress of its upload is 0 to 1
 * @typedef {Pick<Message, AlwaysThere> & Partial<Message> & Local & { for_assistant?: boolean }} ShownMessage
 *   for_assistant: of a note among the messages, whose kind is "note"
 *
 * @typedef {object} Thread
 * @property {ShownMessage[]} messages  the oldest first
 * @property {string | null} before  the cursor for older ones
 * @property {Gap | null} gap  below what is shown, after a jump into the past; see state/gaps.js
 * @property {boolean} loaded
 * @property {boolean} loading
 * @property {boolean} loadingOlder
 * @property {boolean} loadingNewer
 * @property {string | null} error
 * @property {string | null} olderError
 * @property {string | null} newerError
 * @property {number} unreadAtOpen
 * @property {string | null} unreadFrom  the key of the first unread message
 * @property {boolean} windowClosed
 *
 * @typedef {{ after: string, last: ShownMessage }} Gap  after: the cursor for newer ones; last: the last one above
 *
 * @typedef {"all" | "chat"} SearchPlace
 * @typedef {object} MessageSearch
 * @property {string} query
 * @property {Hit[]} hits
 * @property {string | null} nextCursor
 * @property {boolean} loading
 * @property {boolean} loaded
 * @property {string | null} error
 *
 * @typedef {{ conversationId: string, messageId: string }} Sought  a message that is being gone to
 *
 * @typedef {object} List
 * @property {Filter} filter
 * @property {string} query
 * @property {string[]} ids
 * @property {string | null} nextCursor
 * @property {boolean} loading
 * @property {boolean} loaded
 * @property {string | null} error
 *
 * @typedef {object} Session
 * @property {"starting" | "signed_out" | "signed_in" | "failed"} phase
 * @property {Me | null} me
 * @property {SignInOptions | null} signIn
 * @property {boolean} ended  whether the session ended by itself
 * @property {string | null} error
 *
 * @typedef {"online" | "offline" | "reconnecting"} Connection
 * @typedef {{ profile?: Profile, error: string | null }} LoadedProfile
 * @typedef {{ value: string, seen: string, open: boolean }} Edit  of a field; seen is the card's updated_at when it began
 * @typedef {{ text: string, forAssistant: boolean, clientNoteId: string, begun?: number }} NoteDraft
 *   begun: when somebody last asked to write it, which gives its field the focus
 * @typedef {{ edits: Record<string, Edit>, note: NoteDraft | null }} CardDrafts  edits by field
 * @typedef {object} NotesState
 * @property {Note[]} notes  the newest first
 * @property {string | null} notesAt  noted_at of the conversation when they were read
 * @property {string | null} nextCursor
 * @property {string | null} notesError
 * @typedef {CardDrafts & NotesState} Card
 * @typedef {{ members: Member[] | null, error: string | null }} StaffState  members is null until they are known
 * @typedef {{ items: Template[] | null, hint: string | null, error: string | null }} TemplatesState  so is items
 * @typedef {{ items: Reply[] | null, tag: string | null, error: string | null }} RepliesState  so is items; tag names them for the server
 * @typedef {object} SettingsState
 * @property {BusinessSettings | null} saved
 * @property {BusinessSettings | null} draft  what was changed and not saved
 * @property {string | null} error
 * @property {SettingsVersion[] | null} versions  null until they are known
 *
 * @typedef {"success" | "danger"} Tone
 * @typedef {{ key: number, text: string, tone: Tone }} ToastState
 *
 * @typedef {"assign" | "label" | "snooze"} SortQuestion
 *
 * @typedef {object} State
 * @property {Session} session
 * @property {Connection} connection
 * @property {Notice[]} notices
 * @property {string | null} syncCursor
 * @property {List} list
 * @property {ConversationCounts} counted  how many there are, as of some seconds ago
 * @property {Present[]} present  who else has the open conversation open
 * @property {string[] | null} selected  ids of what is done something with at once; null without a selection
 * @property {{ done: number, of: number } | null} progress  of what is done with a selection
 * @property {{ question: SortQuestion, ids: string[] } | null} sorting  what is asked about conversations
 * @property {Record<string, Conversation>} conversations  by id
 * @property {Record<string, Thread>} threads  by conversation id
 * @property {Record<string, LoadedProfile>} profiles  by conversation id
 * @property {Record<string, Card>} cards  by conversation id
 * @property {StaffState} staff  who may use the page
 * @property {Record<string, string>} drafts  by conversation id
 * @property {Record<string, Attachment[]>} attachments  by conversation id, in the order in which they will be sent
 * @property {Record<string, Quoted | null>} quotes  the messages that are being answered, by conversation id
 * @property {Record<SearchPlace, MessageSearch>} search
 * @property {Sought | null} sought
 * @property {TemplatesState} templates
 * @property {RepliesState} replies
 * @property {SettingsState} settings
 * @property {OverviewState} overview
 * @property {ActivityState} activity
 * @property {Page | null} page  in place of the conversations
 * @property {string | null} openId
 * @property {boolean} cardOpen
 * @property {ToastState | null} toast
 */

// What happened, for the store.

/**
 * @typedef {object} MessageWritten
 * @property {"message_written"} type
 * @property {string} conversationId
 * @property {string} clientMessageId
 * @property {string} kind
 * @property {string} text
 * @property {Media | null} media
 * @property {Attachment | null} attachment
 * @property {Quoted | null} quoted
 * @property {string | null} authorName
 * @property {string} at
 * @property {string} [seen]  the conversation's news when it was written
 *
 * @typedef {(
 *   | { type: "starting" }
 *   | { type: "start_failed", error: string }
 *   | { type: "signed_in", me: Me }
 *   | { type: "left" }
 *   | { type: "signed_out", signIn: SignInOptions | null, ended?: boolean }
 * )} SessionEvent
 *
 * @typedef {(
 *   | { type: "list_requested", filter: Filter, query: string, more: boolean }
 *   | { type: "list_loaded", filter: Filter, query: string, more: boolean, answer: ListAnswer }
 *   | { type: "list_failed", error: string }
 *   | { type: "presence_told", conversationId: string, others: Present[] }
 *   | { type: "counts_loaded", counted: ConversationCounts }
 *   | { type: "selection_changed", selected: string[] | null }
 *   | { type: "progressed", progress: { done: number, of: number } | null }
 *   | { type: "sorting_asked", sorting: State["sorting"] }
 *   | { type: "conversation_opened", id: string | null }
 *   | { type: "conversation_changed", conversation: Conversation }
 *   | { type: "connection_changed", connection: Connection }
 *   | { type: "changes_received", conversationId: string | null } & Changes
 *   | { type: "cursor_lost" }
 * )} ListEvent
 *
 * @typedef {(
 *   | { type: "thread_requested", conversationId: string }
 *   | { type: "thread_loaded", conversationId: string, answer: MessagesAnswer }
 *   | { type: "thread_failed", conversationId: string, error: string }
 *   | { type: "older_requested", conversationId: string }
 *   | { type: "older_loaded", conversationId: string, answer: MessagesAnswer }
 *   | { type: "older_failed", conversationId: string, error: string }
 *   | { type: "newer_requested", conversationId: string }
 *   | { type: "newer_loaded", conversationId: string, answer: MessagesAnswer, after: string }
 *   | { type: "newer_failed", conversationId: string, error: string }
 *   | MessageWritten
 *   | { type: "message_received", conversationId: string, message: Message }
 *   | { type: "message_waits", conversationId: string, clientMessageId: string }
 *   | { type: "message_retried", conversationId: string, clientMessageId: string }
 *   | { type: "message_failed", conversationId: string, clientMessageId: string, error: Problem }
 *   | { type: "message_withdrawn", conversationId: string, clientMessageId: string, windowClosed?: boolean }
 *   | { type: "upload_progressed", conversationId: string, clientMessageId: string, progress: number }
 * )} ThreadEvent
 *
 * @typedef {(
 *   | { type: "draft_changed", id: string, text: string }
 *   | { type: "quote_changed", conversationId: string, quoted: Quoted | null }
 *   | { type: "attachments_changed", conversationId: string, attachments: Attachment[] }
 *   | { type: "templates_loaded", answer: TemplatesAnswer }
 *   | { type: "templates_failed", error: string }
 *   | { type: "replies_loaded", replies: Reply[], tag: string | null }
 *   | { type: "replies_failed", error: string }
 *   | { type: "profile_loaded", id: string, profile: Profile }
 *   | { type: "profile_failed", id: string, error: string }
 *   | { type: "staff_loaded", members: Member[] }
 *   | { type: "staff_failed", error: string }
 *   | { type: "staff_saved", member: Member }
 *   | { type: "staff_removed", email: string }
 *   | { type: "card_toggled", open: boolean }
 *   | { type: "toast_shown", text: string, tone: Tone }
 *   | { type: "toast_hidden", key: number }
 * )} PageEvent
 *
 * @typedef {(
 *   | { type: "edit_changed", id: string, name: string, edit: Edit | null }
 *   | { type: "note_edited", id: string, note: NoteDraft | null }
 *   | { type: "notes_loaded", id: string, answer: NotesAnswer, more: boolean, notesAt: string | null }
 *   | { type: "notes_failed", id: string, error: string }
 *   | { type: "note_added", id: string, note: Note }
 *   | { type: "note_deleted", id: string, noteId: string }
 * )} CardEvent
 *
 * @typedef {(
 *   | { type: "page_shown", page: Page | null }
 *   | { type: "stats_loading", length: number }
 *   | { type: "stats_loaded", stats: Stats }
 *   | { type: "stats_failed", error: string }
 *   | { type: "activity_wanted", wanted: ActsWanted }
 *   | { type: "activity_loading" }
 *   | { type: "activity_loaded", activity: Act[], nextCursor: string | null, more: boolean }
 *   | { type: "activity_failed", error: string }
 *   | { type: "settings_loaded", settings: BusinessSettings }
 *   | { type: "settings_saved", settings: BusinessSettings }
 *   | { type: "settings_failed", error: string }
 *   | { type: "settings_edited", draft: BusinessSettings | null }
 *   | { type: "versions_loaded", versions: SettingsVersion[] }
 * )} SettingsEvent
 *
 * @typedef {(
 *   | { type: "search_requested", place: SearchPlace, query: string, more: boolean }
 *   | { type: "search_loaded", place: SearchPlace, query: string, more: boolean, answer: HitsAnswer }
 *   | { type: "search_failed", place: SearchPlace, error: string }
 *   | { type: "search_ended", place: SearchPlace }
 *   | { type: "message_sought", conversationId: string, messageId: string }
 *   | { type: "message_reached" }
 * )} SearchEvent
 *
 * @typedef {SearchEvent | SessionEvent | ListEvent | ThreadEvent | PageEvent | CardEvent | SettingsEvent} StoreEvent
 *
 * @typedef {object} Store
 * @property {State} state
 * @property {(event: StoreEvent) => void} dispatch
 * @property {(listener: (state: State) => void) => () => void} subscribe  returns its own end
 *
 * @typedef {ReturnType<typeof import("./api.js").createApi>} Api
 * @typedef {ReturnType<typeof import("./sync.js").createSync>} Sync
 * @typedef {import("./actions.js").Actions} Actions
 * @typedef {import("./actions.js").FirstActions} FirstActions
 */

export {};
