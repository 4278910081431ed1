// The dashboard API over HTTP. The only module that asks the server, with upload.js for files.
//
// ApiError              the server answered with an error; code and status are the server's
// ├── SessionError      401: nobody is signed in; signIn says how to
// ├── ValidationError   422: fields maps each refused field to its message
// └── ConnectionError   no answer; code is "network", "timeout" or, when it was given up here, "aborted"
import { createRenewal } from "./renewal.js";
import { upload } from "./upload.js";

const TIMEOUT_MS = 15_000;
const SLOW_TIMEOUT_MS = 30_000; // the server itself asks WhatsApp first
const PREVIEW_TIMEOUT_MS = 60_000; // the server asks the model
// For the error page of a proxy in front of the server, which has no code of its own.
/** @type {Record<number, string>} */
const CODES = { 403: "forbidden", 404: "not_found", 413: "too_large", 429: "rate_limited" };

/**
 * @import {
 *   Act, ActsWanted, BusinessSettings, Changes, Conversation, ConversationAction, ConversationCounts, Credentials, FieldErrors,
 *   FilesAnswer, Filter, HitsAnswer, ListAnswer, Me, Member, Message, MessagesAnswer, NewConversation, Note,
 *   NoteBody, NotesAnswer, Presence, Preview, PreviewBody, Profile, ProfileChanges, Reply, Role, SettingsVersion,
 *   SignInOptions, Sorting, Stats, Stranger, TemplateBody, TemplatesAnswer,
 * } from "./types.js"
 * @import { Failure } from "./upload.js"
 */

/** @typedef {{ code: string, status?: number }} Told  what an answer tells of its error */

export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {Told} told
   */
  constructor(message, { code, status = 0 }) {
    super(message);
    this.name = this.constructor.name;
    this.code = code;
    this.status = status;
  }
}

export class SessionError extends ApiError {
  /**
   * @param {string} message
   * @param {Told & { signIn: SignInOptions | null }} told
   */
  constructor(message, { signIn, ...rest }) {
    super(message, rest);
    this.signIn = signIn;
  }
}

export class ValidationError extends ApiError {
  /**
   * @param {string} message
   * @param {Told & { fields: FieldErrors }} told
   */
  constructor(message, { fields, ...rest }) {
    super(message, rest);
    this.fields = fields;
  }
}

export class ConnectionError extends ApiError {}

/**
 * @typedef {{ body?: unknown, signal?: AbortSignal, timeoutMs?: number, seen?: string | null, onTag?: (tag: string | null) => void }} RequestOptions
 *   seen is the tag of what was read before, onTag is told the answer's
 * @typedef {{ file: File, text: string, replyTo?: string, seen?: string, voice?: boolean, onProgress: (part: number) => void, signal: AbortSignal }} Upload
 */

/**
 * The client; every call rejects with an ApiError.
 * @param {object} options
 * @param {() => Me | null} options.present  who is signed in; asked at each change, so that it is the current session's
 * @param {(me: Me) => void} options.onRenewed  is told of a session that another tab began
 */
export function createApi({ present, onRenewed }) {
  const withToken = createRenewal({ present, onRenewed, ask: () => send(undefined, "GET", "/api/me", {}) });

  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestOptions} [options]
   */
  const request = (method, path, options = {}) => withToken((token) => send(token, method, path, options));
  /**
   * @param {string} method
   * @param {string} path
   * @param {RequestOptions} options
   */
  async function tagged(method, path, options) {
    /** @type {string | null} */
    let tag = null;
    const replies = await request(method, path, { ...options, onTag: (told) => (tag = told) });
    return { replies, tag };
  }

  /** @param {string} id */
  const conversation = (id) => `/api/conversations/${encodeURIComponent(id)}`;
  /**
   * @param {string} id
   * @param {string} clientMessageId
   */
  const written = (id, clientMessageId) => `${conversation(id)}/messages/${encodeURIComponent(clientMessageId)}`;
  return {
    /** @returns {Promise<Me | Stranger>} */
    me: () => request("GET", "/api/me"),

    /** @type {(credentials: Credentials) => Promise<Me>} */
    login: (credentials) => request("POST", "/api/login", { body: credentials }),

    /** @type {(where: { everywhere: boolean }) => Promise<null>} */
    logout: ({ everywhere }) => request("POST", "/api/logout", { body: { everywhere } }),

    /** @type {(wanted: { filter: Filter, query: string, cursor: string | null }) => Promise<ListAnswer>} */
    conversations: ({ filter, query, cursor }) =>
      // What is searched for is somebody's name: it has no place in an address, which is logged.
      query
        ? request("POST", "/api/conversations/search", { body: { filter, query, cursor: cursor ?? "" } })
        : request("GET", `/api/conversations${queryString({ filter, cursor })}`),

    /** @type {(id: string, from?: { before?: string, after?: string, around?: string }) => Promise<MessagesAnswer>} */
    messages: (id, from = {}) => request("GET", `${conversation(id)}/messages${queryString(from)}`),

    /** @type {(wanted: { query: string, conversationId: string | null, cursor: string | null }) => Promise<HitsAnswer>} */
    searchMessages: ({ query, conversationId, cursor }) =>
      request("POST", "/api/messages/search", { body: { query, conversation_id: conversationId, cursor: cursor ?? "" } }),

    /** @type {(id: string, before: string | null) => Promise<FilesAnswer>} */
    files: (id, before) => request("GET", `${conversation(id)}/files${queryString({ before })}`),

    /** @type {(from: { since: string, conversationId: string | null, signal: AbortSignal }) => Promise<Changes>} */
    changes: ({ since, conversationId, signal }) =>
      request("GET", `/api/sync${queryString({ since, conversation: conversationId })}`, { signal }),

    /** @type {(id: string, clientMessageId: string, said: { text: string, reply_to?: string, seen?: string }) => Promise<Message>} */
    sendMessage: (id, clientMessageId, said) => request("PUT", written(id, clientMessageId), { body: said }),

    /** @type {(id: string, clientMessageId: string, sent: Upload) => Promise<Message>} */
    sendFile: (id, clientMessageId, sent) => withToken((token) => sendFile(token, written(id, clientMessageId), sent)),

    /** @type {(path: string) => Promise<Blob>} */
    file: (path) => fetchFile(path),

    /** @type {(messageId: string, emoji: string) => Promise<Message>} */
    react: (messageId, emoji) => request("PUT", `/api/messages/${encodeURIComponent(messageId)}/reaction`, { body: { emoji } }),

    /** @type {(messageId: string) => Promise<Message>} */
    retryMedia: (messageId) => request("POST", `/api/media/${encodeURIComponent(messageId)}/retry`, { body: {} }),

    /** @returns {Promise<TemplatesAnswer>} */
    templates: () => request("GET", "/api/templates", { timeoutMs: SLOW_TIMEOUT_MS }),

    /** @type {(id: string, body: TemplateBody) => Promise<Message>} */
    sendTemplate: (id, body) =>
      request("POST", `${conversation(id)}/template`, { body, timeoutMs: SLOW_TIMEOUT_MS }),

    /** @type {(wanted: NewConversation) => Promise<Message>} */
    startConversation: (wanted) => request("POST", "/api/conversations", { body: wanted, timeoutMs: SLOW_TIMEOUT_MS }),

    /** @type {(id: string, action: ConversationAction) => Promise<Conversation>} */
    act: (id, action) => request("POST", `${conversation(id)}/${action}`, { body: {} }),

    /** @type {(id: string, body: { seen?: string, dismiss?: boolean }) => Promise<Conversation>} */
    read: (id, body) => request("POST", `${conversation(id)}/read`, { body }),

    /** @type {(id: string, changes: Sorting) => Promise<Conversation>} */
    sort: (id, changes) => request("PATCH", conversation(id), { body: changes }),

    /** @type {(id: string, typing: boolean) => Promise<Presence>} */
    beat: (id, typing) => request("POST", `${conversation(id)}/presence`, { body: { typing } }),

    /** @returns {Promise<ConversationCounts>} */
    counts: () => request("GET", "/api/conversations/counts"),

    /** @type {(id: string) => Promise<Profile>} */
    profile: (id) => request("GET", `/api/profile/${encodeURIComponent(id)}`),

    /** @type {(id: string, changes: ProfileChanges) => Promise<Profile>} */
    changeProfile: (id, changes) =>
      request("PATCH", `/api/profile/${encodeURIComponent(id)}`, { body: changes }),

    /** @type {(id: string, cursor: string | null) => Promise<NotesAnswer>} */
    notes: (id, cursor) => request("GET", `${conversation(id)}/notes${queryString({ cursor })}`),

    /** @type {(id: string, body: NoteBody) => Promise<Note>} */
    addNote: (id, body) => request("POST", `${conversation(id)}/notes`, { body }),

    /** @type {(id: string) => Promise<Note>} */
    convertNotes: (id) => request("POST", `${conversation(id)}/notes/convert`, { body: {} }),

    /** @type {(id: string, noteId: string) => Promise<null>} */
    deleteNote: (id, noteId) =>
      request("DELETE", `${conversation(id)}/notes/${encodeURIComponent(noteId)}`, { body: {} }),

    /** @returns {Promise<BusinessSettings>} */
    settings: () => request("GET", "/api/settings"),

    /** @type {(settings: BusinessSettings) => Promise<BusinessSettings>} */
    saveSettings: (settings) => request("PUT", "/api/settings", { body: settings }),

    /** @returns {Promise<{ versions: SettingsVersion[] }>} */
    settingsVersions: () => request("GET", "/api/settings/versions"),

    /** @type {(version: number, seen: number) => Promise<BusinessSettings>} */
    restoreSettings: (version, seen) => request("POST", "/api/settings/restore", { body: { version, seen } }),

    /** @type {(body: PreviewBody) => Promise<Preview>} */
    previewSettings: (body) =>
      request("POST", "/api/settings/preview", { body, timeoutMs: PREVIEW_TIMEOUT_MS }),

    /** @type {(first: string) => Promise<Stats>} */
    stats: (first) => request("GET", `/api/stats?from=${first}`),

    /** @type {(wanted: ActsWanted, cursor: string | null) => Promise<{ activity: Act[], next_cursor: string | null }>} */
    activity: ({ who, conversationId }, cursor) =>
      // An address has no place in an address.
      who || conversationId
        ? request("POST", "/api/activity/search", { body: { who, conversation_id: conversationId, cursor: cursor ?? "" } })
        : request("GET", `/api/activity${queryString({ cursor })}`),

    /** @returns {Promise<{ replies: Reply[], tag: string | null }>} */
    replies: () => tagged("GET", "/api/replies", {}),

    /** @type {(replies: Reply[], seen: string | null) => Promise<{ replies: Reply[], tag: string | null }>} */
    saveReplies: (replies, seen) => tagged("PUT", "/api/replies", { body: replies, seen }),

    /** For actions that are fetched later. */
    request,

    /** @returns {Promise<{ staff: Member[] }>} */
    staff: () => request("GET", "/api/staff"),

    /** @type {(email: string, role: Role) => Promise<Member>} */
    saveStaff: (email, role) => request("PUT", `/api/staff/${encodeURIComponent(email)}`, { body: { role } }),

    /** @type {(email: string) => Promise<null>} */
    removeStaff: (email) => request("DELETE", `/api/staff/${encodeURIComponent(email)}`, { body: {} }),
  };
}

/**
 * @param {string | undefined} csrfToken
 * @param {string} method
 * @param {string} path
 * @param {RequestOptions} options
 * @returns {Promise<any>} the answer's JSON, null where there is none
 */
async function send(csrfToken, method, path, { body, signal, timeoutMs = TIMEOUT_MS, seen, onTag }) {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(path, {
      method,
      headers: { ...headersFor(body, csrfToken), ...(seen ? { "If-Match": seen } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const answer = await read(response);
    onTag?.(response.headers.get("ETag"));
    return answer;
  } catch (error) {
    if (error instanceof ApiError || signal?.aborted) throw error;
    throw new ConnectionError(String(error), { code: timeout.aborted ? "timeout" : "network" });
  }
}

/**
 * @param {string | undefined} csrfToken
 * @param {string} path
 * @param {Upload} sent
 */
async function sendFile(csrfToken, path, { file, text, replyTo, seen, voice, onProgress, signal }) {
  const form = new FormData();
  if (text) form.append("text", text);
  if (voice) form.append("voice", "true");
  if (replyTo) form.append("reply_to", replyTo);
  if (seen) form.append("seen", seen);
  form.append("file", file, file.name);
  const headers = { Accept: "application/json", "X-CSRF-Token": csrfToken ?? "" };
  const answered = await upload({ method: "PUT", path, headers, form, signal, onProgress }).catch((/** @type {Failure} */ { code }) => {
    throw new ConnectionError(`The file was not sent: ${code}`, { code });
  });
  return result(answered.status, answered.answer);
}

/** @param {string} path */
async function fetchFile(path) {
  const response = await fetch(path, { credentials: "same-origin" }).catch((error) => {
    throw new ConnectionError(String(error), { code: "network" });
  });
  if (!response.ok) throw errorFrom(response.status, await response.json().catch(() => null));
  return response.blob();
}

/**
 * @param {unknown} body
 * @param {string | undefined} token
 */
function headersFor(body, token) {
  if (body === undefined) return { Accept: "application/json" };
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return token ? { ...headers, "X-CSRF-Token": token } : headers;
}

/** @param {Response} response */
async function read(response) {
  if (response.status === 204) return null;
  return result(response.status, await response.json().catch(() => null));
}

/**
 * @param {number} status
 * @param {any} answer
 */
function result(status, answer) {
  if (status < 200 || status > 299) throw errorFrom(status, answer);
  if (answer === null) throw new ApiError("The answer is not JSON", { code: "server", status });
  return answer;
}

/**
 * @param {number} status
 * @param {any} answer  JSON from a server that may not be ours
 */
function errorFrom(status, answer) {
  const { code = CODES[status] ?? "server", message = "", fields = {} } = answer?.error ?? {};
  if (status === 401) return new SessionError(message, { code, status, signIn: answer?.sign_in ?? null });
  if (status === 422) return new ValidationError(message, { code, status, fields });
  return new ApiError(message, { code, status });
}

/** @param {Record<string, string | null | undefined>} parameters  those without a value are left out */
function queryString(parameters) {
  const present = Object.entries(parameters).flatMap(([name, value]) => (value ? [[name, value]] : []));
  return present.length ? `?${new URLSearchParams(present)}` : "";
}
